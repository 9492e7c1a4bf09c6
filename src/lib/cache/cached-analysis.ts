// An analysis with a cache: reads the dump only for what the cache does not have.
import type {Analysis, DumpToRead} from '../analysis/session/open-analysis.js'
import type {HeapFile} from '../analysis/session/heap-file.js'
import type {AnalysisReport, ReportOptions} from '../analysis/report/report.js'
import type {Answer, QuestionName, QuestionOptions} from '../analysis/session/questions.js'
import type {HeapCache} from './heap-cache.js'
import type {ReportCache} from './report-cache.js'

export type Caches = {readonly reports: ReportCache; readonly heaps: HeapCache}

export type CachedDump = {
  readonly dump: Pick<DumpToRead, 'source'>
  /** null: neither read nor write them. */
  readonly caches: Caches | null
  /** The current identity of the dump; null: it has none. */
  readonly identify: () => Promise<string | null>
  /** Whether everything recorded with the dump could be fetched. If not, nothing is cached. Default: it could. */
  readonly isWhole?: (() => boolean) | undefined
  /** Called if a dump in the cache is read nevertheless, for its string contents. */
  readonly onReread?: (() => void) | undefined
}

export type Openings = {
  /** Reads the dump. */
  readonly read: () => Promise<Analysis>
  /** Opens a kept heap. May throw anything. */
  readonly openKept: (file: HeapFile) => Promise<Analysis>
}

export type CachedAnalysis = Pick<Analysis, 'ask' | 'close'> & {
  /** Opens the heap now, not when a question needs it. */
  open(): Promise<void>
  /** Keeps the heap, if it was read. Call it when the answer is on the screen. */
  keep(): Promise<void>
}

type Opened = {readonly analysis: Analysis; readonly isKept: boolean}

export async function withCaches(
  {dump, caches, identify, isWhole = () => true, onReread}: CachedDump,
  {read, openKept}: Openings,
): Promise<CachedAnalysis> {
  const identity = caches === null ? null : await identify()
  let opened: Promise<Opened> | null = null
  /** Whether the cache has a heap, as far as is known without opening it. */
  let hasHeap = false

  const open = async (needsStrings: boolean): Promise<Opened> => {
    const file = caches === null || identity === null ? null : await caches.heaps.find(identity)
    if (file !== null && !needsStrings) {
      const analysis = await openKept(file).catch(() => null)
      if (analysis !== null) return {analysis, isKept: true}
    }

    if (file !== null && needsStrings) {
      hasHeap = true
      onReread?.()
    }

    return {analysis: await read(), isKept: false}
  }

  const analysisFor = async (needsStrings: boolean): Promise<Analysis> => {
    const before = await opened
    if (before?.isKept && needsStrings) {
      await before.analysis.close()
      opened = null
    }

    return (await (opened ??= open(needsStrings))).analysis
  }

  const report = async (options: ReportOptions): Promise<AnalysisReport> => {
    const cached = caches === null || identity === null ? null : await caches.reports.find(identity, options)
    // The same file may have been analyzed under another name.
    if (cached !== null) return {...cached, dump: {...cached.dump, source: dump.source}}
    const answer = await (await analysisFor(needsStringContents('report', options))).ask('report', options)
    // Never cache a dump that is still being written, or a truncated download.
    if (caches !== null && identity !== null && !answer.dump.truncated && isWhole() && (await identify()) === identity)
      await caches.reports.keep(identity, options, answer)
    return answer
  }

  return {
    async ask<Name extends QuestionName>(name: Name, options: QuestionOptions<Name>): Promise<Answer<Name>> {
      if (name === 'report') return (await report(options as ReportOptions)) as Answer<Name>
      return (await analysisFor(needsStringContents(name, options))).ask(name, options)
    },
    async close() {
      await (await opened?.catch(() => null))?.analysis.close()
    },
    async open() {
      await analysisFor(false)
    },
    async keep() {
      const known = await opened?.catch(() => null)
      if (!known || known.isKept || hasHeap || caches === null || identity === null || !isWhole()) return
      if ((await identify()) !== identity) return
      await caches.heaps.keep(identity, (file, mostBytes) => known.analysis.keep(file, mostBytes))
    },
  }
}

/** Whether only the dump can answer it. */
function needsStringContents<Name extends QuestionName>(name: Name, options: QuestionOptions<Name>): boolean {
  switch (name) {
    case 'report':
      return (options as QuestionOptions<'report'>).masked !== true
    case 'explain':
      return (options as QuestionOptions<'explain'>).showValues
    case 'table':
      return readsStrings((options as QuestionOptions<'table'>).options)
    case 'tableSizes':
      return readsStrings(options as QuestionOptions<'tableSizes'>)
    default:
      return name === 'growth' || name === 'snapshot'
  }
}

/** Columns with hashes or contents of strings. */
function readsStrings({hashes, showValues}: QuestionOptions<'tableSizes'>): boolean {
  return hashes || showValues
}
