// What the shape of a process's memory says, on synthetic series with known answers.
import {expect, it} from 'vitest'
import {memoryInFewWords, timeLeft} from '../../../../src/lib/analysis/history/history-in-words.js'
import {MEGABYTE} from '../../../support/histories.js'
import {between, falling, HEALTHY, judged, noise, statesOf} from '../../../support/memory-series.js'
import {randomOf} from '../../../support/random.js'

const SEEDS = Array.from({length: 300}, (_, seed) => seed + 1)

it.each(Object.entries({...HEALTHY, falling}))('does not say of %s memory that it grows', (_, family) => {
  expect(statesOf(family, SEEDS).grows ?? 0).toBeLessThan(SEEDS.length / 100)
})

it.each([
  ['level', ['level', 'levelling'], 0.85],
  ['filling', ['level', 'levelling'], 0.85],
  ['sawtooth', ['sawtooth'], 0.95],
  ['falling', ['falling'], 0.95],
] as const)('recognizes %s memory', (name, states, share) => {
  const counts = statesOf(name === 'falling' ? falling : HEALTHY[name], SEEDS)
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
