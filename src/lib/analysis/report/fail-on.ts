// Whether an analysis should fail a build, by the severity of suspects or by what one of them retains.
import {formatBytes, formatShare} from '../../units.js'
import type {Suspect} from '../suspects/finding.js'
import {isShareOfProcess} from '../suspects/rule-ids.js'

/** A severity and all above it, or the bytes from which a suspect of any severity counts. */
export type FailOn = 'high' | 'medium' | 'low' | number

const RANK = {high: 2, low: 0, medium: 1} as const

/** One line with the reason; null if nothing reaches the limit. Names the first such suspect, which is the worst. */
export function failure(suspects: readonly Suspect[], limit: FailOn | undefined): string | null {
  if (limit === undefined) return null
  const met = suspects.filter(({severity, retainedSize}) =>
    typeof limit === 'number' ? retainedSize >= limit : RANK[severity] >= RANK[limit],
  )
  if (met.length === 0) return null
  const [{rule, severity, title, retainedSize, share}] = met
  const more = met.length === 1 ? '' : ` (and ${met.length - 1} more)`
  const base = isShareOfProcess(rule) ? 'the process' : 'live memory'
  const what = `${title}, ${formatBytes(retainedSize)}, ${formatShare(share)} of ${base}${more}`
  return typeof limit === 'number'
    ? `--fail-on ${formatBytes(limit)}: ${what}`
    : `--fail-on ${limit}: ${severity} suspect: ${what}`
}
