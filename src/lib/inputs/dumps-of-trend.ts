// The stored dumps of one process over time.
import {UserError} from '../errors.js'
import {herokuCommand, proposal, type Target} from '../command-line.js'
import type {StoredDump} from '../store/store.js'

const MOST_NAMES = 20

export type Series = {
  readonly dyno: string
  /** `puma worker 0`; null: unknown. */
  readonly process: string | null
  /** All dumps of this dyno and role, oldest first, across restarts and deploys. */
  readonly history: readonly StoredDump[]
  /** At most `last` dumps of the latest run with at least two, oldest first; empty: no run has two. */
  readonly run: readonly StoredDump[]
  /** Other roles on this dyno with dumps. */
  readonly otherProcesses: readonly string[]
}

export type SeriesOptions = {
  readonly dyno?: string | undefined
  readonly process?: string | undefined
  readonly last: number
  readonly target: Target
}

/** `listed`: newest first. The dyno and process default to those of the newest dump. Throws UserError `no_dumps`. */
export function findSeries(
  listed: readonly StoredDump[],
  {dyno: wantedDyno, process: wantedProcess, last, target}: SeriesOptions,
): Series {
  const dumps = listed.filter(dump => dump.complete && dump.dyno !== null)
  const newest = dumps.find(
    dump =>
      (wantedDyno === undefined || dump.dyno === wantedDyno) &&
      (wantedProcess === undefined || dump.process === wantedProcess),
  )
  if (newest === undefined || newest.dyno === null) {
    const known = [...new Set(dumps.map(dump => `${dump.dyno}${dump.process === null ? '' : ` (${dump.process})`}`))]
    throw new UserError(
      `The bucket has no dumps${[wantedDyno, wantedProcess].some(Boolean) ? ` of ${[wantedDyno, wantedProcess].filter(Boolean).join(', ')}` : ''}.`,
      {
        code: 'no_dumps',
        hint:
          known.length > 0
            ? `It has dumps of: ${firstOf(known)}.`
            : proposal`Take a dump, and another one a few hours later: ${herokuCommand('heapdump:trigger', [], target)}`,
      },
    )
  }

  const ofDyno = dumps.filter(dump => dump.dyno === newest.dyno)
  const history = ofDyno.filter(dump => dump.process === newest.process).toReversed()
  const runs = runsOf(history)
  return {
    dyno: newest.dyno,
    history,
    otherProcesses: [
      ...new Set(ofDyno.flatMap(({process}) => (process === null || process === newest.process ? [] : [process]))),
    ].toSorted(),
    process: newest.process,
    run: runs.findLast(run => run.length > 1)?.slice(-last) ?? [],
  }
}

/** Bounded: anyone who can write to the bucket can add dumps of any number of dynos. */
function firstOf(names: readonly string[]): string {
  return names.length > MOST_NAMES
    ? `${names.slice(0, MOST_NAMES).join(', ')} and ${names.length - MOST_NAMES} more`
    : names.join(', ')
}

/**
 * Two dumps are of one run if pid, release and boot time are equal. If the boot time is unknown, a restart that keeps
 * the other two goes unnoticed.
 */
function runsOf(history: readonly StoredDump[]): StoredDump[][] {
  const runs: StoredDump[][] = []
  for (const dump of history) {
    const run = runs.at(-1)
    const before = run?.at(-1)
    const isSame = before?.pid === dump.pid && before.release === dump.release && before.bootedAt === dump.bootedAt
    if (run !== undefined && isSame) run.push(dump)
    else runs.push([dump])
  }

  return runs
}
