// What a memory record says without the dump: what the allocator and the JIT compiler say about themselves, settings.
import type {AllocatorRecord, CountersRecord, GlibcRecord, MemoryRecord} from '../../memory-record.js'
import {blockOf, type SortedMapping} from './mappings.js'

export type ArenaRow = {
  readonly main: boolean
  readonly systemBytes: number
  readonly freeBytes: number
  /** null: its mapping was not found. */
  readonly residentBytes: number | null
}

export type AllocatorTable = {
  readonly name: string
  readonly version: string | null
  /** Memory that it has from the system, resident or not; null: unknown. */
  readonly systemBytes: number | null
  readonly freeBytes: number | null
  /** What it returned in a copy of the process when it was asked to; null: it was not. */
  readonly trimmableBytes: number | null
  /** Number of arenas; null: unknown. */
  readonly arenaCount: number | null
  /** Largest first; empty: not glibc. */
  readonly arenas: readonly ArenaRow[]
  readonly mmapped: {readonly count: number; readonly bytes: number} | null
}

export type JitTable = {
  readonly name: 'YJIT' | 'ZJIT'
  /** Code that it has generated, and the limit; null: unknown. */
  readonly codeBytes: number | null
  readonly limitBytes: number | null
  /** Memory of the compiler from malloc. */
  readonly dataBytes: number | null
}

export type RecordedMemory = {
  readonly allocator: AllocatorTable | null
  /** null: none is enabled. */
  readonly jit: JitTable | null
  /** Environment variables and options of Puma that affect memory. */
  readonly settings: MemoryRecord['settings']
  /** C extensions that are loaded. */
  readonly extensions: MemoryRecord['extensions']
  /** What is missing in the record, in words; empty: nothing. */
  readonly gaps: readonly string[]
}

/** `mappings`: to find those of arenas; empty: they were not sorted. */
export function recordedMemory(record: MemoryRecord, mappings: readonly SortedMapping[]): RecordedMemory {
  const {allocator, allocatorError, extensions, mappingsError, settings} = record
  return {
    allocator: allocatorTable(allocator, mappings),
    extensions,
    gaps: [
      mappingsError === null ? null : `mappings of the process are unknown: ${mappingsError}`,
      allocatorError === null ? null : `figures of the allocator are missing: ${allocatorError}`,
    ].filter(gap => gap !== null),
    jit: jitTable(record),
    settings,
  }
}

export function jitTable({vm: {yjit, zjit}}: Pick<MemoryRecord, 'vm'>): JitTable | null {
  const counters = yjit ?? zjit
  if (counters === null) return null
  const first = (...names: readonly string[]) =>
    names.map(name => counters[name]).find(one => one !== undefined) ?? null
  return {
    codeBytes: first('code_region_size'),
    dataBytes: first('yjit_alloc_size', 'zjit_alloc_bytes', 'zjit_alloc_size'),
    limitBytes: first('exec_mem_size', 'mem_size'),
    name: yjit === null ? 'ZJIT' : 'YJIT',
  }
}

function allocatorTable(allocator: AllocatorRecord | null, mappings: readonly SortedMapping[]): AllocatorTable | null {
  if (allocator === null) return null
  const {name, version} = allocator
  const unknown = {arenaCount: null, arenas: [], freeBytes: null, mmapped: null, systemBytes: null}
  const trimmableBytes = allocator.trimmedBytes
  if ('isUnknown' in allocator) return {...unknown, name, trimmableBytes, version}
  if (allocator.name !== 'glibc') {
    const {allocated, arenas, metadata, resident} = allocator as CountersRecord
    const freeBytes = Math.max(0, resident - allocated - metadata)
    return {...unknown, arenaCount: arenas, freeBytes, name, systemBytes: resident, trimmableBytes, version}
  }

  const {mmapped} = allocator as GlibcRecord
  const rows = arenaRows(allocator as GlibcRecord, mappings)
  const sum = (value: (arena: ArenaRow) => number) => rows.reduce((total, arena) => total + value(arena), 0)
  return {
    arenaCount: rows.length,
    arenas: rows,
    freeBytes: sum(arena => arena.freeBytes),
    mmapped,
    name,
    systemBytes: sum(arena => arena.systemBytes) + mmapped.bytes,
    trimmableBytes,
    version,
  }
}

/** malloc_info gives no addresses: the size tells which mappings are an arena's. */
function arenaRows({arenas, heaps}: GlibcRecord, mappings: readonly SortedMapping[]): readonly ArenaRow[] {
  const arenaOf = new Map((heaps ?? []).map(({arena, start}) => [blockOf(start), arena] as const))
  const found = new Map<number, {bytes: number; rss: number}>()
  for (const {bytes, kind, rss, start} of mappings) {
    if (kind !== 'arena') continue
    const arena = arenaOf.get(blockOf(start)) ?? blockOf(start)
    const sum = found.get(arena) ?? {bytes: 0, rss: 0}
    found.set(arena, {bytes: sum.bytes + bytes, rss: sum.rss + rss})
  }

  const residentOf = (system: number): number | null => {
    const [arena, place] = [...found].find(([, {bytes}]) => bytes === system) ?? []
    if (arena !== undefined) found.delete(arena)
    return place?.rss ?? null
  }

  const main = mappings.filter(({kind}) => kind === 'main-arena')
  const residentMain = main.length === 0 ? null : main.reduce((sum, {rss}) => sum + rss, 0)
  return arenas
    .map(arena => ({
      freeBytes: arena.free,
      main: arena.main,
      residentBytes: arena.main ? residentMain : residentOf(arena.system),
      systemBytes: arena.system,
    }))
    .toSorted((a, b) => b.systemBytes - a.systemBytes)
}
