// What heapdump:trend reports on a process: what grows, and how fast its memory and its heap grow. Pure.
import {type MemoryGrowth, memoryGrowth} from '../tables/memory-growth.js'
import type {GroupBytes} from '../tables/part-groups.js'
import type {DumpTally} from './tally-dump.js'
import {type Trend, trendOf} from './trend.js'
import {slope} from './slope.js'

const HOUR_MS = 3_600_000

/** A dump as the list shows it. */
export type ListedDump = {
  readonly id: string
  readonly key: string
  readonly createdAt: string
  readonly growth: {readonly dumps: number; readonly bytes: number; readonly whileDumping: number} | null
  readonly memoryBytes: number | null
  readonly pid: number | null
  readonly release: string | null
}

/** The memory of a process between dumps, as its agent recorded it. */
export type MemorySample = Pick<ListedDump, 'pid' | 'release'> & {
  /** ISO 8601, UTC. */
  readonly at: string
  readonly memoryBytes: number
}

/** Dumps of one process over time, oldest first. */
export type SeriesOfDumps = {
  readonly dyno: string
  readonly process: string | null
  readonly otherProcesses: readonly string[]
  /** All dumps of this dyno and role, across restarts and deploys. */
  readonly history: readonly ListedDump[]
  /** The dumps to read, from one run of the process: none, or at least two. */
  readonly run: readonly ListedDump[]
}

export type TrendReport = Trend &
  Omit<SeriesOfDumps, 'history' | 'run'> & {
    /** All dumps of the dyno and role, oldest first. */
    readonly memory: ReadonlyArray<Pick<ListedDump, 'id' | 'createdAt' | 'pid' | 'release' | 'memoryBytes'>>
    /** What the agent recorded of its newest runs, oldest first. */
    readonly samples: readonly MemorySample[]
    /** The dumps that were read, from one run of the process, oldest first. */
    readonly dumps: ReadonlyArray<
      Pick<ListedDump, 'id' | 'key' | 'createdAt' | 'growth' | 'memoryBytes'> & {
        /** Live objects, as for all shares of `analyze`. */
        readonly objects: number
        readonly memsize: number
        readonly truncated: boolean
        /** The process's memory by part; null: not recorded. */
        readonly parts: GroupBytes | null
      }
    >
    /** From the first of these dumps to the last. */
    readonly hours: number
    /** Slope of the best-fitting line; null if the memory of a dump is unknown. */
    readonly memoryPerHour: number | null
    readonly heapPerHour: number | null
    /** What the process grew by, from the first of these dumps to the last; null: not recorded. */
    readonly memoryGrowth: MemoryGrowth | null
  }

/** `read`: one for each dump of `series.run`. `top`: rows per table, 0 = all. */
export function trendReport(
  series: SeriesOfDumps,
  read: readonly DumpTally[],
  samples: readonly MemorySample[],
  top: number,
): TrendReport {
  const {dyno, history, otherProcesses, process: role, run} = series
  const hours = run.map(({createdAt}) => Date.parse(createdAt) / HOUR_MS)
  const memories = run.flatMap(({memoryBytes}) => (memoryBytes === null ? [] : [memoryBytes]))
  const sizes = read.map(({totals}) => totals.aliveMemsize)
  const tallies = read.map(({tally}) => tally)
  const isEnough = run.length > 1
  return {
    ...(isEnough ? trendOf(tallies, hours, top) : {classes: [], owners: [], sites: []}),
    dumps: run.map(({id, key, createdAt, growth, memoryBytes}, at) => ({
      createdAt,
      growth,
      id,
      key,
      memoryBytes,
      memsize: sizes[at],
      objects: read[at].totals.aliveObjects,
      parts: read[at].parts,
      truncated: read[at].facts.truncated,
    })),
    dyno,
    heapPerHour: isEnough ? slope(hours, sizes) : null,
    hours: isEnough ? hours[hours.length - 1] - hours[0] : 0,
    memory: history.map(({id, createdAt, pid, release, memoryBytes}) => ({createdAt, id, memoryBytes, pid, release})),
    memoryGrowth: isEnough ? memoryGrowth(read[0].parts, read[read.length - 1].parts) : null,
    memoryPerHour: isEnough && memories.length === hours.length ? slope(hours, memories) : null,
    otherProcesses,
    process: role,
    samples,
  }
}
