// The allocator keeps memory that the app has freed: in many arenas, or between what is still used in a few.
import {formatBytes, formatCount, formatCounted, formatShare} from '../../../units.js'
import {bytesOfParts, type ProcessParts} from '../../tables/process-parts.js'
import {atMost, type Cause, isMuch, setting} from './cause.js'
import type {ProcessFacts} from './process-facts.js'

/** The number that MALLOC_ARENA_MAX is set to. */
const FEW = 2
/** The least part of the free memory in further arenas for which their number is the cause. */
const LEAST_SHARE = 0.4

export function allocatorFree({memory}: ProcessFacts): Cause | null {
  const {allocator, rssBytes} = memory
  const free = bytesOfParts(memory, 'allocator-free')
  if (allocator === null || !isMuch(free, memory)) return null
  const further = freeInFurtherArenas(memory)
  const isMany = allocator.name === 'glibc' && further >= free * LEAST_SHARE && limitOf(memory) === null
  // Memory that malloc_trim cannot return is in pages that are still used in part: fewer arenas would share them.
  const gain = isMany ? further : (allocator.trimmableBytes ?? free)
  return {
    advice: isMany ? adviceForMany(gain, free) : adviceForFew(memory, gain),
    assessment: {by: 'waste'},
    bytes: free,
    evidence: [
      `malloc (${allocator.name}) holds ${formatBytes(free)} of the process free, ${formatShare(free / rssBytes)} of it` +
        (allocator.arenaCount === null ? '' : `, in ${formatCounted(allocator.arenaCount, 'arena')}`),
      isMany ? `${formatBytes(further)} of that is outside the ${FEW} largest arenas` : null,
      threadsInWords(memory),
      allocator.trimmableBytes === null
        ? null
        : `${allocator.name === 'glibc' ? 'malloc_trim(0)' : `${allocator.name}, when told to,`} returned ` +
          `${formatBytes(allocator.trimmableBytes)} in a copy of the process`,
    ].filter(line => line !== null),
    gain,
    growth: 'settled',
    owner: 'malloc',
    rule: 'allocator-free',
    title: isMany
      ? `malloc keeps ${formatBytes(free)} free in ${formatCount(allocator.arenaCount)} arenas`
      : `malloc keeps ${formatBytes(free)} of freed memory`,
  }
}

function adviceForMany(gain: number, free: number): string {
  return (
    `Limit the arenas: ${setting('MALLOC_ARENA_MAX', String(FEW))} gives back about ` +
    `${formatBytes(gain)}, ${atMost(free)}. Until the dynos restart with it, heapdump:trim returns free memory at once.`
  )
}

function adviceForFew(memory: ProcessParts, gain: number): string {
  const peak =
    'A peak left it: find what allocates much at once (a report, an import, a large upload), and do it in batches.'
  if (memory.allocator?.name !== 'glibc') return `${peak} This allocator returns free memory by itself, after a while.`
  const limit = limitOf(memory)
  const isLimited = limit === null ? '' : ` (MALLOC_ARENA_MAX is ${limit} already.)`
  return `heapdump:trim gives back ${atMost(gain)}, at once.${isLimited} ${peak} If it comes back each day, another allocator such as jemalloc is the next step.`
}

function freeInFurtherArenas({allocator}: ProcessParts): number {
  const arenas = allocator?.arenas ?? []
  // What is not resident costs nothing.
  const held = arenas.map(({freeBytes, residentBytes, systemBytes}) =>
    residentBytes === null ? freeBytes : Math.max(0, Math.min(freeBytes, freeBytes - (systemBytes - residentBytes))),
  )
  return held.slice(FEW).reduce((sum, bytes) => sum + bytes, 0)
}

/** null: the default, eight arenas for each core. */
function limitOf({settings}: ProcessParts): string | null {
  const tuned = /glibc\.malloc\.arena_max=(\d+)/.exec(settings.GLIBC_TUNABLES ?? '')?.[1]
  return settings.MALLOC_ARENA_MAX ?? tuned ?? null
}

function threadsInWords({stacks}: ProcessParts): string | null {
  const threads = stacks?.threads ?? null
  return threads === null ? null : `the process has ${formatCount(threads)} threads`
}
