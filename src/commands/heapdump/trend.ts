import type {TrendReport} from '../../lib/analysis/compare/trend-report.js'
import {HeapdumpCommand} from '../../lib/cli/base-command.js'
import {topRows} from '../../lib/cli/top-flag.js'
import type {GroupedTrendResult} from '../../lib/cli/trend-by.js'
import {DUMPS_READ, TREND_FLAGS} from '../../lib/cli/trend-flags.js'

/** With `by`: the second one, from summaries. */
export type TrendResult = TrendReport | GroupedTrendResult

export default class HeapdumpTrend extends HeapdumpCommand {
  static override summary = 'show what grows in a process across its stored dumps, and how fast'

  static override examples = [
    '$ heroku heapdump:trend --app example-app',
    '$ heroku heapdump:trend --by release --app example-app',
    '$ heroku heapdump:trend --by dyno --dyno web --app example-app',
    '$ heroku heapdump:trend --dyno worker.1 --last 3 --app example-app',
    '$ heroku heapdump:trend --app example-app --json',
  ]

  static override flags = TREND_FLAGS

  async run(): Promise<TrendResult> {
    const {flags} = await this.parse(HeapdumpTrend)
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
    const [read, samples] = await Promise.all([
      this.withProgress(onProgress => tallyDumps(series.run, bucket, onProgress)),
      readSamples(series.history, bucket.store),
    ])
    const result = trendReport(series, read, samples, top)
    for (const {facts} of read) this.warnIfTruncated(facts)
    await this.show('TrendScreen', {...result, app: bucket.app, target: bucket.target})
    return result
  }
}
