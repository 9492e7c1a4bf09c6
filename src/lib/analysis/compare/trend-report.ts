// What heapdump:trend says of a process: what grows, and how fast its memory and its heap do. Pure.
import type {DumpTally} from './tally-dump.js'
import {type Trend, trendOf} from './trend.js'
import {slope} from './slope.js'

const HOUR_MS = 3_600_000

/** What a list says of a dump. */
export type ListedDump = {
  readonly id: string
  readonly key: string
  readonly createdAt: string
  readonly growth: {readonly dumps: number; readonly bytes: number; readonly whileDumping: number} | null
  readonly memoryBytes: number | null
  readonly pid: number | null
  readonly release: string | null
}

/** Dumps of one process over time, oldest first. */
export type SeriesOfDumps = {
  readonly dyno: string
  readonly process: string | null
  readonly otherProcesses: readonly string[]
  /** All of this dyno and role, over restarts and deploys. */
  readonly history: readonly ListedDump[]
  /** Those that are read: of one run of the process; none, or two and more. */
  readonly run: readonly ListedDump[]
}

export type TrendReport = Trend &
  Omit<SeriesOfDumps, 'history' | 'run'> & {
    /** Of all dumps of the dyno and role, oldest first. */
    readonly memory: ReadonlyArray<Pick<ListedDump, 'id' | 'createdAt' | 'pid' | 'release' | 'memoryBytes'>>
    /** Those that were read, of one run of the process, oldest first. */
    readonly dumps: ReadonlyArray<
      Pick<ListedDump, 'id' | 'key' | 'createdAt' | 'growth' | 'memoryBytes'> & {
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

/** `read`: of each dump of `series.run`. `top`: rows a table, 0 = all. */
export function trendReport(series: SeriesOfDumps, read: readonly DumpTally[], top: number): TrendReport {
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
      truncated: read[at].facts.truncated,
    })),
    dyno,
    heapPerHour: isEnough ? slope(hours, sizes) : null,
    hours: isEnough ? hours[hours.length - 1] - hours[0] : 0,
    memory: history.map(({id, createdAt, pid, release, memoryBytes}) => ({createdAt, id, memoryBytes, pid, release})),
    memoryPerHour: isEnough && memories.length === hours.length ? slope(hours, memories) : null,
    otherProcesses,
    process: role,
  }
}
