// The past of a process in sentences: what climbs, how fast, since when, and how long that can go on.
import {formatBytes, formatCount, formatDuration, formatQuota, formatShare} from '../../units.js'
import {LEAST_SAMPLES} from './climb.js'
import {type HistoryReport, SETTLED_SECONDS, type Trend, WARM_UP_SECONDS} from './judge-history.js'

const DAY = 86_400

/**
 * Whether the process grew up to the end, for longer than a cache takes to fill: by objects, or by memory alone. Memory
 * of every process creeps for a while: where it has more than a day to its limit, which is how long a dyno lives, that
 * is no matter.
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

/** `nativeBytes`: of what memory has grown by, what is not of Ruby's objects, at least. */
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

/** Major GCs are rare where little grows old. */
function fewInWords(history: HistoryReport): string[] {
  const {oldObjects, points, processSeconds} = history
  if (oldObjects.state !== 'unclear') return []
  if (oldObjects.perHour !== null)
    return [`Old objects rise slowly, by ${about(oldObjects.perHour)} an hour, ${since(history, oldObjects)}.`]
  const majors = new Set(
    points.filter(point => point.seconds >= WARM_UP_SECONDS && point.oldObjects !== null).map(point => point.majors),
  ).size
  const told = majors === 0 ? 'No major GC' : `${majors} major ${majors === 1 ? 'GC' : 'GCs'}`
  return majors >= LEAST_SAMPLES
    ? []
    : [`${told} in ${roughly(processSeconds)}: too few to tell whether objects accumulate.`]
}

/** A pace is no more exact than that. */
export function about(count: number): string {
  return formatCount(Number(count.toPrecision(2)))
}

/** To the minute. */
function roughly(seconds: number): string {
  return formatDuration(seconds < 120 ? seconds : Math.round(seconds / 60) * 60)
}

function memoryInWords(history: HistoryReport, nativeBytes: number | null): string[] {
  const {memory, oldObjects} = history
  if (memory.state !== 'climbing') return []
  const what = oldObjects.state === 'level' ? 'Yet memory' : 'Memory'
  const told = `${what} climbs by ${perHour(memory)}, ${since(history, memory)}, ${formatBytes(memory.gain)} in all`
  if (nativeBytes !== null && nativeBytes > 0)
    return [
      `${told}: at least ${formatBytes(nativeBytes)} of it are not Ruby objects (native memory or fragmentation).`,
    ]
  return oldObjects.state === 'level'
    ? [`${told}: a few objects get larger, or it is not Ruby objects (native memory or fragmentation).`]
    : [`${told}.`]
}

function perHour({perHour: rate}: Trend): string {
  return `${formatBytes(rate)} an hour`
}

/** `since 02:10 UTC, for 5 h`; with the day, if it was longer ago. */
function since({bootedAt, processSeconds}: HistoryReport, {seconds}: Trend): string {
  const at = new Date(Date.parse(bootedAt) + (processSeconds - seconds!) * 1000).toISOString()
  return `since ${seconds! < DAY / 2 ? at.slice(11, 16) : at.slice(0, 16).replace('T', ' ')} UTC (${roughly(seconds!)})`
}

function quotaInWords({quotaBytes, quotaReachedInSeconds: left}: HistoryReport): string[] {
  if (quotaBytes === null || left === null) return []
  if (left === 0) return [`The dyno is above its ${formatQuota(quotaBytes)}.`]
  if (left > 14 * DAY) return [`At that pace it is weeks from the dyno's ${formatQuota(quotaBytes)}.`]
  const when = left > 2 * DAY ? `${Math.round(left / DAY)} days` : roughly(left)
  return [`At that pace the dyno reaches its ${formatQuota(quotaBytes)} in ${when}.`]
}
