// The text of a memory record → the record. Pure. Anyone who can write to the bucket may have written the text, so every
// field is checked and may be missing.
import type {AllocatorRecord, GlibcRecord, Mapping, MemoryRecord, Trimmed, VmRecord} from './memory-record.js'

const VERSION = 1
/** Linux allows 65,530 mappings unless it is told otherwise. */
const MOST_ROWS = 100_000
const MOST_NAMES = 10_000
const MOST_ARENAS = 10_000
const MOST_ENTRIES = 1000
const LONGEST_NAME = 300
const KILOBYTE = 1024
/** No element of a list has this index. */
const NONE = -1

/** null: not a record, or of a later version. */
export function parseMemoryRecord(text: string): MemoryRecord | null {
  try {
    const record: unknown = JSON.parse(text)
    return isRecord(record) && record.v === VERSION ? readRecord(record) : null
  } catch {
    return null
  }
}

function readRecord(record: Record<string, unknown>): MemoryRecord {
  const [status, maps, allocator] = [asRecord(record.status), asRecord(record.maps), asRecord(record.allocator)]
  const mappings = readMappings(maps)
  return {
    allocator: readAllocator(allocator),
    allocatorError: textOf(allocator.error),
    extensions: readExtensions(record.extensions, namesOf(maps)),
    mappings,
    mappingsError: mappings === null ? (textOf(maps.error) ?? 'not recorded') : null,
    settings: readSettings(record.settings),
    status: {
      anon: sizeOf(status.anon),
      file: sizeOf(status.file),
      rss: sizeOf(status.rss),
      shmem: sizeOf(status.shmem),
      swap: sizeOf(status.swap),
      threads: sizeOf(status.threads),
    },
    vm: readVm(asRecord(record.vm)),
  }
}

/** null: missing or damaged. */
function readMappings(maps: Record<string, unknown>): readonly Mapping[] | null {
  const {columns, rows} = maps
  if (!Array.isArray(columns) || !Array.isArray(rows) || rows.length === 0 || rows.length > MOST_ROWS) return null
  const names = namesOf(maps)
  const places = new Map(columns.map((column, place) => [column, place] as const))
  const mappings: Mapping[] = []
  for (const row of rows as readonly unknown[]) {
    if (!Array.isArray(row)) return null
    const cell = (column: string): unknown => row[places.get(column) ?? NONE]
    const [start, bytes, perms] = [sizeOf(cell('start')), sizeOf(cell('bytes')), cell('perms')]
    // The kernel's own page is at an address above 2^53, and never resident.
    if (start === null || bytes === null || bytes === 0) continue
    const name = names[sizeOf(cell('name')) ?? NONE] ?? null
    mappings.push(
      mappingOf({bytes, name, perms: typeof perms === 'string' ? perms.slice(0, 4) : '', start}, sizesOf(bytes, cell)),
    )
  }

  return mappings.length === 0 ? null : [...readRest(maps.rest), ...mappings.toSorted((a, b) => a.start - b.start)]
}

/** The sum of those that the agent left out because there are so many. */
function readRest(rest: unknown): readonly Mapping[] {
  if (!isRecord(rest)) return []
  const bytes = sizeOf(rest.bytes) ?? 0
  return [
    mappingOf(
      {bytes, name: '[rest]', perms: '', start: 0},
      sizesOf(bytes, column => rest[column]),
    ),
  ]
}

type Kilobytes = (...columns: readonly string[]) => number

/** Reads sizes in kB, as /proc/PID/smaps has them. A mapping never has more resident memory than its size. */
function sizesOf(bytes: number, cell: (column: string) => unknown): Kilobytes {
  return (...columns) =>
    Math.min(
      bytes,
      columns.reduce((sum, column) => sum + (sizeOf(cell(column)) ?? 0) * KILOBYTE, 0),
    )
}

function mappingOf(of: Pick<Mapping, 'bytes' | 'name' | 'perms' | 'start'>, kilobytes: Kilobytes): Mapping {
  const rss = kilobytes('rss')
  return {
    ...of,
    hugePages: Math.min(rss, kilobytes('hugePages')),
    private: Math.min(rss, kilobytes('privateClean', 'privateDirty')),
    pss: Math.min(rss, kilobytes('pss')),
    rss,
    shared: Math.min(rss, kilobytes('sharedClean', 'sharedDirty')),
    swap: Math.min(of.bytes - rss, kilobytes('swap')),
  }
}

function namesOf({names}: Record<string, unknown>): readonly string[] {
  if (!Array.isArray(names)) return []
  return names.slice(0, MOST_NAMES).map(name => textOf(name) ?? '?')
}

function readAllocator(allocator: Record<string, unknown>): AllocatorRecord | null {
  const [name, version, trimmed] = [textOf(allocator.name), textOf(allocator.version), readTrim(allocator.trim)]
  if (name === null) return null
  const unknown = {isUnknown: true as const, name, version, ...trimmed}
  if (name === 'glibc') return readGlibc(allocator, version, trimmed) ?? unknown
  const allocated = sizeOf(allocator.allocated)
  const resident = name === 'tcmalloc' ? heldByTcmalloc(allocator) : sizeOf(allocator.resident)
  if ((name !== 'jemalloc' && name !== 'tcmalloc') || allocated === null || resident === null) return unknown
  const {arenas, metadata} = allocator
  return {allocated, arenas: sizeOf(arenas), metadata: sizeOf(metadata) ?? 0, name, resident, version, ...trimmed}
}

function heldByTcmalloc({mapped, retained}: Record<string, unknown>): number | null {
  const bytes = sizeOf(mapped)
  return bytes === null ? null : Math.max(0, bytes - (sizeOf(retained) ?? 0))
}

function readTrim(trim: unknown): Trimmed {
  const {after, before, seconds} = asRecord(trim)
  const [first, last] = [sizeOf(before), sizeOf(after)]
  return {
    trimSeconds: typeof seconds === 'number' && seconds >= 0 ? seconds : null,
    trimmedBytes: first === null || last === null ? null : Math.max(0, first - last),
  }
}

function readGlibc(allocator: Record<string, unknown>, version: string | null, trimmed: Trimmed): GlibcRecord | null {
  const {arenas, heaps} = allocator
  if (!Array.isArray(arenas) || arenas.length === 0 || arenas.length > MOST_ARENAS) return null
  const mmapped = asRecord(allocator.mmapped)
  return {
    arenas: arenas.map(asRecord).map(arena => {
      const system = sizeOf(arena.system) ?? 0
      const free = (sizeOf(arena.free) ?? 0) + (sizeOf(arena.fast) ?? 0)
      return {free: Math.min(free, system), main: arena.main === true, system}
    }),
    heaps: Array.isArray(heaps)
      ? heaps
          .slice(0, MOST_ARENAS)
          .flatMap(heap =>
            readPlace(heap).map(place => ({...place, arena: sizeOf(asRecord(heap).arena) ?? place.start})),
          )
      : null,
    mmapped: {bytes: sizeOf(mmapped.bytes) ?? 0, count: sizeOf(mmapped.count) ?? 0},
    name: 'glibc',
    version,
    ...trimmed,
  }
}

function readPlace(place: unknown): readonly {readonly start: number; readonly bytes: number}[] {
  const {bytes, start} = asRecord(place)
  const [from, size] = [sizeOf(start), sizeOf(bytes)]
  return from === null || size === null ? [] : [{bytes: size, start: from}]
}

function readVm(vm: Record<string, unknown>): VmRecord {
  const threads = Array.isArray(vm.threads) ? vm.threads.slice(0, MOST_ROWS).map(asRecord) : []
  return {
    gc: numbersOf(vm.gc),
    stacks: threads.flatMap(({stackBytes, stackStart}) => readPlace({bytes: stackBytes, start: stackStart})),
    version: textOf(vm.version),
    yjit: readJit(vm.yjit),
    zjit: readJit(vm.zjit),
  }
}

/** null: not enabled. */
function readJit(jit: unknown): Readonly<Record<string, number>> | null {
  return isRecord(jit) && jit.enabled !== false ? numbersOf(jit) : null
}

function readSettings(settings: unknown): Readonly<Record<string, string>> {
  const read: Record<string, string> = {}
  for (const [name, value] of entriesOf(settings)) {
    for (const [part, entry] of isRecord(value) ? entriesOf(value) : ([['', value]] as const)) {
      const text = typeof entry === 'number' || typeof entry === 'boolean' ? String(entry) : textOf(entry)
      if (text !== null) read[part === '' ? name : `${name}.${part}`] = text
    }
  }

  return read
}

function readExtensions(extensions: unknown, names: readonly string[]): MemoryRecord['extensions'] {
  if (!Array.isArray(extensions)) return []
  return extensions
    .slice(0, MOST_ENTRIES)
    .map(asRecord)
    .flatMap(({file, gem, version}) => {
      const name = textOf(gem)
      return name === null
        ? []
        : [{file: names[sizeOf(file) ?? NONE] ?? null, gem: name, version: textOf(version) ?? ''}]
    })
}

function entriesOf(value: unknown): ReadonlyArray<readonly [string, unknown]> {
  return isRecord(value) ? Object.entries(value).slice(0, MOST_ENTRIES) : []
}

function numbersOf(value: unknown): Readonly<Record<string, number>> {
  const numbers = entriesOf(value).flatMap(([name, entry]) => {
    const number = sizeOf(entry)
    return number === null ? [] : [[name.slice(0, LONGEST_NAME), number] as const]
  })
  return Object.fromEntries(numbers)
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value.slice(0, LONGEST_NAME) : null
}

/** A number holds 53 bits exactly. */
function sizeOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null
}

function asRecord(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {}
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
