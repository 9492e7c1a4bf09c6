// The memory record is text from a bucket: whatever it is, reading it gives a checked record or nothing.
import {describe, expect, it} from 'vitest'
import {parseMemoryRecord} from '../../src/lib/parse-memory-record.js'
import {glibcRecord, mapsOf, recordOf} from '../support/memory-records.js'

it.each([
  ['no JSON', '{"v": 1'],
  ['a list', '[1]'],
  ['nothing', 'null'],
  ['a later version', '{"v": 2}'],
  ['another document', '{"schemaVersion": 1}'],
])('%s is no record', (_, text) => {
  expect(parseMemoryRecord(text)).toBeNull()
})

it('every field but the version may be missing', () => {
  expect(parseMemoryRecord('{"v": 1}')).toEqual({
    allocator: null,
    allocatorError: null,
    extensions: [],
    mappings: null,
    mappingsError: 'not recorded',
    settings: {},
    status: {anon: null, file: null, rss: null, shmem: null, swap: null, threads: null},
    vm: {gc: {}, stacks: [], version: null, yjit: null, zjit: null},
  })
})

it('reads what the agent writes', () => {
  const {allocator, mappings, settings, vm} = glibcRecord()
  expect(mappings).toHaveLength(18)
  expect(mappings![1]).toEqual({
    bytes: 40_960 * 1024,
    hugePages: 0,
    name: '[heap]',
    perms: 'rw-p',
    private: 36_864 * 1024,
    pss: 36_864 * 1024,
    rss: 36_864 * 1024,
    shared: 0,
    start: 0x555600000000,
    swap: 0,
  })
  expect(allocator).toMatchObject({mmapped: {count: 2}, name: 'glibc', trimmedBytes: 15 * 2 ** 20, version: '2.36'})
  expect(settings).toMatchObject({'puma.workers': '2'})
  expect(vm.yjit).toMatchObject({code_region_size: 9_400_000})
})

describe('hostile numbers', () => {
  it('a mapping never has more resident memory than its size, nor parts above it', () => {
    const record = recordOf({
      maps: mapsOf('1000 4 rw-p rss=99 sharedClean=88 privateDirty=77 swap=66 hugePages=55 pss=44'),
    })
    expect(record.mappings).toMatchObject([
      {hugePages: 4096, private: 4096, pss: 4096, rss: 4096, shared: 4096, swap: 0},
    ])
  })

  it.each([-1, 1.5, 1e300, '4', null, [], {}])('%j is not a size', value => {
    const maps = {
      ...mapsOf('1000 4 rw-p rss=4'),
      rows: [
        [4096, 4096, 'rw-p', -1, value],
        [value, 4096, 'rw-p', -1, 4],
        [9e9, value],
      ],
    }
    expect(recordOf({maps}).mappings).toMatchObject([{rss: 0, start: 4096}])
    expect(recordOf({status: {rss: value}}).status.rss).toBeNull()
    expect(recordOf({allocator: {allocated: value, name: 'jemalloc', resident: 1}}).allocator).toMatchObject({
      isUnknown: true,
    })
    expect(recordOf({vm: {gc: {count: value}}}).vm.gc).toEqual({})
  })

  it('a name is one of the list or none', () => {
    const maps = (name: unknown) => ({...mapsOf('1000 4 rw-p /usr/lib/a.so'), rows: [[4096, 4096, 'rw-p', name]]})
    expect(
      [0, 1, -1, 0.5, '0', '__proto__', 'length'].map(name => recordOf({maps: maps(name)}).mappings![0].name),
    ).toEqual(['/usr/lib/a.so', null, null, null, null, null, null])
  })

  it('too many rows, or rows that are none, are no mappings', () => {
    const {rows, ...maps} = mapsOf('1000 4 rw-p')
    expect(
      recordOf({maps: {...maps, rows: Array.from({length: 100_001}, () => (rows as unknown[])[0])}}).mappings,
    ).toBeNull()
    expect(recordOf({maps: {...maps, rows: [1]}}).mappings).toBeNull()
    expect(recordOf({maps: {error: 'EACCES'}}).mappingsError).toBe('EACCES')
  })

  it('arenas have no more free memory than memory', () => {
    const {allocator} = recordOf({allocator: {arenas: [{fast: 5, free: 9, system: 10}, {}, 7], name: 'glibc'}})
    expect(allocator).toMatchObject({
      arenas: [
        {free: 10, system: 10},
        {free: 0, system: 0},
        {free: 0, system: 0},
      ],
      mmapped: {bytes: 0, count: 0},
      trimmedBytes: null,
    })
  })
})
