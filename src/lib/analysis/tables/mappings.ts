// The mappings of a process by what they are for, from their order, names and permissions, and the addresses of heap
// pages in the dump. Linear in mappings and pages.
import type {Heap} from '../../heap/heap.js'
import type {Mapping, MemoryRecord} from '../../memory-record.js'

export type MappingKind = 'arena' | 'code' | 'file' | 'library' | 'main-arena' | 'other' | 'stack' | 'writable'

export type SortedMapping = Mapping & {
  readonly kind: MappingKind
  /** Bytes of heap pages with objects in it, and how much of them is resident. */
  readonly pageBytes: number
  readonly residentPageBytes: number
}

export type SortedMappings = {
  readonly mappings: readonly SortedMapping[]
  /** Heap pages with objects in a mapping, and in none. */
  readonly pages: number
  readonly strayPages: number
}

/** HEAP_MAX_SIZE of malloc/arena.c on 64-bit systems: arenas other than the main one start at a multiple of it. */
const ARENA_ALIGNMENT = 2 ** 26
/** A guard page, or a few, below a stack. */
const MOST_GUARD_BYTES = 2 ** 16
/** Nobody configures larger stacks. */
const MOST_STACK_BYTES = 2 ** 28
const MOST_BSS_BYTES = 2 ** 20
const LIBRARY = /\.so(?:\.[\d.]+)?$/
/** The name of the sum of mappings that the agent left out (parse-memory-record.ts). */
const REST = '[rest]'
const DELETED = / \(deleted\)$/

export function sortMappings(record: MemoryRecord, heap: Heap): SortedMappings {
  const {allocator, mappings, vm} = record
  if (mappings === null) return {mappings: [], pages: 0, strayPages: 0}
  const heaps = allocator !== null && 'heaps' in allocator ? allocator.heaps : null
  const arenas = heaps === null ? arenasOf(mappings) : endsOf(heaps)
  const pages = pageAddresses(heap)
  const size = 2 ** heap.pageBits
  const libraries = new Set(mappings.filter(isLibrary).map(({name}) => name))
  let at = 0
  let found = 0
  const pagesOf = ({bytes, name, perms, start}: Mapping): number => {
    // All mappings of a file with the same permissions are one row, which may seem to reach into others. Not so those of
    // variables: and Ruby maps pages right behind them, which may count as the library's.
    if (isFile(name) && !perms.includes('w')) return 0
    while (at < pages.length && pages[at] < start) at++
    const first = at
    while (at < pages.length && pages[at] < start + bytes) at++
    return at - first
  }

  const sorted = mappings.map((mapping, index): SortedMapping => {
    const count = pagesOf(mapping)
    const pageBytes = Math.min(mapping.bytes, count * size)
    const kind = kindOf(mapping, mappings[index - 1], {arenas, hasPages: count > 0, libraries, stacks: vm.stacks})
    found += count
    return {...mapping, kind, pageBytes, residentPageBytes: residentOf(mapping, pageBytes)}
  })
  const stray = pages.length - found
  const [first] = sorted
  const inRest = first?.name === REST ? Math.min(stray, Math.floor(first.bytes / size)) : 0
  if (inRest > 0) sorted.splice(0, 1, ...splitRest(first, inRest * size))
  return {mappings: sorted, pages: found + inRest, strayPages: stray - inRest}
}

/** The smallest of thousands of mappings are one row without addresses: pages in no other mapping are in these. */
function splitRest(rest: SortedMapping, pageBytes: number): readonly SortedMapping[] {
  const rss = residentOf(rest, pageBytes)
  const part = (bytes: number) => (rest.rss === 0 ? 0 : Math.floor((bytes * rss) / rest.rss))
  const pages: SortedMapping = {
    ...rest,
    bytes: pageBytes,
    hugePages: part(rest.hugePages),
    kind: 'writable',
    pageBytes,
    private: part(rest.private),
    pss: part(rest.pss),
    residentPageBytes: rss,
    rss,
    shared: part(rest.shared),
    swap: part(rest.swap),
  }
  const others: SortedMapping = {
    ...rest,
    bytes: rest.bytes - pageBytes,
    hugePages: rest.hugePages - pages.hugePages,
    private: rest.private - pages.private,
    pss: rest.pss - pages.pss,
    rss: rest.rss - rss,
    shared: rest.shared - pages.shared,
    swap: rest.swap - pages.swap,
  }
  return [pages, others]
}

/** Ruby writes to a whole page when it allocates it, so only swap makes a part of it not resident. */
function residentOf({rss, swap}: Mapping, bytes: number): number {
  if (swap === 0) return Math.min(rss, bytes)
  return Math.min(rss, Math.floor((bytes * rss) / (rss + swap)))
}

function pageAddresses({codes, pageBits, scans}: Heap): Float64Array {
  const {objects} = scans.pages.counts
  const perPage = 16 - pageBits
  const addresses: number[] = []
  for (let page = 0; page < objects.length; page++) {
    if (objects[page] === 0) continue
    const high = codes.pages[page >>> perPage] >>> 0
    addresses.push(high * 65536 + (page & ((1 << perPage) - 1)) * 2 ** pageBits)
  }

  return Float64Array.from(addresses).toSorted()
}

type Known = {
  readonly arenas: ArenaEnds
  readonly hasPages: boolean
  readonly libraries: ReadonlySet<string | null>
  readonly stacks: MemoryRecord['vm']['stacks']
}

function kindOf(mapping: Mapping, before: Mapping | undefined, known: Known): MappingKind {
  const {name, perms, start} = mapping
  if (name === '[heap]') return 'main-arena'
  if (name?.startsWith('[stack')) return 'stack'
  if (isFile(name)) return known.libraries.has(name) ? 'library' : 'file'
  if (name !== null && !name.startsWith('[anon')) return 'other'
  if (perms.includes('x')) return 'code'
  if (!perms.includes('w')) return 'other'
  if (start < (known.arenas.get(blockOf(start)) ?? 0)) return 'arena'
  if (known.hasPages) return 'writable'
  if (isStack(mapping, before, known.stacks)) return 'stack'
  if (isBss(mapping, before, known.libraries)) return 'library'
  return 'writable'
}

/** The end of the arena in each block of 64 MiB. */
type ArenaEnds = ReadonlyMap<number, number>

function endsOf(heaps: readonly {readonly start: number; readonly bytes: number}[]): ArenaEnds {
  return new Map(heaps.map(({bytes, start}) => [blockOf(start), start + bytes] as const))
}

/**
 * What malloc/arena.c maps: 64 MiB, of which the part that is not used yet cannot be accessed. In a forked process, the
 * other part may be several mappings.
 */
function arenasOf(mappings: readonly Mapping[]): ArenaEnds {
  const ends = new Map<number, number>()
  for (const [index, first] of mappings.entries()) {
    if (first.start % ARENA_ALIGNMENT !== 0 || !isAnonymous(first, 'rw')) continue
    let end = endOf(first)
    let at = index + 1
    const isNext = (access: string) => mappings[at]?.start === end && isAnonymous(mappings[at], access)
    for (; end % ARENA_ALIGNMENT !== 0 && isNext('rw'); at++) end = endOf(mappings[at])
    const rest = end % ARENA_ALIGNMENT === 0 ? 0 : ARENA_ALIGNMENT - (end % ARENA_ALIGNMENT)
    if (rest === 0 || (isNext('---') && mappings[at].bytes >= rest)) ends.set(blockOf(first.start), end)
  }

  return ends
}

/** The number of the block of 64 MiB in which an arena may be. */
export function blockOf(address: number): number {
  return Math.floor(address / ARENA_ALIGNMENT)
}

/** Ruby and glibc may give it a name: `[anon: Ruby:…]`. */
function isAnonymous({name, perms}: Mapping, access: string): boolean {
  return (name === null || name.startsWith('[anon')) && perms.startsWith(access)
}

/** Directly above a guard page, or recorded by the VM. */
function isStack({bytes, start}: Mapping, before: Mapping | undefined, stacks: Known['stacks']): boolean {
  if (
    stacks.some(stack => stack.start < start + bytes && start < stack.start + stack.bytes && stack.bytes * 2 >= bytes)
  )
    return true
  return (
    bytes <= MOST_STACK_BYTES &&
    before !== undefined &&
    isAnonymous(before, '---') &&
    before.bytes <= MOST_GUARD_BYTES &&
    endOf(before) === start
  )
}

/** The agent gives the paths of programs and libraries alone: other files are `[file.dat]` and `[shared]`. */
function isFile(name: string | null): boolean {
  return name !== null && /^(?!\[)|^\[(?:file|shared)/.test(name)
}

function isLibrary({name, perms}: Mapping): boolean {
  if (name === null || name.startsWith('[')) return false
  return perms.includes('x') || LIBRARY.test(name.replace(DELETED, ''))
}

/** Variables of a library that start at zero directly follow its data. What is larger was mapped there later. */
function isBss({bytes, start}: Mapping, before: Mapping | undefined, libraries: ReadonlySet<string | null>): boolean {
  if (before === undefined || bytes > MOST_BSS_BYTES || endOf(before) !== start) return false
  return before.perms.includes('w') && libraries.has(before.name)
}

function endOf({bytes, start}: Mapping): number {
  return start + bytes
}
