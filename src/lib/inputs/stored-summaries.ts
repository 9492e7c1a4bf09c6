// The summaries in a bucket, and the dumps that have none.
import type {DumpSummary} from '../analysis/compare/dump-summary.js'
import {readSummary} from '../analysis/compare/read-summary.js'
import {processTypeOf} from '../process-type.js'
import type {OnProgress} from '../progress.js'
import type {StoredDump, WritableStore} from '../store/store.js'
import {readSummaries} from '../store/summaries.js'
import {type SummarizedKey, summaryKey} from '../store/summary-key.js'

/** Two weeks of hourly dumps of six processes. */
const MOST_READ = 2000

export type FoundSummaries = {
  /** Newest dump first. */
  readonly keys: readonly SummarizedKey[]
  /** Older ones that are not read. */
  readonly left: number
  /** Dumps without a summary, oldest first. */
  readonly missing: readonly StoredDump[]
}

/** `dyno`: its name, or a process type (`web`). */
export function findSummaries(
  dumps: readonly StoredDump[],
  summaries: readonly SummarizedKey[],
  {dyno, last = MOST_READ}: {readonly dyno?: string | undefined; readonly last?: number | undefined},
): FoundSummaries {
  const isWanted = (one: {readonly dyno: string | null}) =>
    dyno === undefined || one.dyno === dyno || (one.dyno !== null && processTypeOf(one.dyno) === dyno)
  const wanted = summaries.filter(isWanted)
  const known = new Set(summaries.map(({key}) => key))
  const missing = dumps.filter(
    one => one.complete && isWanted(one) && !known.has(one.key) && summaryKey(one.key) !== null,
  )
  // The newest of both.
  const times = [...wanted, ...missing]
    .map(({createdAt}) => createdAt)
    .toSorted()
    .toReversed()
  const since = times[Math.min(last, MOST_READ) - 1] ?? ''
  const keys = wanted.filter(({createdAt}) => createdAt >= since)
  return {
    keys,
    left: wanted.length - keys.length,
    missing: missing.filter(({createdAt}) => createdAt >= since).toReversed(),
  }
}

export type ReadSummaries = {
  readonly summaries: readonly DumpSummary[]
  /** Bytes that were downloaded. */
  readonly bytes: number
  /** Summaries of another version, or damaged. */
  readonly unreadable: number
}

export async function readStoredSummaries(
  store: WritableStore,
  keys: readonly SummarizedKey[],
  onProgress: OnProgress,
): Promise<ReadSummaries> {
  const bytes = keys.reduce((sum, {storedBytes}) => sum + (storedBytes ?? 0), 0)
  const texts = await readSummaries(store, keys, done =>
    onProgress({done: Math.round((bytes * done) / keys.length), phase: 'reading summaries', total: bytes}),
  )
  const summaries = keys.flatMap((key, at) => {
    const text = texts[at] ?? null
    return text === null ? [] : (readSummary(text, key) ?? [])
  })
  return {bytes, summaries, unreadable: texts.length - summaries.length}
}
