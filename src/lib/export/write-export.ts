// A dump that was read → a file in another tool's format.
import type {FileHandle} from 'node:fs/promises'
import type {DumpFacts} from '../analysis/report/report.js'
import {LOWER_BOUNDS} from '../analysis/report/incomplete.js'
import type {CachedAnalysis} from '../cache/cached-analysis.js'
import {INTERRUPTED, UserError} from '../errors.js'
import type {NamedDump} from '../inputs/named-dump.js'
import {writePrivateFile} from '../private-file.js'
import type {OnProgress} from '../progress.js'
import type {KnownDump} from '../tables-of-dump/table.js'
import {exportOptions} from './export-file.js'
import {foldedStacks} from './folded-stacks.js'
import type {Format} from './formats.js'
import {writePrivateFolder} from './private-folder.js'
import {type TableFile, writeTables} from './write-tables.js'

export type ExportOptions = {
  readonly by: 'owner' | 'site'
  readonly force: boolean
  readonly format: Format
  /** For Parquet. */
  readonly known: KnownDump
  readonly onProgress: OnProgress
  readonly showValues: boolean
  readonly signal: AbortSignal
}

export type Written = {
  readonly bytes: number
  readonly dump: DumpFacts
  /** What is left out or merged, in sentences. */
  readonly notes: readonly string[]
}

/**
 * Leaves nothing behind if it fails. Throws UserError `interrupted`, `file_exists`, `disk_full`, `not_writable`. Closes
 * the analysis in that case, since its thread may still be writing.
 */
export async function writeExport(
  analysis: CachedAnalysis,
  dump: NamedDump,
  file: string,
  options: ExportOptions,
): Promise<Written> {
  const {force, format, signal} = options
  if (format === 'parquet')
    return writePrivateFolder(file, force, folder =>
      stoppable(analysis, signal, writeParquet(analysis, folder, options)),
    )
  return writePrivateFile(file, exportOptions(force), handle =>
    stoppable(analysis, signal, write(analysis, dump, handle, options)),
  )
}

/** Throws UserError `interrupted` once `signal` aborts. Closes the analysis if it, or the writing, fails. */
export async function stoppable<Result>(
  analysis: Pick<CachedAnalysis, 'close'>,
  signal: AbortSignal,
  written: Promise<Result>,
): Promise<Result> {
  try {
    return await Promise.race([written, stopped(signal)])
  } catch (error) {
    // Before the descriptor is closed and reused, or the folder deleted.
    await analysis.close()
    await written.catch(() => {})
    throw error
  }
}

/** All tables. */
export async function writeParquet(
  analysis: CachedAnalysis,
  folder: string,
  {known, onProgress, showValues}: Pick<ExportOptions, 'known' | 'onProgress' | 'showValues'>,
): Promise<Written & {readonly files: readonly TableFile[]}> {
  const files = await writeTables(analysis, known, folder, {onProgress, showValues})
  const dump = await analysis.ask('facts', {})
  return {bytes: files.reduce((sum, {bytes}) => sum + bytes, 0), dump, files, notes: notesOf(dump)}
}

async function write(
  analysis: CachedAnalysis,
  {facts, stored, titleToShare: title}: NamedDump,
  handle: FileHandle,
  {by, format, showValues}: ExportOptions,
): Promise<Written> {
  if (format === 'heapsnapshot') return analysis.ask('heapSnapshot', {file: handle.fd, showValues, title})
  const stacks = await analysis.ask('stacks', {by})
  const {dump} = stacks
  const notes = notesOf(dump)
  const createdAt = stored?.createdAt ?? facts?.createdAt ?? null
  const bytes =
    format === 'folded'
      ? Buffer.from(foldedStacks(stacks))
      : await (await import('./pprof.js')).pprofOf(stacks, {createdAt, notes, title})
  await handle.writeFile(bytes)
  return {bytes: bytes.length, dump, notes}
}

function notesOf({truncated}: DumpFacts): readonly string[] {
  return truncated ? [LOWER_BOUNDS] : []
}

function stopped(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const stop = () => reject(new UserError('Stopped. Nothing was saved.', {code: 'interrupted', exit: INTERRUPTED}))
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, {once: true})
  })
}
