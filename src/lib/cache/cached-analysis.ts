// An analysis with a cache: reads the dump only for what the cache does not have.
import type {Analysis, DumpToRead} from '../analysis/session/open-analysis.js'
import type {AnalysisReport, ReportOptions} from '../analysis/report/report.js'
import type {Answer, QuestionName, QuestionOptions} from '../analysis/session/questions.js'
import type {ReportCache} from './report-cache.js'

export type CachedDump = {
  readonly dump: Pick<DumpToRead, 'source'>
  readonly cache: ReportCache
  /** The current identity of the dump; null: it has none. */
  readonly identify: () => Promise<string | null>
}

export async function withCachedReports(
  {dump, cache, identify}: CachedDump,
  open: () => Promise<Analysis>,
): Promise<Analysis> {
  const identity = await identify()
  let opened: Promise<Analysis> | null = null

  const report = async (options: ReportOptions): Promise<AnalysisReport> => {
    const cached = identity === null ? null : await cache.find(identity, options)
    // The same file may have been analyzed under another name.
    if (cached !== null) return {...cached, dump: {...cached.dump, source: dump.source}}
    opened ??= open()
    const answer = await (await opened).ask('report', options)
    // Never cache a dump that is still being written, or a truncated download.
    if (identity !== null && !answer.dump.truncated && (await identify()) === identity)
      await cache.keep(identity, options, answer)
    return answer
  }

  return {
    async ask<Name extends QuestionName>(name: Name, options: QuestionOptions<Name>): Promise<Answer<Name>> {
      if (name === 'report') return (await report(options as ReportOptions)) as Answer<Name>
      opened ??= open()
      return (await opened).ask(name, options)
    },
    async close() {
      await (await opened?.catch(() => null))?.close()
    },
  }
}
