// What a retention leaves to delete in a bucket: dumps, old summaries, and exported files of dumps that are gone.
import type {StoredObject} from './dump-key.js'
import {PARQUET_PREFIX, parquetToRemove} from './parquet-key.js'
import {dumpsToRemove, type Retention, summariesToRemove} from './retention.js'
import type {StoredDump, WritableStore} from './store.js'
import {listSummaries} from './summaries.js'
import type {SummarizedKey} from './summary-key.js'

export type Removable = {
  readonly dumps: readonly StoredDump[]
  readonly summaries: readonly SummarizedKey[]
  readonly exported: readonly StoredObject[]
  readonly keys: readonly string[]
  /** All of them, also those that stay. */
  readonly listed: {readonly dumps: number; readonly summaries: number}
}

export async function findRemovable(store: WritableStore, retention: Retention, nowMs: number): Promise<Removable> {
  const [all, allSummaries, files] = await Promise.all([
    store.list(),
    listSummaries(store),
    store.listObjects(PARQUET_PREFIX),
  ])
  const dumps = dumpsToRemove(all, retention, nowMs)
  const gone = new Set(dumps.map(({key}) => key))
  const kept = all.filter(({key}) => !gone.has(key))
  const summaries = summariesToRemove(allSummaries, kept, nowMs)
  const exported = parquetToRemove(files, kept)
  return {
    dumps,
    exported,
    keys: [...gone, ...summaries.map(one => one.summaryKey), ...exported.map(({key}) => key)],
    listed: {dumps: all.length, summaries: allSummaries.length},
    summaries,
  }
}
