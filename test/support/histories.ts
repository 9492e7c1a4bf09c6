// Hand-written process histories, as the agent would record them.
import type {HistoryPoint, ProcessHistory} from '../../src/lib/process-history.js'

export type PastOptions = {
  /** Age of the process at the dump. */
  readonly minutes: number
  /** Old objects after a major GC, and resident bytes, at a minute. */
  readonly old: (minute: number) => number
  readonly rss?: (minute: number) => number
  /** Minutes between major GCs. */
  readonly majorEvery?: number
  /** Old garbage at the dump, since the last major GC. */
  readonly garbage?: number
} & Partial<ProcessHistory>

export const MEGABYTE = 1e6
const BOOTED_AT = Date.UTC(2026, 10, 24, 2) / 1000

/** One point a minute, up to 96 points; beyond that half as often, as the agent does. */
export function pastOf({
  garbage = 0,
  majorEvery = 5,
  minutes,
  old,
  rss = () => 200 * MEGABYTE,
  ...given
}: PastOptions): ProcessHistory {
  const step = 2 ** Math.max(0, Math.ceil(Math.log2(minutes / 96)))
  const points: HistoryPoint[] = []
  for (let minute = 0; minute < minutes; minute += step) {
    const majors = Math.floor(minute / majorEvery)
    points.push({
      gcs: 20 + minute * 10,
      liveSlots: null,
      majors,
      oldObjects: majors === 0 ? null : Math.round(old(majors * majorEvery)),
      pages: 1000,
      rssBytes: Math.round(rss(minute) / 1024) * 1024,
      seconds: minute * 60,
    })
  }

  return {
    bootedAt: BOOTED_AT,
    gcAtBoot: 20,
    gcAtDump: 20 + minutes * 10,
    gcAtTracing: null,
    grownWhileDumping: 0,
    oldNow: Math.round(old(minutes)) + garbage,
    points,
    quotaBytes: 512 * 2 ** 20,
    rssBytes: Math.round(rss(minutes)),
    seconds: minutes * 60,
    usedBytes: Math.round(rss(minutes)),
    ...given,
  }
}

/** The body of a dump's facts with this history, as the agent writes it. */
export function factsOf({
  bootedAt,
  gcAtBoot,
  gcAtDump,
  gcAtTracing,
  grownWhileDumping,
  oldNow,
  points,
  quotaBytes,
  rssBytes,
  seconds,
  usedBytes,
}: ProcessHistory): object {
  const column = (of: (point: HistoryPoint) => number | null) => points.map(of)
  return {
    boot: bootedAt,
    gc: {count: gcAtDump},
    growndumping: grownWhileDumping,
    history: {
      at: column(point => point.seconds),
      count: column(point => point.gcs),
      gc: gcAtBoot,
      live: column(point => point.liveSlots),
      major: column(point => point.majors),
      now: seconds,
      old: column(point => point.oldObjects),
      oldNow,
      pages: column(point => point.pages),
      rss: column(point => point.rssBytes / 1024),
      ...(gcAtTracing === null ? {} : {tracing: gcAtTracing}),
    },
    quota: quotaBytes,
    rss: rssBytes,
    used: usedBytes,
  }
}

/** The points that remain of one a minute, as the agent thins them (history.rb); at most `most`. */
export function recordedPoints(rss: readonly number[], most: number): HistoryPoint[] {
  let points: Array<{minute: number; value: number}> = []
  for (const [minute, value] of rss.entries()) {
    points.push({minute, value})
    if ((minute + 1) % 30 !== 0) continue
    const fine = minute - 180 - (minute % 10)
    const old = points.filter(point => point.minute < fine && point.minute >= minute - 1440)
    points = [...extremesBy(old, point => Math.floor(point.minute / 10)), ...points.filter(one => one.minute >= fine)]
  }

  const group = Math.ceil(points.length / (most / 2))
  const kept = points.length <= most ? points : extremesBy(points, (_, at) => Math.floor(at / group))
  return kept.map(({minute, value}) => ({
    gcs: null,
    liveSlots: null,
    majors: 0,
    oldObjects: null,
    pages: null,
    rssBytes: value,
    seconds: minute * 60,
  }))
}

function extremesBy<Point extends {readonly value: number}>(
  points: readonly Point[],
  groupOf: (point: Point, at: number) => number,
): Point[] {
  const groups = new Map<number, Point[]>()
  for (const [at, point] of points.entries()) {
    const key = groupOf(point, at)
    groups.set(key, [...(groups.get(key) ?? []), point])
  }

  return [...groups.values()].flatMap(group => {
    const [first] = group
    const least = group.reduce((a, b) => (b.value < a.value ? b : a), first)
    const most = group.reduce((a, b) => (b.value >= a.value ? b : a), first)
    return group.filter(point => point === least || point === most)
  })
}
