// The dumps of several processes at one moment → a summary of each: the stored one, or else by reading the dump.
import type {DumpSummary} from '../analysis/compare/dump-summary.js'
import {readSummary} from '../analysis/compare/read-summary.js'
import {UserError} from '../errors.js'
import type {OnProgress} from '../progress.js'
import {requestOf} from '../store/dump-key.js'
import type {Bucket} from '../store/open-bucket.js'
import {readSummaryOf, writeSummary} from '../store/summaries.js'
import {type NamedDump, storedDump} from './named-dump.js'
import {summarizeDump} from './summarize-dump.js'

/** The dumps of the same request as `dump`, by dyno and process. Throws UserError `single_dump`. */
export async function dumpsOfRequest(dump: NamedDump, bucket: Bucket | null): Promise<readonly NamedDump[]> {
  const request = dump.stored === null ? null : requestOf(dump.stored.key)
  const listed = request === null || bucket === null ? [] : await bucket.store.list()
  const same = listed.filter(one => one.complete && requestOf(one.key) === request)
  if (bucket === null || same.length < 2) {
    throw new UserError(`${dump.name} is the only dump of its moment.`, {
      code: 'single_dump',
      hint: 'Name the dumps to compare: heroku heapdump:analyze ID ID',
    })
  }

  const nameOf = (one: (typeof same)[number]) => `${one.dyno} ${one.process} ${one.pid}`
  return same
    .toSorted((a, b) => nameOf(a).localeCompare(nameOf(b), 'en', {numeric: true}))
    .map(one => storedDump(one, bucket))
}

/** In the order of `dumps`. Throws UserErrors of reading, and `incomplete_dump`. */
export async function summariesOfDumps(
  dumps: readonly NamedDump[],
  bucket: Bucket | null,
  onProgress: OnProgress,
): Promise<readonly DumpSummary[]> {
  const summaries: DumpSummary[] = []
  for (const [at, dump] of dumps.entries()) {
    const stored = bucket === null || dump.stored === null ? null : await readSummaryOf(bucket.store, dump.stored)
    const known = stored === null || dump.stored === null ? null : readSummary(stored, dump.stored)
    if (known !== null) {
      summaries.push(known)
      continue
    }

    const phase = (text: string) => `${at + 1} of ${dumps.length}: ${text}`
    const made = await summarizeDump(dump, step => onProgress({...step, phase: phase(step.phase)}))
    if (made === null) {
      throw new UserError(`${dump.name} is cut short, or only a part of a heap: it cannot be compared.`, {
        code: 'incomplete_dump',
        hint: `Leave it out, or analyze it alone: heroku heapdump:analyze ${dump.name}`,
      })
    }

    summaries.push(made)
    // The comparison is complete without it.
    if (bucket !== null && dump.stored !== null) await writeSummary(bucket.store, dump.stored, made).catch(() => null)
  }

  return summaries
}
