// Memory records for tests, written like /proc/PID/smaps: a line for each mapping, addresses in hex and sizes in kB.
import type {MemoryRecord} from '../../src/lib/memory-record.js'
import {parseMemoryRecord} from '../../src/lib/parse-memory-record.js'

const COLUMNS = [
  'rss',
  'pss',
  'sharedClean',
  'sharedDirty',
  'privateClean',
  'privateDirty',
  'swap',
  'hugePages',
] as const
const MB = 2 ** 20

/**
 * One mapping per line: `start size perms [name] rss=kB key=kB …`. Resident memory that is not given as shared is
 * private and dirty.
 *
 *     7f0000010000 64 rw-p rss=64
 *     7f2000000000 1024 r-xp /usr/lib/libc.so.6 rss=800 sharedClean=800
 */
export function mapsOf(lines: string): Record<string, unknown> {
  const names: string[] = []
  const rows = lines
    .trim()
    .split('\n')
    .map(line => {
      const [, start = '', size, perms, name, rest = ''] =
        /^\s*([0-9a-f]+) (\d+) (\S{4})(?: ([^\s=]+)(?= |$))?(.*)$/.exec(line) ?? []
      const given = Object.fromEntries([...rest.matchAll(/(\w+)=(\d+)/g)].map(([, key, value]) => [key, Number(value)]))
      const {rss = 0, sharedClean = 0, sharedDirty = 0} = given
      const sizes = {privateDirty: rss - sharedClean - sharedDirty, pss: rss, ...given}
      if (name !== undefined && !names.includes(name)) names.push(name)
      const numbers = COLUMNS.map(column => (sizes as Record<string, number>)[column] ?? 0)
      return [
        Number.parseInt(start, 16),
        Number(size) * 1024,
        perms,
        name === undefined ? -1 : names.indexOf(name),
        ...numbers,
      ]
    })
  return {columns: ['start', 'bytes', 'perms', 'name', ...COLUMNS], names, rows}
}

export function recordOf(document: Record<string, unknown>): MemoryRecord {
  const record = parseMemoryRecord(JSON.stringify({v: 1, ...document}))
  if (record === null) throw new Error('Not a record.')
  return record
}

/**
 * The heap of heapOf() on one page of 16 KiB, and around it a process of Ruby 3.3 with glibc: two arenas, two thread
 * stacks, YJIT, libraries.
 */
export function glibcRecord(changes: Record<string, unknown> = {}): MemoryRecord {
  return recordOf({
    allocator: {
      arenas: [
        {fast: 0, free: 8 * MB, main: true, system: 40 * MB},
        {fast: 1024, free: 12 * MB - 1024, system: 16 * MB},
      ],
      mmapped: {bytes: 4 * MB, count: 2},
      name: 'glibc',
      trim: {after: 60 * MB, before: 75 * MB, seconds: 0.01},
      version: '2.36',
    },
    extensions: [{file: 7, gem: 'oj', version: '3.13.9'}],
    maps: mapsOf(`
      555500000000 4 r-xp /usr/bin/ruby3.3 rss=4 sharedClean=4
      555600000000 40960 rw-p [heap] rss=36864
      7e0000000000 16384 rw-p rss=14336
      7e0001000000 49152 ---p
      7f0000010000 2048 rw-p rss=2048
      7f1000000000 4096 rw-p rss=4096
      7f1100000000 4 ---p
      7f1100001000 1024 rw-p rss=64
      7f1100101000 4 ---p
      7f1100102000 1024 rw-p rss=32
      7f1200000000 65536 r-xp rss=9216
      7f2000000000 1024 r-xp /usr/lib/libc.so.6 rss=1024 sharedClean=1024
      7f2000100000 16 rw-p /usr/lib/libc.so.6 rss=16
      7f2000104000 32 rw-p rss=12
      7f2100000000 512 r-xp /usr/lib/oj.so rss=300
      7f2200000000 300 r--p [file.dat] rss=200 sharedClean=200
      7ffff0000000 8192 rw-p [stack] rss=40
      7ffff8000000 8 r-xp [vdso] rss=4 sharedClean=4
    `),
    settings: {LD_PRELOAD: '', RAILS_MAX_THREADS: '5', puma: {max: 5, preload: true, workers: 2}},
    status: {anon: 66 * MB, file: 2 * MB, rss: 68 * MB, swap: 0, threads: 3},
    vm: {
      engine: 'ruby',
      gc: {heap_allocated_pages: 8},
      version: '3.3.8',
      yjit: {code_region_size: 9_400_000, enabled: true, yjit_alloc_size: 6 * MB},
    },
    ...changes,
  })
}
