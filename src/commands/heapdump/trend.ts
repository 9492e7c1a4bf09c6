import {Flags} from '@oclif/core'
import type {TrendReport} from '../../lib/analysis/compare/trend-report.js'
import {HeapdumpCommand} from '../../lib/cli/base-command.js'

/** As many dumps are downloaded where --last says nothing. */
const DUMPS_READ = 5
/** Rows a table where --top says nothing: a screen for people, more for scripts. */
const TOP_ON_SCREEN = 8
const TOP_IN_JSON = 100

export type TrendResult = TrendReport

export default class HeapdumpTrend extends HeapdumpCommand {
  static override description =
    'show what grows in a process from one stored dump to the next: its memory over time, and what takes it'

  static override examples = [
    '$ heroku heapdump:trend --app example-app',
    '$ heroku heapdump:trend --dyno worker.1 --last 3 --app example-app',
    '$ heroku heapdump:trend --app example-app --json',
  ]

  static override flags = {
    dyno: Flags.string({
      description: 'whose dumps; those of the dyno of the newest dump when absent',
      helpValue: 'web.1',
    }),
    last: Flags.integer({default: DUMPS_READ, description: 'how many dumps to read, from the newest back', min: 2}),
    process: Flags.string({
      description: "which of the dyno's processes, as heapdump:list names it",
      helpValue: '"puma worker 0"',
    }),
    top: Flags.integer({description: `rows a table, 0 = all (${TOP_ON_SCREEN}; with --json ${TOP_IN_JSON})`, min: 0}),
  }

  async run(): Promise<TrendResult> {
    const {flags} = await this.parse(HeapdumpTrend)
    const bucket = await this.openBucket(flags)
    const [{findSeries}, {tallyDumps}, {trendReport}] = await Promise.all([
      import('../../lib/inputs/dumps-of-trend.js'),
      import('../../lib/inputs/tally-dumps.js'),
      import('../../lib/analysis/compare/trend-report.js'),
    ])
    const series = findSeries(await bucket.store.list(), {...flags, target: bucket.target})
    const read = await this.withProgress(onProgress => tallyDumps(series.run, bucket, onProgress))
    const result = trendReport(series, read, flags.top ?? (this.jsonEnabled() ? TOP_IN_JSON : TOP_ON_SCREEN))
    for (const {facts} of read) this.warnIfTruncated(facts)
    await this.show('TrendScreen', {...result, app: bucket.app, target: bucket.target})
    return result
  }
}
