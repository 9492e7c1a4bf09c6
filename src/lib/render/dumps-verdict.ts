// What a list of dumps says first: how many there are, and the process that grew most between its dumps.
import type {StoredDump} from '../store/store.js'
import {formatBytes, formatCounted, formatDuration, formatTime} from '../units.js'

type Growth = {readonly first: StoredDump; readonly last: StoredDump; readonly bytes: number}

/** Growth that is worth a word. */
const LEAST_BYTES = 1e6

/** By id: how the process grew from its first listed dump to this one. Missing: one of the two sizes is unknown. */
export function growthOfEach(dumps: readonly StoredDump[]): ReadonlyMap<string, Growth> {
  const firsts = new Map<string, StoredDump>()
  const found = new Map<string, Growth>()
  for (const last of dumps.toSorted((a, b) => Date.parse(a.createdAt) - Date.parse(b.createdAt))) {
    // Only the time at which it started tells a process from another one with its pid.
    if (last.bootedAt === null || last.memoryBytes === null) continue
    const process = [last.dyno, last.pid, last.bootedAt].join(' ')
    const first = firsts.get(process)
    if (first === undefined) firsts.set(process, last)
    else found.set(last.id, {bytes: last.memoryBytes - (first.memoryBytes ?? 0), first, last})
  }

  return found
}

/** `puma worker 0 on web.1 grew from 244 MB to 364 MB in 3 h, between d3k2m1 and d41x8c.` null: nothing to compare. */
export function growthInWords(growth: Growth | undefined, most = false): string | null {
  if (growth === undefined) return null
  const {bytes, first, last} = growth
  const process = `${last.process ?? `pid ${last.pid}`} on ${last.dyno}`
  const span = `in ${formatDuration(Math.round(secondsBetween(first, last) / 60) * 60)}, between ${first.id} and ${last.id}`
  if (Math.abs(bytes) < LEAST_BYTES) return `${process} stayed at ${formatBytes(last.memoryBytes)} ${span}.`
  const verb = bytes < 0 ? 'shrank' : most ? 'grew most:' : 'grew'
  return `${process} ${verb} from ${formatBytes(first.memoryBytes)} to ${formatBytes(last.memoryBytes)} ${span}.`
}

/** Two sentences for the top of a list that is not empty. */
export function verdictOfDumps(dumps: readonly StoredDump[]): readonly string[] {
  const times = dumps.map(({createdAt}) => Date.parse(createdAt))
  const oldest = formatTime(times.reduce((least, time) => Math.min(least, time)))
  const newest = formatTime(times.reduce((most, time) => Math.max(most, time)))
  const stored = formatBytes(dumps.reduce((sum, {storedBytes}) => sum + (storedBytes ?? 0), 0))
  const span = oldest === newest ? `of ${newest}` : `from ${oldest.replace(' UTC', '')} to ${newest}`
  return [`${formatCounted(dumps.length, 'dump')} ${span}, ${stored} stored.`, grewMost(dumps)]
}

function grewMost(dumps: readonly StoredDump[]): string {
  const growths = [...growthOfEach(dumps).values()]
  const [most] = growths.toSorted((a, b) => b.bytes - a.bytes)
  if (most === undefined) return 'No process has two dumps that could show whether it grows.'
  if (most.bytes < LEAST_BYTES) return 'No process grew between its dumps.'
  const {size: processes} = new Set(growths.map(({first}) => first.id))
  return growthInWords(most, processes > 1) ?? ''
}

function secondsBetween(first: StoredDump, last: StoredDump): number {
  return (Date.parse(last.createdAt) - Date.parse(first.createdAt)) / 1000
}
