// Keys of summaries, one for each dump: the dump's key below another prefix, so that a lifecycle rule of the bucket can
// delete dumps and keep their summaries. Pure.
import {DUMP_PREFIX, dumpIdFromKey, isAfter, readKey, type StoredObject} from './dump-key.js'
import type {StoredDump} from './store.js'

export const SUMMARY_PREFIX = 'heapdump/summaries/v1/'

/** The key of a dump's summary; null: another tool wrote the dump. */
export function summaryKey(key: string): string | null {
  const dump = readKey(key)
  return dump === null ? null : `${SUMMARY_PREFIX}${dump.stem}.json.gz`
}

/** A dump that has a summary, from the summary's key. */
export type SummarizedKey = Pick<StoredDump, 'createdAt' | 'dyno' | 'id' | 'key' | 'pid' | 'storedBytes'> & {
  readonly summaryKey: string
}

/** The summaries among a bucket's objects, newest dump first. */
export function readSummaryKeys(objects: Iterable<StoredObject>): SummarizedKey[] {
  const summaries: SummarizedKey[] = []
  for (const {key: ownKey, lastModified, storedBytes} of objects) {
    if (!ownKey.startsWith(SUMMARY_PREFIX)) continue
    const key = `${DUMP_PREFIX}${ownKey.slice(SUMMARY_PREFIX.length)}`
    const dump = readKey(key)
    if (dump === null || isAfter(dump.createdAt, lastModified)) continue
    const {createdAt, dyno, pid} = dump
    summaries.push({createdAt, dyno, id: dumpIdFromKey(key), key, pid, storedBytes, summaryKey: ownKey})
  }

  return summaries.toSorted((a, b) => b.createdAt.localeCompare(a.createdAt) || a.key.localeCompare(b.key))
}
