// What a process's recorded history shows: whether its old objects climb or have been level, and what its memory did.
//
// Old objects are counted only after major GCs: in between, old garbage is among them. The first minutes are left out
// because every app climbs then. A cache takes longer to fill, so nothing is proven before another hour has passed.
import type {HistoryPoint, ProcessHistory} from '../../process-history.js'
import {type Climb, climbOf, type ClimbOptions, fallOf, plateauOf, quarters, type Sample, sawtoothOf} from './climb.js'

/**
 * `level`: for at least an hour and half of the process's life. `climbing`: from some time on, until the dump. `short`:
 * the process is too young. `unclear`: none of these, or there were too few major GCs. Only memory can be `levelling`
 * (level for 20 minutes or more), `falling`, or `sawtooth`: it rises and falls in turn.
 */
export type TrendState = 'level' | 'climbing' | 'short' | 'unclear' | 'levelling' | 'falling' | 'sawtooth'

export type Trend = {
  readonly state: TrendState
  /** How long it has climbed, fallen, or been level, at the time of the dump. */
  readonly seconds: number | null
  /** Gain per hour if it climbs, even if so slowly that the state is `unclear`. Loss per hour if it falls. */
  readonly perHour: number | null
  /** The lowest and the highest rate if it climbs: of all the time, of each half, and of the last quarter. */
  readonly perHourBetween: readonly [number, number] | null
  /** Total gain if it climbs, or loss if it falls. */
  readonly gain: number | null
  /** Difference between the lowest and the highest value while it was level, or in a sawtooth. */
  readonly spread: number | null
  /**
   * The share of all GCs since boot that ran in this time, from the middle of its first quarter to the middle of its
   * last: a measure of the work done.
   */
  readonly ofGcs: number | null
}

export type HistoryReport = {
  /** ISO 8601, UTC. */
  readonly bootedAt: string
  /** Age of the process when it was dumped. */
  readonly processSeconds: number
  /** GCs that had run when the agent started, when tracing began, and when it was dumped. */
  readonly gcAtBoot: number | null
  readonly gcAtDump: number | null
  readonly gcAtTracing: number | null
  readonly oldObjects: Trend
  /** Resident memory, in bytes. */
  readonly memory: Trend
  readonly quotaBytes: number | null
  /** Memory used by all processes of the dyno. */
  readonly usedBytes: number | null
  /**
   * Time from the dump until the quota is reached, if the dyno's other processes grow at the same rate; 0: it has been
   * reached. null: unknown, or memory does not climb.
   */
  readonly quotaReachedInSeconds: number | null
  /** The same for the highest and the lowest rate of the climb so far: the soonest and the latest. */
  readonly quotaReachedBetweenSeconds: readonly [number, number] | null
  readonly points: readonly HistoryPoint[]
}

const HOUR = 3600
/** In the first minutes every app loads code and fills its pools. */
export const WARM_UP_SECONDS = 600
/** The history of a younger process is too short. */
export const LEAST_SECONDS = 1200
/** Before this, a cache that is still filling looks like a leak. */
export const SETTLED_SECONDS = WARM_UP_SECONDS + HOUR
/** The largest relative spread that counts as level. */
const LEVEL_SHARE = 0.03
/** Relative gains: below the first a climb is not alarming, below the second it is noise. */
const CLIMB_SHARE = 0.05
const SLOW_SHARE = 0.005
const SAWTOOTH_SHARE = 0.1
/** How much better a climb and a plateau must fit than a climb alone. */
const CLEARLY = 4
/**
 * Share of all GCs. Between the middles of its first and last quarter, half of a process's life has about three eighths
 * of them.
 */
const LEAST_WORK = 0.15
const DAY = 86_400
const LEAST_OBJECTS = 500
const LEAST_BYTES = 10e6

const UNKNOWN: Omit<Trend, 'state'> = {
  gain: null,
  ofGcs: null,
  perHour: null,
  perHourBetween: null,
  seconds: null,
  spread: null,
}

export function judgeHistory(history: ProcessHistory): HistoryReport {
  const {bootedAt, gcAtBoot, gcAtDump, gcAtTracing, points, quotaBytes, seconds, usedBytes} = history
  const sizes = points.map(({rssBytes: value, seconds: at}) => ({at, value}))
  const oldObjects = trendOf(history, {
    all: oldSamples(history),
    climbing: afterMajors(points),
    leastGain: LEAST_OBJECTS,
  })
  const memory = memoryTrend(history, sizes, {
    inSteps: oldObjects.state === 'climbing',
    leastGain: LEAST_BYTES + history.grownWhileDumping,
    leastShare: CLIMB_SHARE,
  })
  return {
    bootedAt: new Date(bootedAt * 1000).toISOString().replace('.000Z', 'Z'),
    gcAtBoot,
    gcAtDump,
    gcAtTracing,
    memory,
    oldObjects,
    points,
    processSeconds: seconds,
    quotaBytes,
    quotaReachedBetweenSeconds: betweenOf(
      memory.perHourBetween?.toReversed().map(rate => quotaReachedIn(history, rate)),
    ),
    quotaReachedInSeconds: quotaReachedIn(history, memory.state === 'climbing' ? memory.perHour : null),
    usedBytes,
  }
}

type Series = {
  /** Samples for a climb, and samples for being level; null: unknown. */
  readonly climbing: readonly Sample[]
  readonly all: readonly Sample[] | null
  readonly leastGain: number
  readonly inSteps?: boolean
}

function trendOf(history: ProcessHistory, {all, climbing, ...options}: Series): Trend {
  const {seconds} = history
  if (seconds < LEAST_SECONDS) return {...UNKNOWN, state: 'short'}
  const settled = climbing.filter(({at}) => at >= WARM_UP_SECONDS)
  const climb = climbOf(settled, {...options, leastShare: CLIMB_SHARE})
  // A climb that ended long ago, or has had no sample for long, does not count.
  if (climb !== null && seconds - climb.to <= climb.to - climb.from) return climbingTrend(climb, seconds)
  const from = Math.max(WARM_UP_SECONDS, seconds - Math.min(DAY, Math.max(HOUR, seconds / 2)))
  if (seconds - from < HOUR) return {...UNKNOWN, state: seconds < SETTLED_SECONDS ? 'short' : 'unclear'}
  const values = all === null ? null : quarters(all, from, seconds)
  if (values === null) return {...UNKNOWN, state: 'unclear'}
  const spread = Math.max(...values) - Math.min(...values)
  const isLevel = spread <= Math.max(...values) * LEVEL_SHARE
  const ofGcs = workBetween(history, from)
  // An idle process is level, whatever it accumulates under load.
  if (!isLevel || ofGcs < LEAST_WORK) return {...UNKNOWN, state: 'unclear'}
  const slow = climbOf(settled, {leastGain: 0, leastShare: SLOW_SHARE})
  return slow === null
    ? {...UNKNOWN, ofGcs, seconds: seconds - from, spread, state: 'level'}
    : {...climbingTrend(slow, seconds), state: 'unclear'}
}

function memoryTrend(history: ProcessHistory, sizes: readonly Sample[], options: ClimbOptions): Trend {
  const {seconds} = history
  const trend = trendOf(history, {...options, all: sizes, climbing: sizes})
  if (seconds < LEAST_SECONDS) return trend
  const settled = sizes.filter(({at}) => at >= WARM_UP_SECONDS)
  const plateau = plateauOf(settled, LEVEL_SHARE)
  const levelling: Trend | null = plateau && {
    ...UNKNOWN,
    seconds: seconds - plateau.from,
    spread: plateau.spread,
    state: 'levelling',
  }
  if (trend.state === 'climbing') {
    const hasStopped = plateau !== null && plateau.error * CLEARLY < climbOf(settled, options)!.error
    return hasStopped ? levelling! : trend
  }

  const fall = fallOf(settled, options)
  if (fall !== null) return {...climbingTrend(fall, seconds), perHourBetween: null, state: 'falling'}
  const teeth = sawtoothOf(settled, SAWTOOTH_SHARE)
  if (teeth !== null) return {...UNKNOWN, spread: teeth.high - teeth.low, state: 'sawtooth'}
  return trend.state === 'level' || trend.perHour !== null ? trend : (levelling ?? trend)
}

/** Assumes evenly distributed GCs if they were not counted. */
function workBetween({gcAtBoot, gcAtDump, points, seconds}: ProcessHistory, from: number): number {
  const eighth = (seconds - from) / 8
  const countAt = (at: number) => points.findLast(({gcs, seconds: when}) => gcs !== null && when <= at)?.gcs ?? null
  const [start, end] = [countAt(from + eighth), countAt(seconds - eighth)]
  if (start === null || end === null || gcAtBoot === null || gcAtDump === null) return (6 * eighth) / seconds
  return gcAtDump <= gcAtBoot ? 0 : (end - start) / (gcAtDump - gcAtBoot)
}

function climbingTrend({from, gain, rate, rates: [low, high]}: Climb, seconds: number): Trend {
  return {
    gain: Math.round(gain),
    perHour: Math.round(rate * HOUR),
    perHourBetween: [Math.round(low * HOUR), Math.round(high * HOUR)],
    ofGcs: null,
    seconds: seconds - from,
    spread: null,
    state: 'climbing',
  }
}

/** One sample for each observed major GC. */
function afterMajors(points: readonly HistoryPoint[]): Sample[] {
  const samples: Sample[] = []
  let majors = -1
  for (const point of points) {
    if (point.oldObjects === null || point.majors === majors) continue
    majors = point.majors
    samples.push({at: point.seconds, value: point.oldObjects})
  }

  return samples
}

/**
 * All samples, each with the count after the last major GC. Without a major GC in the last quarter, growth there would
 * be missed, so the count including garbage is used, which is never lower. null: unknown.
 */
function oldSamples({oldNow, points, seconds}: ProcessHistory): readonly Sample[] | null {
  const samples = points.flatMap(({oldObjects, seconds: at}) => (oldObjects === null ? [] : [{at, value: oldObjects}]))
  const last = afterMajors(points).at(-1)
  if (last === undefined) return null
  const lately = seconds - Math.min(DAY, Math.max(HOUR, seconds / 2)) / 4
  if (last.at >= lately) return samples
  return oldNow === null
    ? null
    : samples.map(({at, value}) => ({at, value: at >= lately ? Math.max(value, oldNow) : value}))
}

function quotaReachedIn({quotaBytes, rssBytes, usedBytes}: ProcessHistory, perHour: number | null): number | null {
  if (perHour === null || perHour <= 0 || quotaBytes === null || rssBytes === null || rssBytes === 0) return null
  const used = Math.max(usedBytes ?? 0, rssBytes)
  return Math.max(0, Math.round(((quotaBytes - used) / (perHour * (used / rssBytes))) * HOUR))
}

function betweenOf(times: ReadonlyArray<number | null> = []): readonly [number, number] | null {
  const [soonest = null, latest = null] = times
  return soonest === null || latest === null ? null : [soonest, latest]
}
