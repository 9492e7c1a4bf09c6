// Where the memory of a process is: parts that add up to its resident memory exactly. From the mappings, the allocator's
// own figures and the objects in the dump. docs/memory.md explains each part.
import type {Heap} from '../../heap/heap.js'
import type {MemoryRecord, VmRecord} from '../../memory-record.js'
import type {Subject} from '../objects/subject.js'
import {reservedStack} from '../objects/reserved-stack.js'
import {allocatorBytes} from './allocator-bytes.js'
import {jitTable, recordedMemory, type RecordedMemory} from './recorded-memory.js'
import type {MappingKind, SortedMapping} from './mappings.js'
import {objectBytes} from './object-bytes.js'
import {type Regions, regionsOfMappings, regionsOfStatus} from './regions.js'

/** In the order of the table. */
export const PART_KINDS = [
  /** Slots of live objects, and the memory that live objects have outside their slots: together live memory. */
  'live-slots',
  'live-memory',
  /** The same for garbage that has not been collected yet. */
  'garbage-slots',
  'garbage-memory',
  /** Objects of the agent and the allocation tracer. */
  'agent',
  /** Free slots in Ruby's heap pages, and the headers of pages. */
  'free-slots',
  /** In use, from malloc, beside all objects: C extensions, libraries, Ruby's own tables, rounding. */
  'native',
  /** Mapped by native code without malloc. */
  'native-mapped',
  /** Free inside the allocator. */
  'allocator-free',
  /** The allocator's bookkeeping, where it counts it. */
  'allocator-own',
  /** From malloc, beside all objects: how much of it is free is unknown. */
  'allocator-unknown',
  'jit-code',
  'jit-data',
  'stacks',
  'libraries-shared',
  'libraries-private',
  'files',
  /** What cannot be attributed. */
  'other',
] as const

export type PartKind = (typeof PART_KINDS)[number]

export type MemoryPart = {readonly kind: PartKind; readonly bytes: number}

export type ProcessParts = {
  /** Resident memory: the sum of all parts. */
  readonly rssBytes: number
  /** All kinds, in order; 0 for those that the process does not have. */
  readonly parts: readonly MemoryPart[]
  /** The share of resident memory that is not `other`, 0..1. */
  readonly attributed: number
  readonly pssBytes: number | null
  /** Resident memory that other processes map too, and that none does. */
  readonly sharedBytes: number | null
  readonly privateBytes: number | null
  readonly swapBytes: number | null
  readonly hugePageBytes: number | null
  /** The same for memory that workers of a preloaded app can share: heap pages, malloc, and everything anonymous. */
  readonly anonymous: {readonly sharedBytes: number; readonly privateBytes: number} | null
  readonly stacks: {readonly count: number; readonly reservedBytes: number; readonly threads: number | null} | null
} & RecordedMemory

const answers = new WeakMap<Subject, ProcessParts>()

/** null: nothing was recorded, or the record is not of the dumped process. Computed once. */
export function processParts(subject: Subject): ProcessParts | null {
  if (subject.record === null) return null
  let parts = answers.get(subject) ?? null
  if (parts === null && (parts = compute(subject, subject.record)) !== null) answers.set(subject, parts)
  return parts
}

/** The bytes of one or more parts. */
export function bytesOfParts({parts}: Pick<ProcessParts, 'parts'>, ...kinds: readonly PartKind[]): number {
  return parts.reduce((sum, {bytes, kind}) => (kinds.includes(kind) ? sum + bytes : sum), 0)
}

function compute(subject: Subject, record: MemoryRecord): ProcessParts | null {
  const {heap, processBytes} = subject
  const mapped = record.mappings === null ? null : regionsOfMappings(record, heap)
  if (record.mappings !== null && mapped === null) return null
  const regions = mapped?.regions ?? regionsOfStatus(record, heap, processBytes)
  if (regions === null) return null
  const bytes = partBytes(heap, record, regions, mapped !== null)
  const sum = (value: (mapping: SortedMapping) => number, kinds?: readonly MappingKind[]) =>
    mapped === null
      ? null
      : mapped.mappings.reduce((total, one) => (kinds?.includes(one.kind) === false ? total : total + value(one)), 0)
  const [sharedOfWorkers, privateOfWorkers] = [sum(one => one.shared, ANONYMOUS), sum(one => one.private, ANONYMOUS)]
  return {
    ...recordedMemory(record, mapped?.mappings ?? []),
    anonymous:
      sharedOfWorkers === null || privateOfWorkers === null
        ? null
        : {privateBytes: privateOfWorkers, sharedBytes: sharedOfWorkers},
    attributed: regions.rss === 0 ? 1 : 1 - bytes.other / regions.rss,
    hugePageBytes: sum(one => one.hugePages),
    parts: PART_KINDS.map(kind => ({bytes: bytes[kind], kind})),
    privateBytes: sum(one => one.private),
    pssBytes: sum(one => one.pss),
    rssBytes: regions.rss,
    sharedBytes: sum(one => one.shared),
    stacks:
      mapped === null
        ? null
        : {count: regions.stackCount, reservedBytes: regions.stackBytes, threads: record.status.threads},
    swapBytes: sum(one => one.swap) ?? record.status.swap,
  }
}

const ANONYMOUS: readonly MappingKind[] = ['arena', 'main-arena', 'writable']

/** Every kind ≥ 0, and their sum is the resident memory. */
function partBytes(
  heap: Heap,
  {allocator, vm}: MemoryRecord,
  regions: Regions,
  hasMappings: boolean,
): Record<PartKind, number> {
  const {agent, garbage, live} = objectBytes(heap)
  const isIn = pagesInMalloc(vm.version)
  const reservedBytes = heap.natives('VM/thread').reduce((sum, thread) => sum + reservedStack(heap, thread), 0)
  const emptyBytes = Math.min(emptyPageBytes(heap, vm), isIn ? regions.arenas : regions.writable)
  const malloc = allocatorBytes(allocator, regions, {emptyBytes, isIn, reservedBytes})

  let pages = regions.pages
  const takePages = (bytes: number) => {
    const taken = Math.min(pages, Math.floor(bytes * regions.pagesResident))
    pages -= taken
    return taken
  }

  const [liveSlots, garbageSlots, agentSlots] = [live, garbage, agent].map(({slotBytes}) => takePages(slotBytes))

  // Objects and the JIT share what malloc has in use. Until 3.2 young objects have memory in the transient heap too.
  // Where that is too little, objects map memory of their own; what they never wrote to is not resident.
  const known = malloc.used + malloc.unknown
  const transient = Math.min(malloc.mapped, hasTransientHeap(vm.version) ? regions.transient : 0)
  const wanted = live.besideBytes + garbage.besideBytes + agent.besideBytes
  const jitData = Math.min(known, jitTable({vm})?.dataBytes ?? 0)
  const extra = Math.max(transient, Math.min(malloc.mapped, wanted - (known - jitData)))
  let inUse = known - jitData + extra
  const take = (bytes: number) => {
    const taken = Math.min(inUse, bytes)
    inUse -= taken
    return taken
  }

  const [liveMemory, garbageMemory, agentMemory] = [live, garbage, agent].map(({besideBytes}) => take(besideBytes))
  const isUnknown = malloc.unknown > 0
  return {
    agent: agentSlots + agentMemory,
    'allocator-free': malloc.free,
    'allocator-own': malloc.own,
    'allocator-unknown': isUnknown ? inUse : 0,
    files: regions.files,
    'free-slots': pages + emptyBytes,
    'garbage-memory': garbageMemory,
    'garbage-slots': garbageSlots,
    'jit-code': regions.code,
    'jit-data': jitData,
    'libraries-private': regions.librariesPrivate,
    'libraries-shared': regions.librariesShared,
    'live-memory': liveMemory,
    'live-slots': liveSlots,
    native: isUnknown ? 0 : inUse,
    'native-mapped': hasMappings ? malloc.mapped - extra : 0,
    // Without mappings, stacks and private pages of libraries are in it.
    other: regions.other + (hasMappings ? 0 : malloc.mapped - extra),
    stacks: regions.stacks,
  }
}

/** Pages of the heap in which the dump has no object. */
function emptyPageBytes(heap: Heap, {gc}: VmRecord): number {
  return Math.max(0, (gc['heap_allocated_pages'] ?? 0) * 2 ** heap.pageBits - heap.scans.pages.bytesInUse)
}

function pagesInMalloc(version: string | null): boolean {
  return version !== null && /^[12]\./.test(version)
}

function hasTransientHeap(version: string | null): boolean {
  return version !== null && /^(?:2\.[67]|3\.[012])\./.test(version)
}
