// What the agent recorded about a process's memory at a dump: its mappings, its allocator and its VM (docs/protocol.md).

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
}

/** A part of an arena; `arena`: start of the arena's first part. */
export type ArenaHeap = {readonly start: number; readonly bytes: number; readonly arena: number}

export type GlibcRecord = {
  readonly name: 'glibc'
  readonly version: string | null
  readonly arenas: readonly ArenaRecord[]
  /** Where the arenas other than the main one are: an arena has one or more parts; null: not recorded. */
  readonly heaps: readonly ArenaHeap[] | null
  /** Chunks with a mapping of their own. */
  readonly mmapped: {readonly count: number; readonly bytes: number}
} & Trimmed

/** Resident memory that the allocator returned in the forked copy when it was asked to; null: it was not. */
export type Trimmed = {readonly trimmedBytes: number | null; readonly trimSeconds: number | null}

/** Counters of jemalloc and tcmalloc. */
export type CountersRecord = {
  readonly name: 'jemalloc' | 'tcmalloc'
  readonly version: string | null
  readonly allocated: number
  readonly metadata: number
  /** Resident memory of the allocator, free parts included. */
  readonly resident: number
  readonly arenas: number | null
} & Trimmed

/** It was not asked, or does not count what is in use: mimalloc. */
export type UnknownAllocator = {
  readonly name: string
  readonly version: string | null
  readonly isUnknown: true
} & Trimmed

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
