// A dump → its analysis, from the cache if possible.
import {join} from 'node:path'
import type {AnalysisReport, ReportOptions} from '../analysis/report/report.js'
import {openAnalysis, openKept} from '../analysis/session/open-analysis.js'
import type {Answer, QuestionName, QuestionOptions} from '../analysis/session/questions.js'
import {analyzerVersion} from '../cache/analyzer-version.js'
import {type CachedAnalysis, type Caches, withCaches} from '../cache/cached-analysis.js'
import {fileIdentity, storedIdentity} from '../cache/dump-identity.js'
import {HeapCache} from '../cache/heap-cache.js'
import {ReportCache} from '../cache/report-cache.js'
import type {OnProgress} from '../progress.js'
import {factsPath} from '../store/facts-beside.js'
import {memoryPath} from '../store/memory-beside.js'
import type {NamedDump} from './named-dump.js'

export async function openCaches({cacheDir}: {readonly cacheDir: string}): Promise<Caches> {
  const version = await analyzerVersion()
  return {
    heaps: new HeapCache(join(cacheDir, 'heapdump-heaps'), version),
    reports: new ReportCache(join(cacheDir, 'heapdump-reports'), version),
  }
}

/** Deletes what is in the caches. Returns the numbers of files. */
export async function clearCaches(config: {
  readonly cacheDir: string
}): Promise<{readonly heaps: number; readonly reports: number}> {
  const {heaps, reports} = await openCaches(config)
  return {heaps: await heaps.clear(), reports: await reports.clear()}
}

export type Reading = {
  /** null: neither read nor write the caches. */
  readonly caches: Caches | null
  readonly onProgress: OnProgress
  /** Called when reading starts: the dump, or its heap in the cache. */
  readonly onOpen?: ((what: 'dump' | 'kept heap') => void) | undefined
  /** Called if a dump in the cache is read nevertheless, for its string contents. */
  readonly onReread?: (() => void) | undefined
}

/** Nothing is read before the first question. */
export function openCached(named: NamedDump, {caches, onOpen, onProgress, onReread}: Reading): Promise<CachedAnalysis> {
  const {dump, isWhole} = watchRecords(named)
  const opening = <Opened>(what: 'dump' | 'kept heap', open: () => Promise<Opened>) => {
    const opened = open()
    onOpen?.(what)
    return opened
  }
  return withCaches(
    {caches, dump, identify: () => identify(dump), isWhole, onReread},
    {
      openKept: file => opening('kept heap', () => openKept({...dump, file}, onProgress)),
      read: () => opening('dump', () => openAnalysis([dump], onProgress)),
    },
  )
}

/** Asks one question. `kept` is that of `keepAndClose`. */
export async function askCached<Name extends QuestionName>(
  dump: NamedDump,
  name: Name,
  options: QuestionOptions<Name>,
  reading: Reading,
): Promise<{readonly answer: Answer<Name>; readonly kept: Promise<void>}> {
  const analysis = await openCached(dump, reading)
  try {
    const answer = await analysis.ask(name, options)
    return {answer, kept: keepAndClose(analysis)}
  } catch (error) {
    await keepAndClose(analysis)
    throw error
  }
}

/** An analysis for many questions, and its report: the report may be in the cache, but the questions need the heap. */
export async function openWithReport(
  dump: NamedDump,
  options: ReportOptions,
  reading: Reading,
): Promise<{readonly analysis: CachedAnalysis; readonly report: AnalysisReport}> {
  const analysis = await openCached(dump, reading)
  try {
    await analysis.open()
    return {analysis, report: await analysis.ask('report', options)}
  } catch (error) {
    await analysis.close()
    throw error
  }
}

/**
 * Ends an analysis. Resolves when the heap is in the cache, and never rejects. The worker writes, so the main thread may
 * draw meanwhile.
 */
export async function keepAndClose(analysis: CachedAnalysis): Promise<void> {
  await analysis.keep().catch(() => {})
  await analysis.close()
}

/** Notes whether a record could not be fetched: the analysis goes on without it, but is not the last word. */
function watchRecords(dump: NamedDump): {readonly dump: NamedDump; readonly isWhole: () => boolean} {
  let isWhole = true
  const watched = <Fetched>(fetchRecord: (() => Promise<Fetched>) | undefined) =>
    fetchRecord &&
    (() =>
      fetchRecord().catch((error: unknown) => {
        isWhole = false
        throw error
      }))
  const {history, memory} = dump
  return {dump: {...dump, history: watched(history), memory: watched(memory)}, isWhole: () => isWhole}
}

async function identify({bytes, stored, target}: NamedDump): Promise<string | null> {
  if (stored !== null) return storedIdentity(stored, target)
  return 'path' in bytes ? fileIdentity(bytes.path, [factsPath(bytes.path), memoryPath(bytes.path)]) : null
}
