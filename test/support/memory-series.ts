// Memory of processes over a day, with known shapes, and what the plugin says of them. Sizes are megabytes.
import {judgeHistory, type HistoryReport, type TrendState} from '../../src/lib/analysis/history/judge-history.js'
import {growsNow} from '../../src/lib/render/dyno-memory.js'
import {MEGABYTE, pastOf, recordedPoints} from './histories.js'
import {type Random, randomOf} from './random.js'

export const between = (random: Random, low: number, high: number) => low + random() * (high - low)
const normal = (random: Random) => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
/** Noise around 1; `memory` 0: each minute anew, nearer 1: it lasts. */
export function noise(random: Random, sigma: number, memory: number) {
  let value = normal(random)
  return () => {
    value = memory * value + Math.sqrt(1 - memory ** 2) * normal(random)
    return 1 + sigma * value
  }
}

export type Family = (random: Random, minutes: number) => (minute: number) => number
/** Shapes that do not grow. */
export const HEALTHY: Record<string, Family> = {
  level(random) {
    const [base, around] = [between(random, 100, 900), noise(random, between(random, 0.001, 0.01), 0)]
    return () => base * around()
  },
  wandering(random) {
    const [base, around] = [
      between(random, 100, 900),
      noise(random, between(random, 0.003, 0.015), between(random, 0.5, 0.97)),
    ]
    return () => base * around()
  },
  filling(random) {
    const [base, fills, tau] = [between(random, 100, 400), between(random, 0.2, 1.5), between(random, 3, 40)]
    const around = noise(random, 0.005, 0.5)
    return minute => base * (1 + fills * (1 - Math.exp(-minute / tau))) * around()
  },
  stepping(random, minutes) {
    const [base, around] = [between(random, 150, 500), noise(random, 0.003, 0)]
    const steps = Array.from({length: Math.floor(between(random, 1, 4))}, () => [
      random() ** 2 * minutes,
      between(random, 0.03, 0.2),
    ])
    return minute => base * steps.reduce((sum, [at, size]) => (minute >= at ? sum + size : sum), 1) * around()
  },
  sawtooth(random, minutes) {
    const [base, period, height] = [
      between(random, 150, 600),
      between(random, 4, Math.min(120, minutes / 3)),
      between(random, 0.12, 0.4),
    ]
    const [phase, around] = [random(), noise(random, 0.005, 0)]
    return minute => base * (1 + height * ((minute / period + phase) % 1)) * around()
  },
  spiky(random) {
    const [base, around] = [between(random, 150, 600), noise(random, 0.005, 0)]
    let left = 0
    return () => {
      if (random() < 0.02) left = 1 + Math.floor(random() * 8)
      return base * (left-- > 0 ? 1.3 : 1) * around()
    }
  },
}

export const falling: Family = (random, minutes) => {
  const [base, around] = [between(random, 300, 900), noise(random, 0.003, 0.3)]
  const [from, loss] = [random() * minutes * 0.5, between(random, 0.15, 0.5)]
  return minute => base * (1 - (loss * Math.max(0, minute - from)) / (minutes - from)) * around()
}

export const rising: Family = (random, minutes) => {
  const [base, from, around] = [between(random, 120, 250), random() * minutes * 0.6, noise(random, 0.003, 0.3)]
  const perMinute = (base * between(random, 0.15, 0.8)) / (minutes - from)
  return minute => (base + Math.max(0, minute - from) * perMinute) * around()
}

/** `rss`: bytes, one a minute. `most`: points that the agent sends. */
export function judged(rss: readonly number[], most = 48): HistoryReport {
  const minutes = rss.length
  const last = rss[minutes - 1]
  return judgeHistory(
    pastOf({
      minutes,
      old: () => 1,
      points: recordedPoints(rss, most),
      rss: () => last,
      gcAtDump: null,
      gcAtBoot: null,
      oldNow: null,
    }),
  )
}

/** How often a family is judged in each way; `grows` is what status prints. */
export function statesOf(family: Family, seeds: readonly number[]): Partial<Record<TrendState | 'grows', number>> {
  const counts: Partial<Record<TrendState | 'grows', number>> = {}
  for (const seed of seeds) {
    const random = randomOf(seed)
    const minutes = Math.floor(between(random, 20, 1440))
    const at = family(random, minutes)
    const report = judged(Array.from({length: minutes}, (_, minute) => at(minute) * MEGABYTE))
    const state = growsNow(report) ? 'grows' : report.memory.state
    counts[state] = (counts[state] ?? 0) + 1
  }

  return counts
}
