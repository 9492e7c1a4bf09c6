// Advice of a report names commands, but not the app and the dyno, which the analysis does not know.
import type {Suspect} from '../analysis/suspects/finding.js'
import {completeCommands, isOfFile, shellWord} from '../command-line.js'
import type {NamedDump} from '../inputs/named-dump.js'

/** What commands address if they name no dyno. */
const DEFAULT_DYNO = 'web.1'

export function completeAdvice<Report extends {readonly suspects: readonly Suspect[]}>(
  report: Report,
  dump: Pick<NamedDump, 'facts' | 'origin' | 'stored'>,
): Report {
  return {...report, suspects: report.suspects.map(one => ({...one, advice: complete(one.advice, dump)}))}
}

function complete(advice: string, {facts, origin, stored}: Pick<NamedDump, 'facts' | 'origin' | 'stored'>): string {
  const dyno = (stored ?? facts)?.dyno ?? DEFAULT_DYNO
  const addressed =
    dyno === DEFAULT_DYNO
      ? advice
      : advice.replaceAll(/\bheapdump:(?:trim|trigger)\b/g, id => `${id} --dyno=${shellWord(dyno)}`)
  return completeCommands(isOfFile(origin) ? addressed.replaceAll('heroku config:set ', 'setting ') : addressed, origin)
}
