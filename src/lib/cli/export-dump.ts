// Reads a dump and writes it to a file or the bucket. The first Ctrl-C while it writes leaves nothing behind; before that
// there is nothing to clean up.
import {UserError} from '../errors.js'
import {exportedAs, exportFiles} from '../export/export-file.js'
import {bucketFolder, exportToBucket, refuseExported} from '../export/export-to-bucket.js'
import type {Format} from '../export/formats.js'
import {type ExportOptions, writeExport, type Written} from '../export/write-export.js'
import type {NamedDump, NamedDumps} from '../inputs/named-dump.js'
import {keepAndClose, openCached, type Reading} from '../inputs/open-cached.js'
import type {Bucket} from '../store/open-bucket.js'
import type {KnownDump} from '../tables-of-dump/table.js'
import {catchSignals} from './catch-signals.js'

export type ExportTarget = {
  readonly dump: NamedDump
  readonly known: KnownDump
  /** A file or a folder, or the URL of a folder in the bucket. */
  readonly place: string
}

type Output = {
  /** null: to files. */
  readonly bucket: Bucket | null
  readonly force: boolean
  readonly format: Format
  readonly output: string
}

/** Throws UserErrors if an export could not be written. */
export async function exportTargets(
  dumps: NamedDumps,
  {bucket, force, format, output}: Output,
): Promise<readonly ExportTarget[]> {
  const known = exportedAs(dumps)
  const at = (place: number) => known[place] ?? known[0]
  if (bucket === null) {
    const files = await exportFiles(known, {force, format, output})
    return dumps.map((dump, place) => ({dump, known: at(place), place: files[place] ?? output}))
  }

  if (format !== 'parquet') throw new UserError('--to-bucket is for --format parquet.', {code: 'wrong_use', exit: 2})
  await refuseExported(dumps, known, bucket.store, force)
  const url = (dump: KnownDump) => `s3://${bucket.settings.bucket}/${bucketFolder(dump)}`
  return dumps.map((dump, place) => ({dump, known: at(place), place: url(at(place))}))
}

type Options = Pick<ExportOptions, 'by' | 'force' | 'format' | 'showValues'> & Pick<Output, 'bucket'>

/** Throws the UserErrors of reading and writing. */
export async function exportDump(
  {dump, known, place}: ExportTarget,
  {bucket, ...options}: Options,
  reading: Reading,
): Promise<Written> {
  // The cache has neither contents nor hashes of strings.
  const withStrings = options.showValues || options.format === 'parquet'
  const analysis = await openCached(
    {...dump, keepsHashes: withStrings},
    withStrings ? {...reading, caches: null} : reading,
  )
  await analysis.open()
  const {release, signal} = catchSignals('SIGINT', 'SIGTERM', 'SIGHUP')
  try {
    const all = {...options, known, onProgress: reading.onProgress, signal}
    const written =
      bucket === null
        ? await writeExport(analysis, dump, place, all)
        : await exportToBucket(analysis, bucket.store, all)
    await keepAndClose(analysis)
    return written
  } finally {
    release()
  }
}
