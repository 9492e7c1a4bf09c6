// A process's history in sentences: what climbs, how fast, since when, and how long that can continue.
import {formatBytes, formatCount, formatDuration, formatQuota, formatShare} from '../../units.js'
import {LEAST_SAMPLES} from './climb.js'
import {type HistoryReport, SETTLED_SECONDS, type Trend, WARM_UP_SECONDS} from './judge-history.js'

const HOUR = 3600
const DAY = 86_400

/**
 * Whether the process grew until the dump, for longer than a cache takes to fill: in objects, or only in memory. The
 * memory of every process creeps up for a while. That is ignored if it would take more than a day to reach the limit,
 * because a dyno lives for a day.
 */
export function growsBy({
  memory,
  oldObjects,
  processSeconds,
  quotaReachedInSeconds: left,
}: HistoryReport): 'objects' | 'memory' | null {
  if (processSeconds < SETTLED_SECONDS) return null
  if (oldObjects.state === 'climbing') return 'objects'
  return memory.state === 'climbing' && (left === null || left <= DAY) ? 'memory' : null
}

/** `nativeBytes`: the least part of the memory growth that is not in Ruby objects. */
export function historyInWords(history: HistoryReport, nativeBytes: number | null): string[] {
  const {memory, oldObjects, processSeconds} = history
  const young = processSeconds < SETTLED_SECONDS
  if (oldObjects.state === 'climbing') {
    const bytes = memory.state === 'climbing' ? `, memory by ${perHour(memory)}` : ''
    const doubt = young ? [`The process is ${roughly(processSeconds)} old: its caches may still be filling.`] : []
    return [
      `Old objects climb by ${about(oldObjects.perHour!)} an hour${bytes}, ${since(history, oldObjects)}.`,
      ...quotaInWords(history),
      ...doubt,
    ]
  }

  if (young)
    return [`${roughly(processSeconds)} of history is too short to tell a leak from a cache that is still filling.`]
  return [
    ...levelInWords(history),
    ...fewInWords(history),
    ...memoryInWords(history, nativeBytes),
    ...quotaInWords(history),
  ]
}

function levelInWords({oldObjects: {seconds, spread, state}, points}: HistoryReport): string[] {
  if (state !== 'level') return []
  const most = points.reduce((largest, {oldObjects}) => Math.max(largest, oldObjects ?? 0), 1)
  const within = formatShare(Math.max(0.001, spread! / most))
  return [`Old objects have been level for ${roughly(seconds!)} (within ${within}): no collection keeps growing.`]
}

/** Major GCs are rare if few objects become old. */
function fewInWords(history: HistoryReport): string[] {
  const {oldObjects, points, processSeconds} = history
  if (oldObjects.state !== 'unclear') return []
  if (oldObjects.perHour !== null)
    return [`Old objects rise slowly, by ${about(oldObjects.perHour)} an hour, ${since(history, oldObjects)}.`]
  const majors = new Set(
    points.filter(point => point.seconds >= WARM_UP_SECONDS && point.oldObjects !== null).map(point => point.majors),
  ).size
  const count = majors === 0 ? 'No major GC' : `${majors} major ${majors === 1 ? 'GC' : 'GCs'}`
  return majors >= LEAST_SAMPLES
    ? []
    : [`${count} in ${roughly(processSeconds)}: too few to tell whether objects accumulate.`]
}

/** A rate is only accurate to two digits. */
export function about(count: number): string {
  return formatCount(Number(count.toPrecision(2)))
}

/** Rounded to minutes. */
function roughly(seconds: number): string {
  return formatDuration(seconds < 120 ? seconds : Math.round(seconds / 60) * 60)
}

function memoryInWords(history: HistoryReport, nativeBytes: number | null): string[] {
  const {memory, oldObjects} = history
  if (memory.state !== 'climbing') return []
  const what = oldObjects.state === 'level' ? 'But memory' : 'Memory'
  const climb = `${what} climbs by ${perHour(memory)}, ${since(history, memory)}, ${formatBytes(memory.gain)} in total`
  if (nativeBytes !== null && nativeBytes > 0)
    return [
      `${climb}: at least ${formatBytes(nativeBytes)} of it is not in Ruby objects (native memory or fragmentation).`,
    ]
  return oldObjects.state === 'level'
    ? [`${climb}: a few objects get larger, or it is not in Ruby objects (native memory or fragmentation).`]
    : [`${climb}.`]
}

function perHour({perHour: rate}: Trend): string {
  return `${formatBytes(rate)} an hour`
}

/** `since 02:10 UTC (5 h)`; with the date if it was longer ago. */
function since({bootedAt, processSeconds}: HistoryReport, {seconds}: Trend): string {
  const at = new Date(Date.parse(bootedAt) + (processSeconds - seconds!) * 1000).toISOString()
  return `since ${seconds! < DAY / 2 ? at.slice(11, 16) : at.slice(0, 16).replace('T', ' ')} UTC (${roughly(seconds!)})`
}

function quotaInWords(history: HistoryReport): string[] {
  const {quotaBytes, quotaReachedBetweenSeconds: between, quotaReachedInSeconds: left} = history
  if (quotaBytes === null || left === null) return []
  if (left === 0) return [`The dyno is above its ${formatQuota(quotaBytes)} limit.`]
  if (left > 14 * DAY) return [`At that rate it is weeks from the dyno's ${formatQuota(quotaBytes)} limit.`]
  return [`At that rate the dyno reaches its ${formatQuota(quotaBytes)} limit ${timeLeft(left, between)}.`]
}

/** A longer range than this is told. */
const CERTAIN = 1.4

/**
 * `in about 4 h`; `in 3 h to 6 h` if the rate has varied so much. A forecast is not accurate to the minute.
 */
export function timeLeft(seconds: number, between: readonly [number, number] | null): string {
  const [soonest, latest] = between ?? [seconds, seconds]
  if (seconds < 300) return 'in a few minutes'
  if (latest <= soonest * CERTAIN || coarsely(soonest) === coarsely(latest)) return `in about ${coarsely(seconds)}`
  return latest > 14 * DAY ? `in ${coarsely(soonest)} or more` : `in ${coarsely(soonest)} to ${coarsely(latest)}`
}

function coarsely(seconds: number): string {
  if (seconds < 5400) return `${Math.max(5, Math.round(seconds / 300) * 5)} min`
  if (seconds < 10_800) return formatDuration(Math.round(seconds / 1800) * 1800)
  return seconds < 2 * DAY ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / DAY)} days`
}

/** What the memory does, in a few words: `grows 36 MB/h`, `levels off since 40 min`. */
export function memoryInFewWords({memory, processSeconds}: HistoryReport): string {
  const {perHour: rate, seconds, spread, state} = memory
  switch (state) {
    case 'climbing': {
      return processSeconds < SETTLED_SECONDS ? `up ${perHourShort(rate)}, warming up` : `grows ${perHourShort(rate)}`
    }

    case 'falling': {
      return `falls ${perHourShort(rate)}`
    }

    case 'sawtooth': {
      return `swings by ${formatBytes(spread)}`
    }

    case 'level': {
      return `level for ${coarsely(seconds!)}`
    }

    case 'levelling': {
      const forLong = seconds! >= Math.max(HOUR, processSeconds / 2)
      return `${forLong ? 'level for' : 'levels off since'} ${coarsely(seconds!)}`
    }

    case 'short': {
      return 'too young to tell'
    }

    case 'unclear': {
      return rate === null ? 'no clear trend' : `rises slowly, ${perHourShort(rate)}`
    }
  }
}

/** `36 MB/h`: a rate is only accurate to two digits. */
export function perHourShort(rate: number | null): string {
  return rate === null ? '–' : `${formatBytes(Number(rate.toPrecision(2)))}/h`
}
