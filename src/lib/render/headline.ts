// A report in one line, for the top of what people share.
import type {AnalysisReport} from '../analysis/report.js'
import {formatShare} from '../units.js'

/** The worst suspect's title with its share; or that there is none. One sentence without a full stop. */
export function headline({dump, suspects}: Pick<AnalysisReport, 'dump' | 'suspects'>): string {
  const worst = suspects.find(({severity}) => severity !== 'low')
  if (worst !== undefined) return `${worst.title} (${formatShare(worst.share)})`
  if (dump.partial) return 'This dump is only a part of a heap: no verdict'
  return dump.truncated ? 'This dump is cut short, and shows no leak' : 'Nothing here looks like a leak'
}
