// What the agent recorded about a process's memory at a dump: its mappings, its allocator and its VM (docs/protocol.md).
// Pure. Anyone who can write to the bucket may have written the text, so every field is checked and may be missing.

/** Sizes in bytes. */
export type Mapping = {
  readonly start: number
  readonly bytes: number
  /** `rw-p`. */
  readonly perms: string
  /** Path of a mapped file, or `[heap]`; null: anonymous. */
  readonly name: string | null
  readonly rss: number
  readonly pss: number
  readonly shared: number
  /** Resident, and mapped by no other process. */
  readonly private: number
  readonly swap: number
  readonly hugePages: number
}

export type ArenaRecord = {
  /** Memory that the arena has from the system. */
  readonly system: number
  /** Free chunks and the top of the arena. */
  readonly free: number
  readonly main: boolean
  /** Address; null: not recorded. */
  readonly start: number | null
}

export type GlibcRecord = {
  readonly name: 'glibc'
  readonly version: string | null
  readonly arenas: readonly ArenaRecord[]
  /** Chunks with a mapping of their own. */
  readonly mmapped: {readonly count: number; readonly bytes: number}
  /** Anonymous resident memory that malloc_trim(0) gave back in the forked copy; null: not tried. */
  readonly trimmedBytes: number | null
  readonly trimSeconds: number | null
}

/** jemalloc's and mimalloc's own counters. */
export type CountersRecord = {
  readonly name: 'jemalloc' | 'mimalloc'
  readonly version: string | null
  readonly allocated: number
  readonly metadata: number
  /** Resident memory of the allocator, free parts included. */
  readonly resident: number
  readonly arenas: number | null
}

/** It was not asked, or it did not answer. */
export type UnknownAllocator = {readonly name: string; readonly version: string | null; readonly isUnknown: true}

export type AllocatorRecord = GlibcRecord | CountersRecord | UnknownAllocator

export type VmRecord = {
  readonly version: string | null
  readonly gc: Readonly<Record<string, number>>
  readonly yjit: Readonly<Record<string, number>> | null
  readonly zjit: Readonly<Record<string, number>> | null
  /** Stacks of threads, as far as they were recorded. */
  readonly stacks: readonly {readonly start: number; readonly bytes: number}[]
}

export type MemoryRecord = {
  readonly status: {
    readonly rss: number | null
    readonly anon: number | null
    readonly file: number | null
    readonly shmem: number | null
    readonly swap: number | null
    readonly threads: number | null
  }
  /** By address; null: they could not be read. */
  readonly mappings: readonly Mapping[] | null
  readonly mappingsError: string | null
  readonly allocator: AllocatorRecord | null
  /** Why the allocator or a part of its answer is missing. */
  readonly allocatorError: string | null
  readonly vm: VmRecord
  /** Environment variables that affect memory, and Puma's numbers as `puma.workers`. */
  readonly settings: Readonly<Record<string, string>>
  /** C extensions that are loaded. */
  readonly extensions: readonly {readonly gem: string; readonly version: string; readonly file: string | null}[]
}

export const MEMORY_VERSION = 1
/** Linux allows 65,530 mappings unless it is told otherwise. */
const MOST_ROWS = 100_000
const MOST_NAMES = 10_000
const MOST_ARENAS = 10_000
const MOST_ENTRIES = 1000
const LONGEST_NAME = 300
const KILOBYTE = 1024

/** null: not a record, or of a later version. */
export function parseMemoryRecord(text: string): MemoryRecord | null {
  try {
    const record: unknown = JSON.parse(text)
    return isRecord(record) && record.v === MEMORY_VERSION ? readRecord(record) : null
  } catch {
    return null
  }
}

function readRecord(record: Record<string, unknown>): MemoryRecord {
  const [status, maps, allocator, vm] = [record.status, record.maps, record.allocator, record.vm].map(asRecord)
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
    vm: readVm(vm),
  }
}

/** null: missing or damaged. */
function readMappings(maps: Record<string, unknown>): readonly Mapping[] | null {
  const {columns, rows} = maps
  if (!Array.isArray(columns) || !Array.isArray(rows) || rows.length === 0 || rows.length > MOST_ROWS) return null
  const names = namesOf(maps)
  const at = (column: string) => columns.indexOf(column)
  const [start, bytes, perms, name] = ['start', 'bytes', 'perms', 'name'].map(at)
  const [rss, pss, swap, hugePages] = ['rss', 'pss', 'swap', 'hugePages'].map(at)
  const shared = ['sharedClean', 'sharedDirty'].map(at)
  const owned = ['privateClean', 'privateDirty'].map(at)
  const mappings: Mapping[] = []
  for (const row of rows) {
    if (!Array.isArray(row)) return null
    const [from, size] = [sizeOf(row[start]), sizeOf(row[bytes])]
    // The kernel's own page is at an address above 2^53, and never resident.
    if (from === null || size === null || size === 0) continue
    // A mapping never has more resident memory than its size.
    const kilobytes = (column: number) => Math.min(size, (sizeOf(row[column]) ?? 0) * KILOBYTE)
    const resident = kilobytes(rss)
    mappings.push({
      bytes: size,
      hugePages: kilobytes(hugePages),
      name: names[row[name] as number] ?? null,
      perms: typeof row[perms] === 'string' ? row[perms].slice(0, 4) : '',
      private: Math.min(resident, sumOf(owned, kilobytes)),
      pss: Math.min(resident, kilobytes(pss)),
      rss: resident,
      shared: Math.min(resident, sumOf(shared, kilobytes)),
      start: from,
      swap: Math.min(size - resident, kilobytes(swap)),
    })
  }

  return mappings.length === 0 ? null : mappings.toSorted((a, b) => a.start - b.start)
}

function namesOf({names}: Record<string, unknown>): readonly string[] {
  if (!Array.isArray(names)) return []
  return names.slice(0, MOST_NAMES).map(name => textOf(name) ?? '?')
}

function readAllocator(allocator: Record<string, unknown>): AllocatorRecord | null {
  const name = textOf(allocator.name)
  if (name === null) return null
  const version = textOf(allocator.version)
  if (name === 'glibc') return readGlibc(allocator, version) ?? {isUnknown: true, name, version}
  const [allocated, resident] = [sizeOf(allocator.allocated), sizeOf(allocator.resident)]
  if ((name !== 'jemalloc' && name !== 'mimalloc') || allocated === null || resident === null)
    return {isUnknown: true, name, version}
  const {arenas, metadata} = allocator
  return {allocated, arenas: sizeOf(arenas), metadata: sizeOf(metadata) ?? 0, name, resident, version}
}

function readGlibc(allocator: Record<string, unknown>, version: string | null): GlibcRecord | null {
  const {arenas} = allocator
  if (!Array.isArray(arenas) || arenas.length === 0 || arenas.length > MOST_ARENAS) return null
  const [mmapped, trim] = [asRecord(allocator.mmapped), asRecord(allocator.trim)]
  const [before, after] = [sizeOf(trim.before), sizeOf(trim.after)]
  return {
    arenas: arenas.map(asRecord).map(arena => {
      const system = sizeOf(arena.system) ?? 0
      const free = (sizeOf(arena.free) ?? 0) + (sizeOf(arena.fast) ?? 0)
      return {free: Math.min(free, system), main: arena.main === true, start: sizeOf(arena.start), system}
    }),
    mmapped: {bytes: sizeOf(mmapped.bytes) ?? 0, count: sizeOf(mmapped.count) ?? 0},
    name: 'glibc',
    trimSeconds: typeof trim.seconds === 'number' && trim.seconds >= 0 ? trim.seconds : null,
    trimmedBytes: before === null || after === null ? null : Math.max(0, before - after),
    version,
  }
}

function readVm(vm: Record<string, unknown>): VmRecord {
  const threads = Array.isArray(vm.threads) ? vm.threads.slice(0, MOST_ROWS).map(asRecord) : []
  return {
    gc: numbersOf(vm.gc),
    stacks: threads.flatMap(({stackBytes, stackStart}) => {
      const [start, bytes] = [sizeOf(stackStart), sizeOf(stackBytes)]
      return start === null || bytes === null ? [] : [{bytes, start}]
    }),
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
    const text = typeof value === 'number' ? String(value) : textOf(value)
    if (text !== null) read[name] = text
    for (const [part, number] of Object.entries(numbersOf(value))) read[`${name}.${part}`] = String(number)
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
      return name === null ? [] : [{file: names[file as number] ?? null, gem: name, version: textOf(version) ?? ''}]
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

function sumOf(columns: readonly number[], value: (column: number) => number): number {
  return columns.reduce((sum, column) => sum + value(column), 0)
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
