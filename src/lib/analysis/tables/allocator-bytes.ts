// The allocator's resident memory: in use, free, and its own. Its figures count memory that is not resident too, such as
// buffers that nobody has written to, so that they are limits here.
import type {AllocatorRecord, CountersRecord, GlibcRecord} from '../../memory-record.js'
import type {Regions} from './regions.js'

export type AllocatorBytes = {
  readonly used: number
  readonly free: number
  readonly own: number
  /** Used or free: the allocator was not asked. */
  readonly unknown: number
  /** Anonymous memory that is not the allocator's. */
  readonly mapped: number
}

export type PagesInMalloc = {
  /** Before 3.0, Ruby took heap pages from malloc. */
  readonly isIn: boolean
  /**
   * Resident bytes of heap pages without objects, which no address in the dump shows: part of `arenas` if pages are in
   * malloc, otherwise of `writable`.
   */
  readonly emptyBytes: number
  /** Stacks that the VM takes from malloc and hardly touches. */
  readonly reservedBytes: number
}

/** The sum is what the regions `arenas` and `writable` have, without empty heap pages. */
export function allocatorBytes(
  allocator: AllocatorRecord | null,
  regions: Regions,
  pages: PagesInMalloc,
): AllocatorBytes {
  const whole = regions.arenas + regions.writable - pages.emptyBytes
  if (allocator === null || 'isUnknown' in allocator) return {free: 0, mapped: 0, own: 0, unknown: whole, used: 0}
  return allocator.name === 'glibc'
    ? bytesOfGlibc(allocator as GlibcRecord, regions, pages)
    : bytesOfCounters(allocator as CountersRecord, regions, pages, whole)
}

function bytesOfGlibc(
  {arenas, mmapped, trimmedBytes}: GlibcRecord,
  regions: Regions,
  {emptyBytes, isIn}: PagesInMalloc,
): AllocatorBytes {
  const system = arenas.reduce((sum, arena) => sum + arena.system, 0)
  const free = arenas.reduce((sum, arena) => sum + arena.free, 0)
  // The main arena maps memory of its own where it cannot grow in place.
  const elsewhere = Math.max(0, system - regions.arenaBytes) + mmapped.bytes
  const pagesElsewhere = isIn ? regions.pages - regions.pagesInArenas : 0
  const rest = regions.writable - (isIn ? 0 : emptyBytes)
  const large = Math.min(rest, Math.max(0, elsewhere - pagesElsewhere))
  const resident = regions.arenas + large - (isIn ? emptyBytes : 0)
  // Free memory is the first that is not resident. What trim returned certainly is, whatever else is not.
  const absent = Math.max(0, Math.min(system, regions.arenaBytes) - regions.arenaRss)
  const freeResident = Math.min(free, resident, Math.max(0, free - absent, trimmedBytes ?? 0))
  return {free: freeResident, mapped: rest - large, own: 0, unknown: 0, used: resident - freeResident}
}

function bytesOfCounters(
  {allocated, metadata, resident, trimmedBytes}: CountersRecord,
  regions: Regions,
  {emptyBytes, isIn, reservedBytes}: PagesInMalloc,
  whole: number,
): AllocatorBytes {
  const pages = isIn ? regions.pages + emptyBytes : 0
  const mine = Math.min(whole, Math.max(0, resident - pages))
  // What it returned in the copy was free and resident, whatever the counters say about memory that is not.
  const returned = Math.min(mine, trimmedBytes ?? 0)
  const used = Math.min(mine - returned, Math.max(0, allocated - pages - reservedBytes))
  // What is free has been used before, while much of its own memory is only reserved.
  const free = Math.max(returned, Math.min(mine - used, Math.max(0, resident - allocated - metadata)))
  return {free, mapped: whole - mine, own: mine - used - free, unknown: 0, used}
}
