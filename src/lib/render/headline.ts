// A report in one line, for the top of shared reports.
import {CUT_SHORT} from '../analysis/report/incomplete.js'
import type {AnalysisReport} from '../analysis/report/report.js'
import {growsBy} from '../analysis/history/history-in-words.js'
import {formatShare} from '../units.js'

/** The worst suspect's title and share, or the fact that there is no suspect. One sentence without a full stop. */
export function headline({dump, history, suspects}: Pick<AnalysisReport, 'dump' | 'history' | 'suspects'>): string {
  const worst = suspects.find(({severity}) => severity !== 'low')
  if (worst !== undefined) return `${worst.title} (${formatShare(worst.share)})`
  if (dump.partial) return 'This dump holds only part of a heap: no verdict'
  const grows = history !== null && growsBy(history) !== null
  if (grows && !dump.truncated) return 'The process grows, but nothing in this dump stands out'
  return dump.truncated ? `${CUT_SHORT}, and shows no leak` : 'Nothing here looks like a leak'
}
