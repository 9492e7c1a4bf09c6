// heapdump:trend: downloads some dumps of a process, and says what grows in them, and how fast.
import type {MemoryNode, TreeOptions} from '../analysis/browse/memory-tree.js'
import {verdictOfTrend} from '../analysis/compare/compared-verdict.js'
import {type TrendReport, trendReport} from '../analysis/compare/trend-report.js'
import type {DumpFacts} from '../analysis/report/report.js'
import {findSeries} from '../inputs/dumps-of-trend.js'
import {readSamples} from '../inputs/samples-of-runs.js'
import {tallyDumps} from '../inputs/tally-dumps.js'
import type {ProcessHistory} from '../process-history.js'
import type {OnProgress} from '../progress.js'
import type {Bucket} from '../store/open-bucket.js'
import {DUMPS_READ} from './trend-flags.js'

export type TrendDocument = TrendReport & {
  /** What it means, in sentences. */
  readonly verdict: readonly string[]
}

export type DumpTrend = {
  /** With so many rows per table; 0 = all. */
  readonly documentOf: (top: number) => TrendDocument
  /** The dumps that were read. */
  readonly facts: readonly DumpFacts[]
  /** The rest is for an HTML report; null: not requested, or not recorded. */
  readonly history: ProcessHistory | null
  readonly trees: readonly [MemoryNode, MemoryNode] | null
}

type Options = {
  readonly dyno?: string | undefined
  readonly process?: string | undefined
  readonly last?: number | undefined
  /** null: no memory maps. */
  readonly map: TreeOptions | null
  readonly withProgress: <Result>(run: (onProgress: OnProgress) => Promise<Result>) => Promise<Result>
}

/** Throws UserError `no_dumps`, and those of reading. */
export async function trendOfDumps(
  bucket: Bucket,
  {last = DUMPS_READ, map, withProgress, ...named}: Options,
): Promise<DumpTrend> {
  const series = findSeries(await bucket.store.list(), {...named, last, target: bucket.target})
  const [{history, tallies, trees}, samples] = await Promise.all([
    withProgress(onProgress => tallyDumps(series.run, bucket, map, onProgress)),
    readSamples(series.history, bucket.store),
  ])
  return {
    documentOf: top => {
      const report = trendReport(series, tallies, samples, top)
      return {...report, verdict: verdictOfTrend(report)}
    },
    facts: tallies.map(({facts}) => facts),
    history,
    trees,
  }
}
