// A report in one sentence, for the top of what people share.
import type {AnalysisReport} from '../analysis/report.js'
import {formatBytes, formatCount, formatShare} from '../units.js'

export function verdict({suspects}: Pick<AnalysisReport, 'suspects'>): string {
  if (suspects.length === 0) return 'Nothing here looks like a leak.'
  const [{owner, retainedSize, share, severity}] = suspects
  const more = suspects.length === 1 ? '' : ` ${formatCount(suspects.length - 1)} more to look at.`
  const lead = severity === 'high' ? '' : severity === 'medium' ? 'Worth a look: ' : 'Nothing urgent. Largest: '
  return `${lead}${owner} keeps ${formatBytes(retainedSize)} alive, ${formatShare(share)} of the heap.${more}`
}
