// Whether a series of sizes, sampled irregularly over the life of a process, climbs or is level.

export type Sample = {readonly at: number; readonly value: number}

export type Climb = {
  /** Start of the climb, and time of the last sample. */
  readonly from: number
  readonly to: number
  /** Per second. */
  readonly rate: number
  readonly gain: number
}

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
  let best: {from: number; base: number; rate: number; error: number} | null = null
  for (const {at: from} of samples.slice(0, 2 - LEAST_SAMPLES)) {
    const line = lineThrough(samples.map(({at, value}) => ({at: Math.max(0, at - from), value})))
    if (best === null || line.error < best.error) best = {from, ...line}
  }

  const {from, base, rate, error} = best!
  const span = last.at - from
  const gain = rate * span
  if (
    span < LEAST_SECONDS ||
    gain < Math.max(leastGain, base * leastShare) ||
    gain < ABOVE_SCATTER * Math.sqrt(error / samples.length)
  )
    return null
  return isSteady(samples, from, inSteps ? 0 : (gain / 4) * EACH_QUARTER) ? {from, gain, rate, to: last.at} : null
}

function isSteady(samples: readonly Sample[], from: number, leastStep: number): boolean {
  const to = samples[samples.length - 1].at
  const [q0, q1, q2, q3, q4] = [0, 1, 2, 3, 4].map(quarter =>
    valueAt(samples, from + ((to - from) * quarter) / 4, (to - from) / 16),
  )
  const steps = [q1 - q0, q2 - q1, q3 - q2, q4 - q3]
  return steps.every(step => step >= leastStep) && q4 - q2 >= (q2 - q0) * STILL
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

function lineThrough(samples: readonly Sample[]): {base: number; rate: number; error: number} {
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
