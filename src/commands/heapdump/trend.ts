import {Flags} from '@oclif/core'
import type {DumpTally} from '../../lib/analysis/compare/tally-dump.js'
import type {Trend} from '../../lib/analysis/compare/trend.js'
import {HeapdumpCommand} from '../../lib/cli/base-command.js'
import type {Bucket} from '../../lib/store/open-bucket.js'
import type {StoredDump} from '../../lib/store/store.js'

/** As many dumps are downloaded where --last says nothing. */
const DUMPS_READ = 5
/** Rows a table where --top says nothing: a screen for people, more for scripts. */
const TOP_ON_SCREEN = 8
const TOP_IN_JSON = 100
const HOUR_MS = 3_600_000

export type TrendResult = Trend & {
  readonly dyno: string
  readonly process: string | null
  readonly otherProcesses: readonly string[]
  /** Of all dumps of the dyno and role, oldest first. */
  readonly memory: ReadonlyArray<Pick<StoredDump, 'id' | 'createdAt' | 'pid' | 'release' | 'memoryBytes'>>
  /** Those that were read, of one run of the process, oldest first. */
  readonly dumps: ReadonlyArray<
    Pick<StoredDump, 'id' | 'key' | 'createdAt' | 'growth' | 'memoryBytes'> & {
      /** Of what is alive, as all shares of `analyze` are. */
      readonly objects: number
      readonly memsize: number
      readonly truncated: boolean
    }
  >
  /** From the first of these to the last. */
  readonly hours: number
  /** Of the line that fits best; null where the memory of a dump is unknown. */
  readonly memoryPerHour: number | null
  readonly heapPerHour: number | null
}

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
    const [{findSeries}, {trendOf}, {slope}] = await Promise.all([
      import('../../lib/inputs/dumps-of-trend.js'),
      import('../../lib/analysis/compare/trend.js'),
      import('../../lib/analysis/compare/slope.js'),
    ])
    const {dyno, last, process: role} = flags
    const series = findSeries(await bucket.store.list(), {dyno, last, process: role, target: bucket.target})
    const read = await this.readAll(series.run, bucket)
    const hours = series.run.map(dump => Date.parse(dump.createdAt) / HOUR_MS)
    const memories = series.run.flatMap(({memoryBytes}) => (memoryBytes === null ? [] : [memoryBytes]))
    const enough = series.run.length > 1
    const result: TrendResult = {
      ...(enough
        ? trendOf(
            read.map(one => one.tally),
            hours,
            flags.top ?? (this.jsonEnabled() ? TOP_IN_JSON : TOP_ON_SCREEN),
          )
        : {classes: [], owners: [], sites: []}),
      dumps: series.run.map(({id, key, createdAt, growth, memoryBytes}, at) => {
        const {totals, facts} = read[at]
        return {
          createdAt,
          growth,
          id,
          key,
          memoryBytes,
          memsize: totals.aliveMemsize,
          objects: totals.aliveObjects,
          truncated: facts.truncated,
        }
      }),
      dyno: series.dyno,
      heapPerHour: enough
        ? slope(
            hours,
            read.map(({totals}) => totals.aliveMemsize),
          )
        : null,
      hours: enough ? hours[hours.length - 1] - hours[0] : 0,
      memory: series.history.map(({id, createdAt, pid, release, memoryBytes}) => ({
        createdAt,
        id,
        memoryBytes,
        pid,
        release,
      })),
      memoryPerHour: enough && memories.length === hours.length ? slope(hours, memories) : null,
      otherProcesses: series.otherProcesses,
      process: series.process,
    }
    for (const {facts} of read) this.warnIfTruncated(facts)
    await this.show('TrendScreen', {...result, app: bucket.app, target: bucket.target})
    return result
  }

  /** One after the other: each heap is gone before the next one comes. */
  private async readAll(dumps: readonly StoredDump[], bucket: Bucket): Promise<DumpTally[]> {
    const [{askOnce}, {naming}, {storedDump}, {openProgressBar}] = await Promise.all([
      import('../../lib/analysis/session/open-analysis.js'),
      import('../../lib/analysis/session/compare-dumps.js'),
      import('../../lib/inputs/named-dump.js'),
      import('../../lib/render/progress-bar.js'),
    ])
    const bar = openProgressBar(process.stderr)
    const tallies: DumpTally[] = []
    try {
      for (const [at, dump] of dumps.entries()) {
        const onProgress = (progress: Parameters<typeof bar.onProgress>[0]) =>
          bar.onProgress({...progress, phase: `${at + 1} of ${dumps.length}: ${progress.phase}`})
        const named = storedDump(dump, bucket)
        tallies.push(await naming(named, askOnce(named, 'tally', {}, onProgress)))
      }
    } finally {
      bar.close()
    }

    return tallies
  }
}
