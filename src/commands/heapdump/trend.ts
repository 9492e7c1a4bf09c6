import {HeapdumpCommand} from '../../lib/cli/base-command.js'
import {MAP, rowsInHtml} from '../../lib/cli/html-flags.js'
import {topRows} from '../../lib/cli/top-flag.js'
import type {GroupedTrendResult} from '../../lib/cli/trend-by.js'
import {refuseReportOfSummaries, TREND_FLAGS} from '../../lib/cli/trend-flags.js'
import type {TrendDocument} from '../../lib/cli/trend-of-dumps.js'

/** With `by`: the second one, from summaries. */
export type TrendResult = TrendDocument | GroupedTrendResult

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
    const withProgress = this.withProgress.bind(this)
    if (flags.by !== undefined) {
      const {runGroupedTrend} = await import('../../lib/cli/trend-by.js')
      const {next, notes, result, warnings} = await runGroupedTrend({bucket, by: flags.by, flags, top, withProgress})
      for (const warning of warnings) this.warn(warning)
      await this.show('GroupedTrendScreen', {...result, app: bucket.app, next, notes})
      return result
    }

    const {trendOfDumps} = await import('../../lib/cli/trend-of-dumps.js')
    const {documentOf, facts, history, trees} = await trendOfDumps(bucket, {...flags, map: file && MAP, withProgress})
    const result = documentOf(top)
    for (const dump of facts) this.warnIfTruncated(dump)
    await this.show('TrendScreen', {...result, app: bucket.app, target: bucket.target})
    if (file !== null) {
      const report = documentOf(rowsInHtml(flags.top))
      this.say(await file.writeTrend(flags, {app: bucket.app, history, report, trees}))
    }

    return result
  }
}
