// The sum of a process's memory, on processes small enough to add up by hand; and that it always is the resident memory.
import {describe, expect, it} from 'vitest'
import {groupBytes} from '../../../../src/lib/analysis/tables/part-groups.js'
import {PART_KINDS, processParts, type ProcessParts} from '../../../../src/lib/analysis/tables/process-parts.js'
import {totals} from '../../../../src/lib/analysis/tables/totals.js'
import type {MemoryRecord} from '../../../../src/lib/memory-record.js'
import {heapOf} from '../../../support/heaps.js'
import {glibcRecord, mapsOf, recordOf} from '../../../support/memory-records.js'

const MB = 2 ** 20
/** 4 slots of 40 bytes are live and have 1 MB + 4 MB besides; 1 slot is garbage with 1 MB. */
const HEAP = `
  ROOT vm > Object kept
  Object CLASS ${40 + 2 ** 20} name=Object
  String CLASS 40 name=String
  kept   ARRAY 40 > text
  text   STRING:String ${40 + 4 * 2 ** 20}
  lost   STRING:String ${40 + 2 ** 20}
`

async function partsOf(memory: MemoryRecord, heap = HEAP, dump = {}): Promise<ProcessParts | null> {
  const {subject} = await heapOf(heap, {...dump, memory})
  return processParts(subject)
}

/** Parts that the process has, in bytes; checks that they add up. */
async function bytesOf(memory: MemoryRecord, heap = HEAP, dump = {}): Promise<Record<string, number>> {
  const process = (await partsOf(memory, heap, dump))!
  expect(process.parts.map(({kind}) => kind)).toEqual(PART_KINDS)
  expect(process.parts.reduce((sum, {bytes}) => sum + bytes, 0)).toBe(process.rssBytes)
  return Object.fromEntries(process.parts.filter(({bytes}) => bytes !== 0).map(({bytes, kind}) => [kind, bytes]))
}

describe('with glibc', () => {
  it('each part is what mappings, malloc_info and the dump say', async () => {
    // 8 pages of 16 KiB, one of which has objects.
    const page = 16 * 1024
    const arenas = (36 + 14) * MB
    // 6 MB of the arenas are not resident, so that much less of the 20 MB is free memory that is resident.
    const free = 20 * MB - 6 * MB
    // trim returned 15 MB: certainly free and resident.
    const returned = 15 * MB
    // The rest of the anonymous memory: 2 MB with heap pages, 4 MB in mappings of malloc's own.
    const large = 4 * MB
    expect(await bytesOf(glibcRecord())).toEqual({
      'allocator-free': Math.max(free, returned),
      files: 200 * 1024,
      'free-slots': 8 * page - 5 * 40,
      'garbage-memory': MB,
      'garbage-slots': 40,
      'jit-code': 9 * MB,
      'jit-data': 6 * MB,
      'libraries-private': (16 + 12 + 300) * 1024,
      'libraries-shared': (4 + 1024) * 1024,
      'live-memory': 5 * MB,
      'live-slots': 4 * 40,
      native: arenas + large - returned - 6 * MB - 6 * MB,
      'native-mapped': 2 * MB - 8 * page,
      other: 4 * 1024,
      stacks: (64 + 32 + 40) * 1024,
    })
  })

  it('finds heap pages among the mappings that the agent summed up, because there are thousands', async () => {
    const whole = await bytesOf(glibcRecord())
    const rows = mapsOf(`
      555600000000 40960 rw-p [heap] rss=36864
      7e0000000000 16384 rw-p rss=14336
      7e0001000000 49152 ---p
      7f2000000000 1024 r-xp /usr/lib/libc.so.6 rss=1024 sharedClean=1024`)
    const rest = {bytes: 2 * MB, privateDirty: 2048, pss: 2048, rss: 2048}
    const summed = await bytesOf(glibcRecord({maps: {...rows, rest}}))
    expect(summed['live-slots']).toBe(whole['live-slots'])
    expect(summed.other).toBe(2 * MB - 16 * 1024)
    expect(await partsOf(glibcRecord({maps: {...rows, rest: {...rest, bytes: 4096}}}))).toBeNull()
  })

  it('live parts are live memory, the base of every share', async () => {
    const {subject} = await heapOf(HEAP, {memory: glibcRecord()})
    expect(groupBytes(processParts(subject)!).objects).toBe(totals(subject.graph).aliveMemsize)
  })

  it('has a row for each arena, with what is resident', async () => {
    const {allocator} = (await partsOf(glibcRecord()))!
    expect(allocator).toMatchObject({arenaCount: 2, freeBytes: 20 * MB, systemBytes: 60 * MB, trimmableBytes: 15 * MB})
    expect(allocator!.arenas).toEqual([
      {freeBytes: 8 * MB, main: true, residentBytes: 36 * MB, systemBytes: 40 * MB},
      {freeBytes: 12 * MB, main: false, residentBytes: 14 * MB, systemBytes: 16 * MB},
    ])
  })

  it('says what is shared, and names extensions and settings', async () => {
    const process = (await partsOf(glibcRecord()))!
    expect(process.sharedBytes).toBe((4 + 1024 + 200 + 4) * 1024)
    expect(process.anonymous!.privateBytes).toBe((36 + 14 + 2 + 4) * MB)
    expect(process.extensions).toEqual(
      [{file: '/usr/lib/oj.so', gem: 'oj', version: '3.13.9'}].map(one =>
        expect.objectContaining({gem: one.gem, version: one.version}),
      ),
    )
    expect(process.settings).toEqual({
      RAILS_MAX_THREADS: '5',
      'puma.max': '5',
      'puma.preload': 'true',
      'puma.workers': '2',
    })
    expect(process.jit).toEqual({codeBytes: 9_400_000, dataBytes: 6 * MB, limitBytes: null, name: 'YJIT'})
  })

  it('takes heap pages out of the arenas that Ruby 2.7 allocates them in', async () => {
    const record = recordOf({
      allocator: {arenas: [{free: MB, main: true, system: 32 * MB}], mmapped: {bytes: 0, count: 0}, name: 'glibc'},
      maps: mapsOf(`
        7f0000000000 32768 rw-p [heap] rss=32768
      `),
      vm: {gc: {heap_allocated_pages: 100}, version: '2.7.4'},
    })
    expect(await bytesOf(record)).toEqual({
      'allocator-free': MB,
      'free-slots': 100 * 16_384 - 200,
      'garbage-memory': MB,
      'garbage-slots': 40,
      'live-memory': 5 * MB,
      'live-slots': 160,
      native: 32 * MB - MB - 6 * MB - 100 * 16_384,
    })
  })

  it('counts the transient heap of Ruby up to 3.2 as memory of objects', async () => {
    const maps = (transient: number) =>
      mapsOf(`
        555600000000 2048 rw-p [heap] rss=2048
        7f0000010000 16 rw-p rss=16
        7f1000000000 ${transient} rw-p rss=5120
      `)
    const allocator = {arenas: [{free: 0, main: true, system: 2 * MB}], mmapped: {bytes: 0, count: 0}, name: 'glibc'}
    const vm = {gc: {heap_allocated_pages: 1}, version: '3.1.2'}
    const small = HEAP.replaceAll(/4194344|1048616/g, '40')
    expect(await bytesOf(recordOf({allocator, maps: maps(32_768), vm}), small)).toMatchObject({native: 7 * MB})
    expect(await bytesOf(recordOf({allocator, maps: maps(32_764), vm}), small)).toMatchObject({
      native: 2 * MB,
      'native-mapped': 5 * MB,
    })
  })

  it('gives objects what they map themselves, where malloc has too little in use', async () => {
    const record = glibcRecord({
      allocator: {arenas: [{free: 0, main: true, system: MB}], mmapped: {bytes: 0, count: 0}, name: 'glibc'},
    })
    expect(await bytesOf(record)).toMatchObject({'live-memory': 5 * MB})
  })

  it('finds the mappings of an arena in a forked worker, where the kernel splits them', async () => {
    const split = `
      555600000000 1024 rw-p [heap] rss=1024
      555600100000 2048 rw-p [heap] rss=1024
      7e0000000000 128 rw-p rss=128
      7e0000020000 896 rw-p rss=896
      7e0000100000 64512 ---p
      7e0004000000 1024 rw-p rss=512
      7f0000010000 16 rw-p rss=16
    `
    const arenas = [
      {free: 0, main: true, system: 3 * MB},
      {free: 0, system: MB},
    ]
    const allocator = {arenas, mmapped: {bytes: 0, count: 0}, name: 'glibc'}
    const expected = {'native-mapped': 512 * 1024}
    const vm = {gc: {heap_allocated_pages: 1}, version: '3.3.8'}
    const small = HEAP.replaceAll(/4194344|1048616/g, '40')
    const guessed = recordOf({allocator, maps: mapsOf(split), vm})
    expect(await bytesOf(guessed, small)).toMatchObject({...expected, native: 3 * MB})
    expect((await partsOf(guessed, small))!.allocator!.arenas.map(one => one.residentBytes)).toEqual([2 * MB, MB])
    // The agent can see where arenas are. The last mapping only looks like one that is full.
    const heaps = [{arena: 0x7e0000000000, bytes: MB, start: 0x7e0000000000}]
    const told = recordOf({
      allocator: {...allocator, heaps},
      maps: mapsOf(split.replace('1024 rw-p rss=512', '65536 rw-p rss=512')),
      vm,
    })
    expect(await bytesOf(told, small)).toMatchObject({...expected, native: 3 * MB})
  })

  it('finds pages of the heap that are right behind a library', async () => {
    const maps = mapsOf('7f000000f000 20 rw-p /usr/lib/encdb.so rss=20')
    const parts = await bytesOf(recordOf({maps, vm: {gc: {heap_allocated_pages: 1}, version: '3.3.8'}}))
    expect(parts).toMatchObject({'free-slots': 16_384 - 200, 'libraries-private': 4096, 'live-slots': 160})
  })

  it('finds stacks by their guard pages, or as recorded', async () => {
    const maps = mapsOf(`
      7f0000010000 16 rw-p rss=16
      7f1100000000 1028 rw-p rss=100
    `)
    expect(await bytesOf(recordOf({maps}))).toMatchObject({'live-memory': 100 * 1024})
    const guarded = mapsOf(`
      7f0000010000 16 rw-p rss=16
      7f1100000000 4 ---p [anon:Ruby:fiber]
      7f1100001000 1028 rw-p [anon:Ruby:fiber] rss=100
    `)
    expect(await bytesOf(recordOf({maps: guarded}))).toMatchObject({stacks: 100 * 1024})
    const threads = [{residentBytes: 102_400, stackBytes: 1028 * 1024, stackStart: 0x7f1100000000}]
    expect(await bytesOf(recordOf({maps, vm: {threads}}))).toMatchObject({stacks: 100 * 1024})
  })
})

describe('with jemalloc', () => {
  const jemalloc = (counters: Record<string, number>) =>
    recordOf({
      allocator: {name: 'jemalloc', version: '5.3.0', ...counters},
      maps: mapsOf(`
        7f0000010000 16 rw-p rss=16
        7f1000000000 65536 rw-p rss=30720
        7f2000000000 4096 rw-p rss=2048
      `),
      vm: {gc: {heap_allocated_pages: 1}, version: '3.4.2'},
    })

  it('its counters say what is in use, and what is free', async () => {
    const record = jemalloc({allocated: 20 * MB, metadata: 2 * MB, resident: 30 * MB})
    expect(await bytesOf(record)).toMatchObject({
      'allocator-free': 8 * MB,
      'allocator-own': 2 * MB,
      'live-memory': 5 * MB,
      native: 14 * MB,
      'native-mapped': 2 * MB,
    })
  })

  it('what it returned in the copy was free', async () => {
    const counters = {allocated: 60 * MB, metadata: 5 * MB, resident: 80 * MB}
    const record = jemalloc(counters)
    const trimmed = {...record, allocator: {...record.allocator!, trimmedBytes: 3 * MB}}
    expect(await bytesOf(trimmed)).toMatchObject({'allocator-free': 3 * MB, native: 23 * MB})
  })

  it('counters above the resident memory only limit it', async () => {
    const record = jemalloc({allocated: 60 * MB, metadata: 5 * MB, resident: 80 * MB})
    expect(await bytesOf(record)).toMatchObject({native: 26 * MB})
  })
})

describe('an incomplete record', () => {
  it('without an answer of the allocator does not say how much is free', async () => {
    const record = glibcRecord({allocator: {error: 'Ruby cannot load Fiddle'}})
    const parts = await bytesOf(record)
    expect(parts).not.toHaveProperty('native')
    expect(parts['allocator-unknown']).toBe((36 + 14 + 2 + 4) * MB - 8 * 16_384 - 6 * MB - 6 * MB)
    expect((await partsOf(record))!.gaps).toEqual(['figures of the allocator are missing: Ruby cannot load Fiddle'])
  })

  it('without mappings has the sums of /proc/PID/status', async () => {
    const record = glibcRecord({maps: {error: '/proc/PID/smaps cannot be read: Errno::EACCES'}})
    const process = (await partsOf(record))!
    expect(process.rssBytes).toBe(68 * MB)
    expect(await bytesOf(record)).toMatchObject({files: 2 * MB, 'live-memory': 5 * MB})
    expect(process.gaps).toEqual(['mappings of the process are unknown: /proc/PID/smaps cannot be read: Errno::EACCES'])
  })

  it('without any size has the size that the dump is listed with', async () => {
    const record = recordOf({maps: {error: 'no'}})
    expect(await partsOf(record)).toBeNull()
    expect((await partsOf(record, HEAP, {processBytes: 9 * MB}))!.rssBytes).toBe(9 * MB)
  })

  it('of another process is ignored: its mappings do not have the heap', async () => {
    expect(await partsOf(glibcRecord({maps: mapsOf('6f0000010000 2048 rw-p rss=2048')}))).toBeNull()
  })
})

it('leaves out what is swapped', async () => {
  const record = recordOf({
    allocator: {arenas: [{free: 0, main: true, system: MB}], mmapped: {bytes: 0, count: 0}, name: 'glibc'},
    maps: mapsOf(`
      555600000000 1024 rw-p [heap] rss=512 swap=512
      7f0000010000 16 rw-p rss=8 swap=8
    `),
    vm: {gc: {heap_allocated_pages: 1}},
  })
  const parts = await bytesOf(record)
  expect(parts['live-slots']).toBe(80)
  expect((await partsOf(record))!.swapBytes).toBe(520 * 1024)
})

describe('any record', () => {
  /** A small generator of numbers that are the same in each run. */
  function random(seed: number): (below: number) => number {
    let state = seed
    return below => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
      return Math.floor((state / 2 ** 32) * below)
    }
  }

  const NAMES = [
    '',
    '',
    '',
    '',
    '[heap]',
    '[stack]',
    '/usr/lib/a.so',
    '/usr/lib/b.so.1',
    '[file.dat]',
    '[shared]',
    '[anon: Ruby]',
    '[vdso]',
  ]
  const PERMS = ['rw-p', 'rw-p', 'rw-p', '---p', 'r-xp', 'r--p', 'rwxp']

  function anyRecord(seed: number): MemoryRecord {
    const next = random(seed)
    let address = 0x7effffc00000
    const lines = Array.from({length: 1 + next(40)}, () => {
      const kilobytes = 4 * (1 + next(next(4) === 0 ? 20_000 : 40))
      const [rss, swap, shared] = [next(kilobytes + 200), next(3) * next(kilobytes), next(kilobytes)]
      const line = `${address.toString(16)} ${kilobytes} ${PERMS[next(PERMS.length)]} ${NAMES[next(NAMES.length)]} rss=${rss} swap=${swap} sharedClean=${shared}`
      address += kilobytes * 1024 + next(3) * 65_536
      return line
    })
    // The page with the objects.
    lines.push(`${Math.max(address, 0x7f0000010000).toString(16)} 64 rw-p rss=${next(64)}`)
    const any = (most: number) => next(most) * 1024
    const allocators = [
      undefined,
      {name: 'mimalloc'},
      {allocated: any(90_000), metadata: any(9000), name: 'jemalloc', resident: any(90_000)},
      {allocated: any(90_000), mapped: any(90_000), name: 'tcmalloc', retained: any(90_000)},
      {
        arenas: Array.from({length: 1 + next(9)}, (_, at) => ({
          fast: any(99),
          free: any(40_000),
          main: at === 0,
          system: any(40_000),
        })),
        mmapped: {bytes: any(40_000), count: 3},
        name: 'glibc',
        trim: {after: any(9000), before: any(60_000)},
      },
    ]
    return recordOf({
      allocator: allocators[next(allocators.length)],
      maps: next(8) === 0 ? {error: 'EACCES'} : {...mapsOf(lines.join('\n')), rest: {bytes: any(900), rss: any(9)}},
      status: {anon: any(40_000), file: any(9000), rss: any(90_000)},
      vm: {
        gc: {heap_allocated_pages: next(500)},
        threads: [{stackBytes: any(9000), stackStart: 0x7f0000000000 + any(90_000)}],
        version: ['2.7.4', '3.1.2', '3.4.1'][next(3)],
        yjit: {enabled: next(2) === 1, yjit_alloc_size: any(9000)},
      },
    })
  }

  it('has no negative part, and a sum that is the resident memory', async () => {
    let found = 0
    for (let seed = 1; seed <= 400; seed++) {
      const {subject} = await heapOf(HEAP, {memory: anyRecord(seed)})
      const process = processParts(subject)
      if (process === null) continue
      found++
      const wrong = process.parts.filter(({bytes}) => !Number.isSafeInteger(bytes) || bytes < 0)
      expect({seed, wrong}).toEqual({seed, wrong: []})
      expect({seed, sum: process.parts.reduce((sum, {bytes}) => sum + bytes, 0)}).toEqual({seed, sum: process.rssBytes})
      expect(process.attributed).toBeGreaterThanOrEqual(0)
    }

    expect(found).toBeGreaterThan(200)
  })
})
