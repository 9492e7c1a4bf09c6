import {verdictOfTrend} from '../../lib/analysis/compare/compared-verdict.js'
import type {TrendReport} from '../../lib/analysis/compare/trend-report.js'
import {HeapdumpCommand} from '../../lib/cli/base-command.js'
import {MAP, rowsInHtml} from '../../lib/cli/html-flags.js'
import {topRows} from '../../lib/cli/top-flag.js'
import type {GroupedTrendResult} from '../../lib/cli/trend-by.js'
import {DUMPS_READ, refuseReportOfSummaries, TREND_FLAGS} from '../../lib/cli/trend-flags.js'

/** With `by`: the second one, from summaries. */
export type TrendResult = TrendOfDumps | GroupedTrendResult

type TrendOfDumps = TrendReport & {
  /** What it means, in sentences. */
  readonly verdict: readonly string[]
}

export default class HeapdumpTrend extends HeapdumpCommand {
  static override summary = 'show what grows in a process across its stored dumps, and how fast'

  static override examples = [
    '$ heroku heapdump:trend --app example-app',
    '$ heroku heapdump:trend --by release --app example-app',
    '$ heroku heapdump:trend --by dyno --dyno web --app example-app',
    '$ heroku heapdump:trend --dyno worker.1 --last 3 --app example-app',
    '$ heroku heapdump:trend --app example-app --json',
    '$ heroku heapdump:trend --app example-app --html trend.html',
  ]

  static override flags = TREND_FLAGS

  async run(): Promise<TrendResult> {
    const {flags} = await this.parse(HeapdumpTrend)
    refuseReportOfSummaries(flags)
    const file = flags.html === undefined ? null : await import('../../lib/render/html/write-comparison.js')
    await file?.refuseTakenReport(flags)
    const bucket = await this.openBucket(flags)
    const top = topRows(flags.top, {isJson: this.jsonEnabled()})
    if (flags.by !== undefined) {
      const {runGroupedTrend} = await import('../../lib/cli/trend-by.js')
      const withProgress = this.withProgress.bind(this)
      const {next, notes, result, warnings} = await runGroupedTrend({bucket, by: flags.by, flags, top, withProgress})
      for (const warning of warnings) this.warn(warning)
      await this.show('GroupedTrendScreen', {...result, app: bucket.app, next, notes})
      return result
    }

    const [{findSeries}, {readSamples}, {tallyDumps}, {trendReport}] = await Promise.all([
      import('../../lib/inputs/dumps-of-trend.js'),
      import('../../lib/inputs/samples-of-runs.js'),
      import('../../lib/inputs/tally-dumps.js'),
      import('../../lib/analysis/compare/trend-report.js'),
    ])
    const last = flags.last ?? DUMPS_READ
    const series = findSeries(await bucket.store.list(), {...flags, last, target: bucket.target})
    const [{history, tallies, trees}, samples] = await Promise.all([
      this.withProgress(onProgress => tallyDumps(series.run, bucket, file && MAP, onProgress)),
      readSamples(series.history, bucket.store),
    ])
    const report = trendReport(series, tallies, samples, top)
    const result = {...report, verdict: verdictOfTrend(report)}
    for (const {facts} of tallies) this.warnIfTruncated(facts)
    await this.show('TrendScreen', {...result, app: bucket.app, target: bucket.target})
    if (file !== null) {
      const full = trendReport(series, tallies, samples, rowsInHtml(flags.top))
      this.say(await file.writeTrend(flags, {app: bucket.app, history, report: full, trees}))
    }

    return result
  }
}
