// What the allocator and the JIT compiler say about themselves.
import type {AllocatorRecord, CountersRecord, GlibcRecord, MemoryRecord} from '../../memory-record.js'
import type {SortedMapping} from './mappings.js'

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
  /** What malloc_trim(0) gave back in a copy of the process; null: not tried. */
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

export function allocatorTable(
  allocator: AllocatorRecord | null,
  mappings: readonly SortedMapping[],
): AllocatorTable | null {
  if (allocator === null) return null
  const {name, version} = allocator
  const unknown = {arenaCount: null, arenas: [], freeBytes: null, mmapped: null, systemBytes: null}
  if ('isUnknown' in allocator) return {...unknown, name, trimmableBytes: null, version}
  if (allocator.name !== 'glibc') {
    const {allocated, arenas, metadata, resident} = allocator as CountersRecord
    const freeBytes = Math.max(0, resident - allocated - metadata)
    return {...unknown, arenaCount: arenas, freeBytes, name, systemBytes: resident, trimmableBytes: null, version}
  }

  const {arenas, mmapped, trimmedBytes} = allocator as GlibcRecord
  const rows = arenaRows(arenas, mappings)
  const sum = (value: (arena: ArenaRow) => number) => rows.reduce((total, arena) => total + value(arena), 0)
  return {
    arenaCount: rows.length,
    arenas: rows,
    freeBytes: sum(arena => arena.freeBytes),
    mmapped,
    name,
    systemBytes: sum(arena => arena.systemBytes) + mmapped.bytes,
    trimmableBytes: trimmedBytes,
    version,
  }
}

/** malloc_info gives no addresses: the size tells which mapping is an arena's. */
function arenaRows(arenas: GlibcRecord['arenas'], mappings: readonly SortedMapping[]): readonly ArenaRow[] {
  const left = mappings.filter(({kind}) => kind === 'arena')
  const residentOf = ({main, start, system}: GlibcRecord['arenas'][number]): number | null => {
    if (main) return mappings.find(({kind}) => kind === 'main-arena')?.rss ?? null
    const at = left.findIndex(one => (start === null ? one.bytes === system : one.start === start))
    return at === -1 ? null : left.splice(at, 1)[0].rss
  }

  return arenas
    .map(arena => ({
      freeBytes: arena.free,
      main: arena.main,
      residentBytes: residentOf(arena),
      systemBytes: arena.system,
    }))
    .toSorted((a, b) => b.systemBytes - a.systemBytes)
}
