// What the shape of a process's memory says, on synthetic series with known answers.
import {expect, it} from 'vitest'
import {memoryInFewWords, timeLeft} from '../../../../src/lib/analysis/history/history-in-words.js'
import {judgeHistory, type TrendState} from '../../../../src/lib/analysis/history/judge-history.js'
import {growsNow} from '../../../../src/lib/render/dyno-memory.js'
import {MEGABYTE, pastOf, recordedPoints} from '../../../support/histories.js'
import {type Random, randomOf} from '../../../support/random.js'

const between = (random: Random, low: number, high: number) => low + random() * (high - low)
const normal = (random: Random) => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
/** Noise around 1; `memory` 0: each minute anew, nearer 1: it lasts. */
function noise(random: Random, sigma: number, memory: number) {
  let value = normal(random)
  return () => {
    value = memory * value + Math.sqrt(1 - memory ** 2) * normal(random)
    return 1 + sigma * value
  }
}

type Family = (random: Random, minutes: number) => (minute: number) => number
const HEALTHY: Record<string, Family> = {
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

const falling: Family = (random, minutes) => {
  const [base, around] = [between(random, 300, 900), noise(random, 0.003, 0.3)]
  const [from, loss] = [random() * minutes * 0.5, between(random, 0.15, 0.5)]
  return minute => base * (1 - (loss * Math.max(0, minute - from)) / (minutes - from)) * around()
}

const judged = (rss: readonly number[], most = 48) => {
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

const SEEDS = Array.from({length: 300}, (_, seed) => seed + 1)

/** How often a family is judged in each way; `grows` is what status prints. */
function statesOf(family: Family): Partial<Record<TrendState | 'grows', number>> {
  const counts: Partial<Record<TrendState | 'grows', number>> = {}
  for (const seed of SEEDS) {
    const random = randomOf(seed)
    const minutes = Math.floor(between(random, 20, 1440))
    const at = family(random, minutes)
    const report = judged(Array.from({length: minutes}, (_, minute) => at(minute) * MEGABYTE))
    const state = growsNow(report) ? 'grows' : report.memory.state
    counts[state] = (counts[state] ?? 0) + 1
  }

  return counts
}

it.each(Object.entries(HEALTHY))('does not say of %s memory that it grows', (_, family) => {
  expect(statesOf(family).grows ?? 0).toBeLessThan(SEEDS.length / 100)
})

it.each([
  ['level', ['level', 'levelling'], 0.85],
  ['filling', ['level', 'levelling'], 0.85],
  ['sawtooth', ['sawtooth'], 0.95],
  ['falling', ['falling'], 0.95],
] as const)('recognizes %s memory', (name, states, share) => {
  const counts = statesOf(name === 'falling' ? falling : HEALTHY[name])
  const recognized = states.reduce((sum, state) => sum + (counts[state] ?? 0), 0)
  expect(recognized / (SEEDS.length - (counts.short ?? 0))).toBeGreaterThan(share)
})

it.each([0.001, 0.005])('measures how fast memory grows, and when the limit is reached, within noise of %d', sigma => {
  const errors: number[] = []
  const misses: number[] = []
  for (const seed of SEEDS) {
    const random = randomOf(seed)
    const minutes = Math.floor(between(random, 80, 1440))
    const [base, from, around] = [between(random, 120, 250), random() * minutes * 0.6, noise(random, sigma, 0.3)]
    const perMinute = (base * between(random, 0.15, 0.8)) / (minutes - from)
    const sizes = Array.from({length: minutes}, (_, at) => base + Math.max(0, at - from) * perMinute)
    const report = judged(sizes.map(size => size * around() * MEGABYTE))
    expect(report.memory.state).toBe('climbing')
    errors.push(Math.abs(report.memory.perHour! / (perMinute * 60 * MEGABYTE) - 1))
    const left = ((512 * 2 ** 20) / MEGABYTE - sizes[minutes - 1]) / perMinute
    if (left < 30) continue
    const [soonest, latest] = report.quotaReachedBetweenSeconds!.map(seconds => seconds / 60)
    misses.push(left < soonest ? soonest / left - 1 : left > latest ? 1 - latest / left : 0)
  }

  errors.sort((a, b) => a - b)
  misses.sort((a, b) => a - b)
  expect(errors[Math.floor(errors.length * 0.95)]).toBeLessThan(0.06)
  expect(errors.at(-1)).toBeLessThan(0.15)
  expect(misses.length).toBeGreaterThan(200)
  expect(misses[Math.floor(misses.length * 0.9)]).toBeLessThan(sigma * 100)
})

it('says in few words what memory does, and when the limit is reached', () => {
  const words = (minutes: number, at: (minute: number) => number) => {
    const report = judged(Array.from({length: minutes}, (_, minute) => at(minute) * MEGABYTE))
    const {quotaReachedBetweenSeconds: range, quotaReachedInSeconds: left} = report
    return `${memoryInFewWords(report)}${left === null ? '' : ` ${timeLeft(left, range)}`}`
  }
  expect(words(480, minute => 150 + minute * 0.6)).toBe('grows 36.0 MB/h in about 3 h')
  expect(words(480, minute => 150 + 150 * (minute / 480) ** 2)).toMatch(/^grows \d+\.0 MB\/h in \d h to \d+ h$/)
  expect(words(480, () => 300)).toBe('level for 4 h')
  expect(words(240, minute => Math.min(320, 120 + minute))).toMatch(/^levels off since (39|40|41|42) min$/)
  expect(words(480, minute => 400 - minute * 0.3)).toBe('falls 18.0 MB/h')
  expect(words(480, minute => 300 + (minute % 50))).toMatch(/^swings by 4\d\.?\d? MB$/)
  expect(words(15, () => 300)).toBe('too young to tell')
  expect(words(50, minute => 150 + minute)).toMatch(/^up 60\.0 MB\/h, warming up/)
})

it('a forecast is as coarse as it is uncertain', () => {
  expect(timeLeft(14_000, [13_000, 15_000])).toBe('in about 4 h')
  expect(timeLeft(14_000, [11_000, 22_000])).toBe('in 3 h to 6 h')
  expect(timeLeft(2000, null)).toBe('in about 35 min')
  expect(timeLeft(200, null)).toBe('in a few minutes')
  expect(timeLeft(86_400 * 4, [86_400 * 3, 86_400 * 40])).toBe('in 3 days or more')
})
