// Resident memory of a process by region: Ruby's heap pages, arenas of glibc, other anonymous memory, stacks, code,
// libraries, files. From its mappings, or, more coarsely, from /proc/PID/status.
import type {Heap} from '../../heap/heap.js'
import type {MemoryRecord} from '../../memory-record.js'
import {type MappingKind, type SortedMapping, sortMappings} from './mappings.js'

export type Regions = {
  readonly rss: number
  /** Resident part of heap pages with objects, and its share of their size: 1 without swap. */
  readonly pages: number
  readonly pagesResident: number
  /** The part of these pages that is in arenas of malloc, as before Ruby 3.0. */
  readonly pagesInArenas: number
  /** Arenas without heap pages, and what is mapped for them, resident or not, with heap pages. */
  readonly arenas: number
  readonly arenaBytes: number
  readonly arenaRss: number
  /** Other anonymous memory without heap pages: large chunks of malloc, and what code maps itself. */
  readonly writable: number
  /** The part of it in mappings of exactly 32 MiB. */
  readonly transient: number
  readonly code: number
  readonly stacks: number
  readonly stackCount: number
  readonly stackBytes: number
  readonly librariesShared: number
  readonly librariesPrivate: number
  readonly files: number
  readonly other: number
}

/** Size of the transient heap of Ruby 2.6 to 3.2 (transient_heap.c). */
const TRANSIENT_BYTES = 2 ** 25

export type MappedRegions = {readonly regions: Regions; readonly mappings: readonly SortedMapping[]}

/** null: no mappings, or those of another process. */
export function regionsOfMappings(record: MemoryRecord, heap: Heap): MappedRegions | null {
  const {mappings, pages, strayPages} = sortMappings(record, heap)
  // A few pages may have been allocated between the reading of the mappings and the fork.
  if (mappings.length === 0 || pages <= strayPages) return null
  const of = (...kinds: readonly MappingKind[]) => mappings.filter(({kind}) => kinds.includes(kind))
  const [arenas, writable, stacks, libraries] = [of('arena', 'main-arena'), of('writable'), of('stack'), of('library')]
  const apart = sum(arenas, one => one.residentPageBytes)
  const behind = sum(libraries, one => one.residentPageBytes)
  const resident = apart + behind + sum(writable, one => one.residentPageBytes)
  const virtual = sum([...arenas, ...libraries, ...writable], one => one.pageBytes)
  const unpaged = (one: SortedMapping) => one.rss - one.residentPageBytes
  const [arenaRss, librariesShared] = [sum(arenas, rssOf), sum(libraries, one => Math.min(one.shared, unpaged(one)))]
  return {
    mappings,
    regions: {
      arenaBytes: sum(arenas, one => one.bytes),
      arenaRss,
      arenas: arenaRss - apart,
      code: sum(of('code'), rssOf),
      files: sum(of('file'), rssOf),
      librariesPrivate: sum(libraries, rssOf) - behind - librariesShared,
      librariesShared,
      other: sum(of('other'), rssOf),
      pages: resident,
      pagesInArenas: apart,
      pagesResident: virtual === 0 ? 1 : resident / virtual,
      rss: sum(mappings, rssOf),
      stackBytes: sum(stacks, one => one.bytes),
      stackCount: stacks.length,
      stacks: sum(stacks, rssOf),
      transient: sum(
        writable.filter(one => one.bytes === TRANSIENT_BYTES && one.pageBytes === 0),
        rssOf,
      ),
      writable: sum(writable, unpaged),
    },
  }
}

/** Without mappings: anonymous memory in one piece. null: not even that was recorded. */
export function regionsOfStatus(
  {status: {anon, file, rss, shmem}}: MemoryRecord,
  heap: Heap,
  processBytes: number | null,
): Regions | null {
  const whole = rss ?? processBytes
  if (whole === null) return null
  const files = Math.min(whole, (file ?? 0) + (shmem ?? 0))
  const anonymous = Math.min(whole - files, anon ?? whole)
  const pageBytes = heap.scans.pages.bytesInUse
  const pages = Math.min(anonymous, pageBytes)
  return {
    arenaBytes: 0,
    arenaRss: 0,
    arenas: 0,
    code: 0,
    files,
    librariesPrivate: 0,
    librariesShared: 0,
    other: whole - files - anonymous,
    pages,
    pagesInArenas: 0,
    pagesResident: pageBytes === 0 ? 1 : pages / pageBytes,
    rss: whole,
    stackBytes: 0,
    stackCount: 0,
    stacks: 0,
    transient: 0,
    writable: anonymous - pages,
  }
}

function rssOf({rss}: SortedMapping): number {
  return rss
}

function sum(mappings: readonly SortedMapping[], value: (mapping: SortedMapping) => number): number {
  return mappings.reduce((total, mapping) => total + value(mapping), 0)
}
