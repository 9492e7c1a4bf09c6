// The shape of a series of sizes, sampled irregularly over the life of a process: whether it climbs, falls, rises and
// falls in turn, or has levelled off.

export type Sample = {readonly at: number; readonly value: number}

export type Climb = {
  /** Start of the climb, and time of the last sample. */
  readonly from: number
  readonly to: number
  /** Per second. */
  readonly rate: number
  /** The lowest and the highest rate: overall, and of each half; the highest also of the last quarter. */
  readonly rates: readonly [number, number]
  readonly gain: number
  /** Sum of the squared distances from the fitted line. */
  readonly error: number
}

export type Plateau = {
  /** Start of the plateau. */
  readonly from: number
  readonly spread: number
  /** Sum of the squared distances from the line and the plateau after it. */
  readonly error: number
}

export type Sawtooth = {readonly low: number; readonly high: number; readonly turns: number}

export type ClimbOptions = {
  /** A smaller gain is not a climb, nor is one below `leastShare` of the initial value. */
  readonly leastGain: number
  readonly leastShare: number
  /** It may pause for a while, as memory does while existing pages have unused capacity. */
  readonly inSteps?: boolean
}

/** Fewer samples prove nothing. */
export const LEAST_SAMPLES = 4
const LEAST_SECONDS = 900
/** The gain of the second half, at least, relative to the first half: a cache that fills up slows down. */
const STILL = 0.5
/** Each quarter contributes at least this part of its share: one or two steps are not a climb. */
const EACH_QUARTER = 0.25
/** The gain is at least this many times the scatter around the line. */
const ABOVE_SCATTER = 3
/** A shorter plateau may be a pause. */
const PLATEAU_SECONDS = 1200
const LEAST_TURNS = 4

type Line = {readonly base: number; readonly rate: number; readonly error: number}

/**
 * Fits a hinge: level up to a start, then a line (least squares, with each sample tried as the start; n² for a hundred
 * samples). null: it does not climb, or no longer does.
 */
export function climbOf(
  samples: readonly Sample[],
  {inSteps = false, leastGain, leastShare}: ClimbOptions,
): Climb | null {
  if (samples.length < LEAST_SAMPLES) return null
  const last = samples[samples.length - 1]
  const starts = samples.slice(0, 2 - LEAST_SAMPLES)
  const {bend: from, base, rate, error} = bestHinge(samples, starts, (at, start) => Math.max(0, at - start))
  const span = last.at - from
  const gain = rate * span
  if (
    span < LEAST_SECONDS ||
    gain < Math.max(leastGain, base * leastShare) ||
    gain < ABOVE_SCATTER * Math.sqrt(error / samples.length)
  )
    return null
  const [q0, q1, q2, q3, q4] = quartersOf(samples, from)
  const leastStep = inSteps ? 0 : (gain / 4) * EACH_QUARTER
  if ([q1 - q0, q2 - q1, q3 - q2, q4 - q3].some(step => step < leastStep) || q4 - q2 < (q2 - q0) * STILL) return null
  const halves = [(q2 - q0) / (span / 2), (q4 - q2) / (span / 2)]
  const lately = samples.filter(({at}) => at >= last.at - span / 4)
  const rates = [
    Math.min(rate, ...halves),
    Math.max(rate, ...halves, lately.length < LEAST_SAMPLES ? 0 : lineThrough(lately).rate),
  ] as const
  return {error, from, gain, rate, rates, to: last.at}
}

/** As `climbOf`, upside down: rate and gain are positive. */
export function fallOf(samples: readonly Sample[], {leastGain, leastShare}: ClimbOptions): Climb | null {
  const most = Math.max(0, ...samples.map(({value}) => value))
  const mirrored = samples.map(({at, value}) => ({at, value: most - value}))
  return climbOf(mirrored, {leastGain: Math.max(leastGain, most * leastShare), leastShare: 0})
}

/**
 * The level part at the end of a series, after a line that leads to it (least squares, with each sample tried as its
 * start). null: it is too short, or not level: its slope or its spread exceeds `share` of its height.
 */
export function plateauOf(samples: readonly Sample[], share: number): Plateau | null {
  if (samples.length < LEAST_SAMPLES) return null
  const starts = samples.slice(0, 1 - LEAST_SAMPLES)
  const {bend, error} = bestHinge(samples, starts, (at, start) => Math.min(0, at - start))
  const level = samples.filter(({at}) => at >= bend)
  const [from, to] = [level[0].at, level[level.length - 1].at]
  if (level.length < LEAST_SAMPLES || to - from < PLATEAU_SECONDS) return null
  const {rate} = lineThrough(level)
  const values = quarters(level, from, to) ?? level.map(({value}) => value)
  const [least, most] = [Math.min(...values), Math.max(...values)]
  const isLevel = Math.abs(rate) * (to - from) <= (most * share) / 2 && most - least <= most * share
  return isLevel ? {error, from, spread: most - least} : null
}

/** Turns of at least `share` of the height; null: fewer than four, which is two teeth. */
export function sawtoothOf(samples: readonly Sample[], share: number): Sawtooth | null {
  const values = samples.map(({value}) => value)
  const least = Math.max(0, ...values) * share
  const turns: number[] = []
  let [low, high] = [Infinity, -Infinity]
  let isUp: boolean | null = null
  for (const value of values) {
    ;[low, high] = [Math.min(low, value), Math.max(high, value)]
    if (isUp !== false && value <= high - least) {
      if (isUp === true) turns.push(high)
      ;[isUp, low] = [false, value]
    } else if (isUp !== true && value >= low + least) {
      if (isUp === false) turns.push(low)
      ;[isUp, high] = [true, value]
    }
  }

  return turns.length < LEAST_TURNS ? null : {high: Math.max(...turns), low: Math.min(...turns), turns: turns.length}
}

/** The best of the lines with a bend at one of `bends`; `distance` is the time on its sloping side. n² in all. */
function bestHinge(
  samples: readonly Sample[],
  bends: readonly Sample[],
  distance: (at: number, bend: number) => number,
): Line & {readonly bend: number} {
  let best: (Line & {bend: number}) | null = null
  for (const {at: bend} of bends) {
    const line = lineThrough(samples.map(({at, value}) => ({at: distance(at, bend), value})))
    if (best === null || line.error < best.error) best = {bend, ...line}
  }

  return best!
}

/** Values at the start, after each quarter, and at the end. */
function quartersOf(samples: readonly Sample[], from: number): readonly number[] {
  const to = samples[samples.length - 1].at
  return [0, 1, 2, 3, 4].map(quarter => valueAt(samples, from + ((to - from) * quarter) / 4, (to - from) / 16))
}

/** The median of nearby samples; interpolated between two samples if there are few. */
function valueAt(samples: readonly Sample[], at: number, near: number): number {
  const close = samples.filter(sample => Math.abs(sample.at - at) <= near)
  if (close.length >= 3) return median(close.map(({value}) => value))!
  const after = samples.find(sample => sample.at >= at) ?? samples[samples.length - 1]
  const before = samples.findLast(sample => sample.at <= at) ?? samples[0]
  const share = after.at === before.at ? 0 : (at - before.at) / (after.at - before.at)
  return before.value + (after.value - before.value) * share
}

function lineThrough(samples: readonly Sample[]): Line {
  const count = samples.length
  const meanAt = samples.reduce((sum, {at}) => sum + at, 0) / count
  const mean = samples.reduce((sum, {value}) => sum + value, 0) / count
  const across = samples.reduce((sum, {at}) => sum + (at - meanAt) ** 2, 0)
  const rate = across === 0 ? 0 : samples.reduce((sum, {at, value}) => sum + (at - meanAt) * (value - mean), 0) / across
  const base = mean - rate * meanAt
  return {base, error: samples.reduce((sum, {at, value}) => sum + (value - base - rate * at) ** 2, 0), rate}
}

/** The medians of four quarters of a time span, and the last value; null if a quarter has no sample. */
export function quarters(samples: readonly Sample[], from: number, to: number): readonly number[] | null {
  const found = [0, 1, 2, 3].map(quarter => {
    const [start, end] = [from + ((to - from) * quarter) / 4, from + ((to - from) * (quarter + 1)) / 4]
    return median(
      samples.filter(({at}) => at >= start && (quarter === 3 ? at <= end : at < end)).map(({value}) => value),
    )
  })
  return found.includes(null) ? null : [...(found as number[]), samples[samples.length - 1].value]
}

function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? null
}
