// Whether a series of numbers climbs, or is level: of sizes that were sampled now and then while a process lived.

export type Sample = {readonly at: number; readonly value: number}

export type Climb = {
  /** When it began, and the last sample. */
  readonly from: number
  readonly to: number
  /** By so much each second. */
  readonly rate: number
  readonly gain: number
}

export type ClimbOptions = {
  /** Less is no climb, nor is less than this share of what was there before. */
  readonly leastGain: number
  readonly leastShare: number
  /** It may also rest for a while, as memory does while there is room in the pages it has. */
  readonly inSteps?: boolean
}

/** Fewer samples tell nothing. */
export const LEAST_SAMPLES = 4
const LEAST_SECONDS = 900
/**
 * As fast in the second half of the time as in the first, or this part of it at least: a cache that fills up comes to
 * rest.
 */
const STILL = 0.5
/** Each quarter brings this part of its share at least: one or two steps are no climb. */
const EACH_QUARTER = 0.25
/** The gain is at least so many times the scatter around the line. */
const ABOVE_SCATTER = 3

/**
 * Fits a hinge: level until it begins, then a line (least squares, each sample tried as the beginning; n² for a hundred
 * samples). null: it does not climb, or not any more.
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
  return goesOn(samples, from, inSteps ? 0 : (gain / 4) * EACH_QUARTER) ? {from, gain, rate, to: last.at} : null
}

function goesOn(samples: readonly Sample[], from: number, leastStep: number): boolean {
  const to = samples[samples.length - 1].at
  const [q0, q1, q2, q3, q4] = [0, 1, 2, 3, 4].map(quarter =>
    valueAt(samples, from + ((to - from) * quarter) / 4, (to - from) / 16),
  )
  const steps = [q1 - q0, q2 - q1, q3 - q2, q4 - q3]
  return steps.every(step => step >= leastStep) && q4 - q2 >= (q2 - q0) * STILL
}

/** The middle one of what is near; where that is little, on the way from the sample before to the one after. */
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

/** The middle values of four quarters of a time, and the last value of all; null where one of them has no sample. */
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
