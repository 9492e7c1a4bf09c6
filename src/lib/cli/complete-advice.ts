// Advice of a report names commands, but not the app, which the analysis does not know.
import type {Suspect} from '../analysis/suspects/finding.js'
import {completeCommands, type Target} from '../command-line.js'

export function completeAdvice<Report extends {readonly suspects: readonly Suspect[]}>(
  report: Report,
  origin: Target,
): Report {
  return {...report, suspects: report.suspects.map(one => ({...one, advice: completeCommands(one.advice, origin)}))}
}
