import {Flags} from '@oclif/core'
import type {TrendReport} from '../../lib/analysis/compare/trend-report.js'
import {HeapdumpCommand} from '../../lib/cli/base-command.js'
import {topFlag, topRows} from '../../lib/cli/top-flag.js'

/** Dumps to download without --last. */
const DUMPS_READ = 5
export type TrendResult = TrendReport

export default class HeapdumpTrend extends HeapdumpCommand {
  static override summary = 'show what grows in a process across its stored dumps, and how fast'

  static override examples = [
    '$ heroku heapdump:trend --app example-app',
    '$ heroku heapdump:trend --dyno worker.1 --last 3 --app example-app',
    '$ heroku heapdump:trend --app example-app --json',
  ]

  static override flags = {
    dyno: Flags.string({
      description: 'read the dumps of this dyno (default: that of the newest dump)',
      helpGroup: 'selection',
      helpValue: 'web.1',
    }),
    last: Flags.integer({
      default: DUMPS_READ,
      description: 'number of dumps to read, counted from the newest',
      helpGroup: 'selection',
      helpValue: 'N',
      min: 2,
    }),
    process: Flags.string({
      description: 'read the dumps of this process, named as in heapdump:list',
      helpGroup: 'selection',
      helpValue: '"puma worker 0"',
    }),
    top: topFlag(),
  }

  async run(): Promise<TrendResult> {
    const {flags} = await this.parse(HeapdumpTrend)
    const bucket = await this.openBucket(flags)
    const [{findSeries}, {readSamples}, {tallyDumps}, {trendReport}] = await Promise.all([
      import('../../lib/inputs/dumps-of-trend.js'),
      import('../../lib/inputs/samples-of-runs.js'),
      import('../../lib/inputs/tally-dumps.js'),
      import('../../lib/analysis/compare/trend-report.js'),
    ])
    const series = findSeries(await bucket.store.list(), {...flags, target: bucket.target})
    const [read, samples] = await Promise.all([
      this.withProgress(onProgress => tallyDumps(series.run, bucket, onProgress)),
      readSamples(series.history, bucket.store),
    ])
    const result = trendReport(series, read, samples, topRows(flags.top, {isJson: this.jsonEnabled()}))
    for (const {facts} of read) this.warnIfTruncated(facts)
    await this.show('TrendScreen', {...result, app: bucket.app, target: bucket.target})
    return result
  }
}
