// The agent's recorded facts about a process, from the text of the facts beside a dump (docs/protocol.md). Pure.

/** As the agent wrote them. Anyone may have changed them. */
export type RecordedFacts = Readonly<Record<string, unknown>>

/** Counters of GC.stat, which only rise within a process. */
export type GcStat = {
  readonly count: number
  /** Objects allocated since the process started. */
  readonly allocated: number
  readonly compactions: number
}

export type HistoryPoint = {
  /** Since the process started. */
  readonly seconds: number
  readonly rssBytes: number
  /** Objects that survived the last major GC; null: none had run. */
  readonly oldObjects: number | null
  readonly majors: number
  /** Number of GCs of any kind so far. */
  readonly gcs: number | null
  readonly liveSlots: number | null
  /** Pages of Ruby's heap. */
  readonly pages: number | null
}

export type ProcessHistory = {
  /** Unix seconds. */
  readonly bootedAt: number
  /** Age of the process at the dump. */
  readonly seconds: number
  /** Number of GCs when the agent started, when tracing began, and at the dump. */
  readonly gcAtBoot: number | null
  readonly gcAtDump: number | null
  readonly gcAtTracing: number | null
  /** Old objects at the dump, including those that became garbage since the last major GC. */
  readonly oldNow: number | null
  /** Memory limit of the dyno, and memory of all its processes, at the dump. */
  readonly quotaBytes: number | null
  readonly usedBytes: number | null
  readonly rssBytes: number | null
  /** Growth of its memory while it was traced or dumped. */
  readonly grownWhileDumping: number
  /** Oldest first. */
  readonly points: readonly HistoryPoint[]
}

/** The agent keeps 96. */
const MOST_POINTS = 1000
const KILOBYTE = 1024
/** The end of the year 9999. */
const LAST_SECOND = 253_402_300_799
/** 30 years: a dyno runs for a day, a server for years. */
const LONGEST_SECONDS = 1e9

/** null: the text is not from an agent. */
export function parseFacts(text: string): RecordedFacts | null {
  try {
    const facts: unknown = JSON.parse(text)
    return isRecord(facts) ? facts : null
  } catch {
    return null
  }
}

/** null: not recorded. */
export function readGcStat(facts: RecordedFacts | null): GcStat | null {
  const gc = gcOf(facts)
  const [count, allocated, compactions = 0] = [gc?.count, gc?.total_allocated_objects, gc?.compact_count]
  return typeof count === 'number' && typeof allocated === 'number' && typeof compactions === 'number'
    ? {allocated, compactions, count}
    : null
}

/** All of GC.stat; null: not recorded. */
export function gcOf(facts: RecordedFacts | null): Readonly<Record<string, unknown>> | null {
  return isRecord(facts?.gc) ? facts.gc : null
}

/** null: an older agent, which recorded no history. */
export function readHistory(facts: RecordedFacts | null): ProcessHistory | null {
  if (!isRecord(facts?.history)) return null
  const {boot, growndumping, history, quota, rss, used} = facts
  const [bootedAt, seconds, points] = [numberOf(boot), numberOf(history.now), readPoints(history)]
  if (bootedAt === null || bootedAt > LAST_SECOND || seconds === null || seconds > LONGEST_SECONDS || points === null)
    return null
  return {
    bootedAt,
    gcAtBoot: numberOf(history.gc),
    gcAtDump: numberOf(gcOf(facts)?.count),
    gcAtTracing: numberOf(history.tracing),
    grownWhileDumping: numberOf(growndumping) ?? 0,
    oldNow: numberOf(history.oldNow),
    points,
    quotaBytes: numberOf(quota),
    rssBytes: numberOf(rss),
    seconds,
    usedBytes: numberOf(used),
  }
}

function readPoints({at, count, live, major, old, pages, rss}: Record<string, unknown>): HistoryPoint[] | null {
  if (!Array.isArray(at) || !Array.isArray(rss) || at.length > MOST_POINTS) return null
  const points: HistoryPoint[] = []
  for (const [index, time] of at.entries()) {
    const [seconds, kilobytes] = [numberOf(time), numberOf(rss[index])]
    if (seconds === null || kilobytes === null || seconds < (points.at(-1)?.seconds ?? 0)) return null
    points.push({
      gcs: entryOf(count, index),
      liveSlots: entryOf(live, index),
      majors: entryOf(major, index) ?? 0,
      oldObjects: entryOf(old, index),
      pages: entryOf(pages, index),
      rssBytes: kilobytes * KILOBYTE,
      seconds,
    })
  }

  return points
}

function entryOf(list: unknown, index: number): number | null {
  return Array.isArray(list) ? numberOf(list[index]) : null
}

/** A number holds 15 digits exactly. */
function numberOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 1e15 ? value : null
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
