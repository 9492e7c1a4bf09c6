// An analysis that remembers: the dump is read when something is asked that the cache does not know.
import type {Analysis, DumpToRead} from '../analysis/session/open-analysis.js'
import type {AnalysisReport, ReportOptions} from '../analysis/report/report.js'
import type {Answer, QuestionName, QuestionOptions} from '../analysis/session/questions.js'
import type {ReportCache} from './report-cache.js'

export type Remembered = {
  readonly dump: Pick<DumpToRead, 'source'>
  readonly cache: ReportCache
  /** What tells the dump from others now; null: nothing does. */
  readonly identify: () => Promise<string | null>
}

export async function rememberReports(
  {dump, cache, identify}: Remembered,
  open: () => Promise<Analysis>,
): Promise<Analysis> {
  const identity = await identify()
  let opened: Promise<Analysis> | null = null

  const report = async (options: ReportOptions): Promise<AnalysisReport> => {
    const known = identity === null ? null : await cache.find(identity, options)
    // The same file may have been named in another way.
    if (known !== null) return {...known, dump: {...known.dump, source: dump.source}}
    opened ??= open()
    const answer = await (await opened).ask('report', options)
    // A dump that is still being written would be remembered by its beginning, and so would one whose download was cut.
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
