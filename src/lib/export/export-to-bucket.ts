// A dump that was read → Parquet files in the bucket: all of them, or none. They are on this machine until the upload
// begins, in a folder that only its owner can read.
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {CachedAnalysis} from '../cache/cached-analysis.js'
import {UserError} from '../errors.js'
import type {NamedDump} from '../inputs/named-dump.js'
import {PARQUET_PREFIX, partitionOf} from '../store/parquet-key.js'
import type {WritableStore} from '../store/store.js'
import type {KnownDump} from '../tables-of-dump/table.js'
import {type ExportOptions, stoppable, writeParquet, type Written} from './write-export.js'

/** Where the tables of a dump go. */
export function bucketFolder(dump: KnownDump): string {
  return `${PARQUET_PREFIX}${partitionOf(dump)}/`
}

/** Throws UserError `wrong_use` for a dump without an id, and `file_exists` for one that was exported before. */
export async function refuseExported(
  dumps: ReadonlyArray<Pick<NamedDump, 'facts' | 'name' | 'stored'>>,
  known: readonly KnownDump[],
  store: Pick<WritableStore, 'listObjects'>,
  force: boolean,
): Promise<void> {
  const unknown = dumps.find(({facts, stored}) => facts === null && stored === null)
  if (unknown !== undefined) {
    throw new UserError(`${unknown.name} is a file without facts, so the bucket has no place for it.`, {
      code: 'wrong_use',
      exit: 2,
      hint: 'Name a dump in the bucket, or a file that heapdump:download saved.',
    })
  }

  if (force) return
  for (const dump of known) {
    if ((await store.listObjects(bucketFolder(dump))).length === 0) continue
    throw new UserError(`The bucket has the tables of ${dump.id} already: ${bucketFolder(dump)}`, {
      code: 'file_exists',
      exit: 2,
      hint: 'Overwrite them with --force.',
    })
  }
}

/** Throws UserErrors of the store, and `interrupted`, `disk_full`, `no_duckdb`. */
export async function exportToBucket(
  analysis: CachedAnalysis,
  store: WritableStore,
  options: ExportOptions,
): Promise<Written> {
  const {known, onProgress, signal} = options
  const folder = await mkdtemp(join(tmpdir(), 'heapdump-parquet-'))
  try {
    const {files, ...written} = await stoppable(analysis, signal, writeParquet(analysis, folder, options))
    const uploads = files.map(({bytes, name}) => ({
      bytes,
      key: `${bucketFolder(known)}${name}`,
      path: join(folder, name),
    }))
    await store.writeFiles(uploads, {onProgress, signal})
    // What an earlier export had besides.
    const keys = new Set(uploads.map(({key}) => key))
    const left = (await store.listObjects(bucketFolder(known))).filter(({key}) => !keys.has(key))
    if (left.length > 0) await store.remove(left.map(({key}) => key))
    return written
  } finally {
    await rm(folder, {force: true, recursive: true})
  }
}
