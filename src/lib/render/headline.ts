// A report in one line, for the top of what people share.
import type {AnalysisReport} from '../analysis/report.js'
import {formatShare} from '../units.js'

/** The worst suspect's title with its share; or that there is none. One sentence without a full stop. */
export function headline({suspects}: Pick<AnalysisReport, 'suspects'>): string {
  const worst = suspects.find(({severity}) => severity !== 'low')
  return worst === undefined ? 'Nothing here looks like a leak' : `${worst.title} (${formatShare(worst.share)})`
}
