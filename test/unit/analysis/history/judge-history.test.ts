import {describe, expect, it} from 'vitest'
import {growsBy, historyInWords} from '../../../../src/lib/analysis/history/history-in-words.js'
import {judgeHistory} from '../../../../src/lib/analysis/history/judge-history.js'
import {MEGABYTE, pastOf, type PastOptions} from '../../../support/histories.js'

const told = (options: PastOptions, nativeBytes: number | null = null) =>
  historyInWords(judgeHistory(pastOf(options)), nativeBytes).join(' ')
const state = (options: PastOptions) => judgeHistory(pastOf(options)).oldObjects.state
/** Noise of ± 0.4 % without a trend. */
const jitter = (minute: number) => 1 + 0.004 * Math.sin(minute * 12.9898)
/** A cache that fills up in this many minutes. */
const filling = (minute: number, minutes: number) => 200_000 + 100_000 * Math.min(1, minute / minutes)

describe('the history of a process', () => {
  it('is level if major GCs leave the same number of objects for an hour and half of its life', () => {
    const past = pastOf({minutes: 480, old: minute => 300_000 * jitter(minute)})
    expect(judgeHistory(past).oldObjects).toMatchObject({perHour: null, seconds: 240 * 60, state: 'level'})
    expect(told({minutes: 480, old: minute => 300_000 * jitter(minute)})).toMatch(
      /^Old objects have been level for 4 h \(within 0\.\d %\): no collection keeps growing\.$/,
    )
    expect(growsBy(judgeHistory(past))).toBeNull()
  })

  it('is level after a warm-up of any length', () => {
    expect(state({minutes: 480, old: minute => filling(minute, 180)})).toBe('level')
    expect(state({minutes: 80, old: minute => filling(minute, 8)})).toBe('level')
    expect(state({minutes: 480, old: minute => 200_000 + 100_000 * (1 - Math.exp(-minute / 40))})).toBe('level')
  })

  it('climbs: how fast, since when, and when it reaches the quota', () => {
    const past: PastOptions = {
      minutes: 480,
      old: minute => (200_000 + minute * 500) * jitter(minute),
      rss: minute => (150 + minute / 2) * MEGABYTE,
    }
    const {memory, oldObjects, quotaReachedInSeconds} = judgeHistory(pastOf(past))
    expect(oldObjects.state).toBe('climbing')
    expect(oldObjects.perHour! / 30_000).toBeCloseTo(1, 1)
    expect(memory.perHour! / (30 * MEGABYTE)).toBeCloseTo(1, 1)
    // 147 MB at 0.5 MB per minute.
    expect(quotaReachedInSeconds! / 60).toBeCloseTo((512 * 2 ** 20 - 390e6) / 0.5e6, -1)
    expect(told(past)).toMatch(
      /^Old objects climb by 30,000 an hour, memory by (?:29\.\d|30\.0) MB an hour, since 02:\d\d UTC \(7 h \d+ min\)\. At that rate the dyno reaches its 512 MB limit in about 5 h\.$/,
    )
    expect(growsBy(judgeHistory(pastOf(past)))).toBe('objects')
  })

  it('assumes that the other processes of the dyno grow at the same rate', () => {
    const past: PastOptions = {
      minutes: 480,
      old: minute => 200_000 + minute * 500,
      rss: minute => (50 + minute / 10) * MEGABYTE,
    }
    const alone = judgeHistory(pastOf(past)).quotaReachedInSeconds!
    expect(judgeHistory(pastOf({...past, usedBytes: 2 * 98 * MEGABYTE})).quotaReachedInSeconds!).toBeLessThan(alone / 2)
    expect(told({...past, usedBytes: 600 * MEGABYTE})).toContain('The dyno is above its 512 MB limit.')
    expect(judgeHistory(pastOf({...past, quotaBytes: null})).quotaReachedInSeconds).toBeNull()
  })

  it('says when a climb began', () => {
    const {oldObjects} = judgeHistory(
      pastOf({minutes: 480, old: minute => (300_000 + Math.max(0, minute - 300) * 700) * jitter(minute)}),
    )
    expect(oldObjects.state).toBe('climbing')
    expect(oldObjects.seconds! / 60).toBeCloseTo(180, -2)
    expect(oldObjects.seconds! / 60).toBeLessThan(210)
    expect(oldObjects.seconds! / 60).toBeGreaterThan(150)
  })

  it('is too short before the process has warmed up', () => {
    expect(told({minutes: 6, old: minute => 100_000 + minute * 10_000})).toBe(
      '6 min of history is too short to tell a leak from a cache that is still filling.',
    )
    expect(told({minutes: 45, old: () => 300_000})).toBe(
      '45 min of history is too short to tell a leak from a cache that is still filling.',
    )
    expect(told({minutes: 45, old: minute => 100_000 + minute * 10_000})).toContain(
      'The process is 45 min old: its caches may still be filling.',
    )
    expect(growsBy(judgeHistory(pastOf({minutes: 45, old: minute => 100_000 + minute * 10_000})))).toBeNull()
  })

  it('does not call a step a climb, nor level after a recent step', () => {
    const step = (at: number, minutes = 480) => state({minutes, old: minute => (minute < at ? 250_000 : 300_000)})
    expect(step(60)).toBe('level')
    expect(step(300)).toBe('unclear')
    expect(step(450)).toBe('unclear')
    expect(
      state({minutes: 480, old: minute => 250_000 + (minute > 150 ? 20_000 : 0) + (minute > 330 ? 20_000 : 0)}),
    ).toBe('unclear')
  })

  it('sees a leak in steps, as jobs leave them', () => {
    expect(state({minutes: 720, old: minute => 250_000 + Math.floor(minute / 60) * 20_000})).toBe('climbing')
    expect(state({minutes: 80, old: minute => 250_000 + Math.floor(minute / 60) * 20_000})).not.toBe('level')
  })

  it('calls a slow climb neither level nor alarming', () => {
    const past: PastOptions = {minutes: 600, old: minute => 1_000_000 + minute * 40}
    expect(judgeHistory(pastOf(past)).oldObjects).toMatchObject({perHour: 2400, state: 'unclear'})
    expect(told(past)).toMatch(/^Old objects rise slowly, by 2,400 an hour, since 02:\d\d UTC/)
    expect(growsBy(judgeHistory(pastOf(past)))).toBeNull()
  })

  it('calls a heap that comes and goes with traffic neither', () => {
    expect(state({minutes: 1200, old: minute => 300_000 + 60_000 * Math.sin(minute / 150)})).toBe('unclear')
  })

  it('sees no growth without confirmation by a major GC, and none that garbage would explain', () => {
    expect(told({majorEvery: 400, minutes: 480, old: () => 300_000})).toBe(
      '1 major GC in 8 h: too few to tell whether objects accumulate.',
    )
    // No major GC in the last quarter: objects that became old since then show only in the count with garbage.
    const late = (garbage: number) =>
      state({
        garbage,
        majorEvery: 40,
        minutes: 160,
        old: () => 300_000,
        points: pastOf({majorEvery: 40, minutes: 130, old: () => 300_000}).points,
      })
    expect(late(2_000)).toBe('unclear')
    const quiet = (garbage: number) => {
      const past = pastOf({garbage, minutes: 480, old: () => 300_000})
      const points = past.points.map(point => ({...point, majors: Math.min(point.majors, 70)}))
      return judgeHistory({...past, points}).oldObjects.state
    }
    expect(quiet(1_000)).toBe('level')
    expect(quiet(50_000)).toBe('unclear')
  })

  it('does not call an idle process level', () => {
    const idle = pastOf({minutes: 480, old: minute => filling(minute, 150)})
    const points = idle.points.map(point => ({...point, gcs: Math.min(point.gcs!, 20 + 160 * 10)}))
    expect(judgeHistory(idle).oldObjects.state).toBe('level')
    expect(judgeHistory({...idle, gcAtDump: 20 + 160 * 10, points}).oldObjects.state).toBe('unclear')
  })

  it('reports memory growth outside Ruby objects', () => {
    const past: PastOptions = {
      minutes: 480,
      old: minute => 300_000 * jitter(minute),
      rss: minute => (150 + minute / 2) * MEGABYTE,
    }
    expect(growsBy(judgeHistory(pastOf(past)))).toBe('memory')
    // Three days to the limit.
    expect(growsBy(judgeHistory(pastOf({...past, quotaBytes: 2560 * 2 ** 20})))).toBeNull()
    expect(told(past, 180 * MEGABYTE)).toMatch(
      /^Old objects have been level .* But memory climbs by 30\.\d MB an hour, since 02:1\d UTC \(7 h \d+ min\), 2\d\d MB in total: at least 180 MB of it is not in Ruby objects \(native memory or fragmentation\)\. At that rate the dyno reaches its 512 MB limit in/,
    )
    expect(told(past)).toContain('a few objects get larger, or it is not in Ruby objects')
  })

  it('does not attribute growth caused by dumps to the app, and ignores growth that has stopped', () => {
    const dumped = (grownWhileDumping: number) =>
      judgeHistory(
        pastOf({
          grownWhileDumping,
          minutes: 480,
          old: () => 300_000,
          rss: minute => (200 + Math.floor(minute / 60) * 4) * MEGABYTE,
        }),
      ).memory.state
    expect(dumped(0)).toBe('climbing')
    expect(dumped(28 * MEGABYTE)).not.toBe('climbing')
    expect(
      judgeHistory(
        pastOf({minutes: 480, old: () => 300_000, rss: minute => (150 + 30 * Math.log(1 + minute)) * MEGABYTE}),
      ).memory.state,
    ).not.toBe('climbing')
  })
})
