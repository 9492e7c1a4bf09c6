// What is said about a process's memory that is not in its objects: each cause first, with its remedy; a healthy one: none.
import {describe, expect, it} from 'vitest'
import {report} from '../../../../src/lib/analysis/report/report.js'
import {verdictOf} from '../../../../src/lib/analysis/report/verdict.js'
import {findSuspects} from '../../../../src/lib/analysis/suspects/find-suspects.js'
import {nativeGems} from '../../../../src/lib/analysis/suspects/process/native-gems.js'
import type {ProcessFacts} from '../../../../src/lib/analysis/suspects/process/process-facts.js'
import {causesOf} from '../../../../src/lib/analysis/suspects/rules/process-memory.js'
import {PART_KINDS, type PartKind, type ProcessParts} from '../../../../src/lib/analysis/tables/process-parts.js'
import type {ProcessHistory} from '../../../../src/lib/process-history.js'
import {heapOf} from '../../../support/heaps.js'
import {MEGABYTE, pastOf} from '../../../support/histories.js'
import {glibcRecord, mapsOf} from '../../../support/memory-records.js'

const MB = 1e6

/** A process of 240 MB, 110 MB of which is in objects. */
const HEALTHY: Readonly<Partial<Record<PartKind, number>>> = {
  'allocator-free': 25 * MB,
  'free-slots': 12 * MB,
  'libraries-private': 12 * MB,
  'libraries-shared': 30 * MB,
  'live-memory': 70 * MB,
  'live-slots': 40 * MB,
  native: 45 * MB,
  other: 2 * MB,
  stacks: 4 * MB,
}

function arena(systemBytes: number, freeBytes: number, main = false) {
  return {freeBytes, main, residentBytes: systemBytes, systemBytes}
}

function processOf(parts: Partial<Record<PartKind, number>>, more: Partial<ProcessParts> = {}): ProcessParts {
  const all = PART_KINDS.map(kind => ({bytes: parts[kind] ?? HEALTHY[kind] ?? 0, kind}))
  const rssBytes = all.reduce((sum, {bytes}) => sum + bytes, 0)
  return {
    allocator: {
      arenaCount: 3,
      arenas: [arena(110 * MB, 15 * MB, true), arena(20 * MB, 8 * MB), arena(4 * MB, 2 * MB)],
      freeBytes: 25 * MB,
      mmapped: {bytes: 0, count: 0},
      name: 'glibc',
      systemBytes: 134 * MB,
      trimmableBytes: 20 * MB,
      version: '2.36',
    },
    anonymous: {privateBytes: 190 * MB, sharedBytes: 4 * MB},
    attributed: 0.99,
    extensions: [],
    gaps: [],
    hugePageBytes: 0,
    jit: null,
    parts: all,
    privateBytes: 200 * MB,
    pssBytes: 210 * MB,
    rssBytes,
    settings: {},
    sharedBytes: 40 * MB,
    stacks: {count: 12, reservedBytes: 100 * MB, threads: 12},
    swapBytes: 0,
    ...more,
  }
}

function factsWith(
  parts: Partial<Record<PartKind, number>>,
  more: Partial<ProcessParts> = {},
  facts: Partial<ProcessFacts> = {},
): ProcessFacts {
  return {
    garbage: {objects: 20_000, oldBytes: 2 * MB},
    history: null,
    largestFile: null,
    nativeGems: [],
    nativeGrowth: null,
    oldBytes: 90 * MB,
    pages: {
      byFill: [],
      bySlotSize: [{objects: 900_000, pages: 620, pagesNeeded: 560, slotSize: 40, slots: 1_000_000}],
      elsewhere: 0,
      emptiest: [],
      fragmentedBytes: 4 * MB,
      freeBytes: 4 * MB,
      objects: 900_000,
      pageBytes: 65_536,
      pages: 620,
      slots: 1_000_000,
    },
    memory: processOf(parts, more),
    ruby: '3.3.8',
    ...facts,
  }
}

const first = (...facts: Parameters<typeof factsWith>) => causesOf(factsWith(...facts))[0]

describe('a healthy process', () => {
  it.each([
    ['as it is', {}, {}],
    [
      'with workers that share',
      {},
      {anonymous: {privateBytes: 110 * MB, sharedBytes: 84 * MB}, settings: {'puma.workers': '3'}},
    ],
    ['with a little compiled code', {'jit-code': 20 * MB, 'jit-data': 8 * MB}, {}],
    ['with much that is live', {'live-memory': 700 * MB, native: 160 * MB}, {}],
    ['with a small part free', {'allocator-free': 80 * MB, 'live-memory': 700 * MB}, {}],
  ] as const)('%s has no cause to name', (_, parts, more) => {
    expect(causesOf(factsWith(parts, more))).toEqual([])
  })
})

describe('free memory in malloc', () => {
  const arenas = [arena(120 * MB, 25 * MB, true), ...Array.from({length: 15}, () => arena(14 * MB, 12 * MB))]
  const allocator = {...processOf({}).allocator!, arenaCount: 16, arenas, trimmableBytes: 190 * MB}

  it('in many arenas: limit them, with what that gives back', () => {
    const cause = first({'allocator-free': 205 * MB}, {allocator})
    expect(cause).toMatchObject({rule: 'allocator-free', title: 'malloc keeps 205 MB free in 16 arenas'})
    expect(cause.advice).toContain('heroku config:set MALLOC_ARENA_MAX=2 gives back about 168 MB, at most 205 MB')
    expect(cause.advice).not.toContain('jemalloc')
    expect(cause.evidence).toEqual([
      'malloc (glibc) holds 205 MB of the process free, 49 % of it, in 16 arenas',
      '168 MB of that is outside the 2 largest arenas',
      'the process has 12 threads',
      'malloc_trim(0) returned 190 MB in a copy of the process',
    ])
  })

  it('in arenas that are limited already: another remedy', () => {
    const cause = first({'allocator-free': 205 * MB}, {allocator, settings: {MALLOC_ARENA_MAX: '2'}})
    expect(cause.advice).toMatch(/^heapdump:trim gives back at most 190 MB.*MALLOC_ARENA_MAX is 2 already/)
    expect(cause.advice).not.toContain('config:set')
  })

  it('in the main arena: a peak, and heapdump:trim', () => {
    const one = {...allocator, arenaCount: 1, arenas: [arena(330 * MB, 205 * MB, true)]}
    const cause = first({'allocator-free': 205 * MB}, {allocator: one})
    expect(cause.title).toBe('malloc keeps 205 MB of freed memory')
    expect(cause.advice).toMatch(/^heapdump:trim gives back at most 190 MB in each process, at once\. A peak left it/)
  })

  it('of jemalloc: nothing to set', () => {
    const jemalloc = {...allocator, arenas: [], name: 'jemalloc', trimmableBytes: null}
    const {advice} = first({'allocator-free': 205 * MB}, {allocator: jemalloc})
    expect(advice).toContain('returns free memory by itself')
    const returned = first({'allocator-free': 205 * MB}, {allocator: {...jemalloc, trimmableBytes: 190 * MB}})
    expect(returned.evidence.at(-1)).toBe('jemalloc, when told to, returned 190 MB in a copy of the process')
    expect(advice).not.toMatch(/MALLOC_ARENA_MAX|heapdump:trim/)
  })

  it('that is not resident in further arenas does not count', () => {
    const absent = arenas.map(one => (one.main ? one : {...one, residentBytes: 2 * MB}))
    const cause = first({'allocator-free': 60 * MB}, {allocator: {...allocator, arenas: absent}})
    expect(cause.advice).not.toContain('config:set MALLOC_ARENA_MAX')
  })
})

it("empty space in Ruby's heap: compaction, by slot size", () => {
  const {pages} = factsWith({})
  const sparse = {
    ...pages,
    bySlotSize: [{objects: 50_000, pages: 2000, pagesNeeded: 123, slotSize: 40, slots: 818_000}],
    fragmentedBytes: 123 * MB,
    objects: 50_000,
    pages: 2000,
    slots: 818_000,
  }
  const cause = first({'free-slots': 120 * MB}, {}, {pages: sparse})
  expect(cause).toMatchObject({
    evidence: ['50,000 objects are in 2,000 pages, 6.1 % full', 'slots of 40 bytes: 2,000 pages, 123 would do'],
    rule: 'fragmented-heap',
  })
  expect(cause.advice).toMatch(/A peak filled these pages.*GC\.compact after such a peak gives back at most 123 MB/)
})

describe('garbage', () => {
  const parts = {'garbage-memory': 150 * MB, 'garbage-slots': 60 * MB}

  it('that only a major GC frees: how much, and the peak behind it', () => {
    const cause = first(parts, {}, {garbage: {objects: 1_500_000, oldBytes: 190 * MB}})
    expect(cause).toMatchObject({
      assessment: {by: 'waste'},
      evidence: [
        '1,500,000 objects that nothing refers to are 47 % of the process',
        '190 MB of it has survived three GCs: only a major GC frees that',
      ],
      rule: 'garbage',
      title: '210 MB of the process is garbage',
    })
    expect(cause.advice).toMatch(/^A major GC frees it/)
  })

  it('that is young: no action needed', () => {
    const cause = first(parts, {}, {garbage: {objects: 1_500_000, oldBytes: 0}})
    expect(cause).toMatchObject({assessment: {by: 'normal'}, gain: 0})
    expect(cause.evidence[1]).toBe('none of it has survived three GCs')
  })

  it('between two GCs is nothing to mention', () => {
    expect(first({'garbage-memory': 80 * MB}, {}, {garbage: {objects: 9, oldBytes: 0}})).toBeUndefined()
  })
})

describe('native memory', () => {
  const gems = [
    {gem: 'oj', objects: [{className: 'Oj::StreamWriter', count: 3}], version: '3.14.2'},
    {gem: 'pg', objects: [], version: '1.5.4'},
  ]

  it('that is large in one dump: not called a leak, but how to find out', () => {
    const cause = first({native: 240 * MB}, {}, {nativeGems: gems})
    expect(cause).toMatchObject({
      growth: 'settled',
      rule: 'native-memory',
      title: "240 MB is in use outside Ruby's objects",
    })
    expect(cause.evidence[1]).toContain('likeliest first: oj 3.14.2 (3 Oj::StreamWriter), pg 1.5.4')
    expect(cause.advice).toMatch(/^One dump cannot show whether it grows.*run the code that uses oj a thousand times/)
    expect(cause.advice).not.toMatch(/jemalloc|MALLOC_ARENA_MAX/)
  })

  it('that is most of a small process, too', () => {
    const small = {'allocator-free': 2 * MB, 'free-slots': 1 * MB, 'live-memory': 8 * MB, 'live-slots': 4 * MB}
    const libraries = {'libraries-private': 4 * MB, 'libraries-shared': 6 * MB, other: 0, stacks: MB}
    expect(first({...small, ...libraries, native: 73 * MB})).toMatchObject({rule: 'native-memory'})
    expect(first({...small, ...libraries, native: 30 * MB})).toBeUndefined()
  })

  it('is not blamed on Fiddle, which the agent loads, unless the app uses it', () => {
    const files = '7f2200000000 100 r-xp /usr/lib/x86_64-linux-gnu/ruby/3.1.0/fiddle.so rss=100'
    const {mappings} = glibcRecord({maps: mapsOf(files)})
    const named = (...classes: readonly string[]) =>
      nativeGems({extensions: [], mappings}, new Map(classes.map(one => [one, 1]))).map(({gem}) => gem)
    expect(named()).toEqual([])
    expect(named('Fiddle::Handle')).toEqual([])
    expect(named('Fiddle::Handle', 'Fiddle::Function')).toEqual(['fiddle'])
  })

  it('that grew for hours while objects did not: a leak, before anything else', () => {
    const history = {memory: {perHour: 20 * MB}} as unknown as ProcessFacts['history']
    const allocator = {...processOf({}).allocator!, trimmableBytes: 90 * MB}
    const parts = {'allocator-free': 90 * MB, native: 300 * MB}
    const pages = {...factsWith({}).pages, fragmentedBytes: 260 * MB}
    const cause = first(parts, {allocator}, {history, nativeGems: gems, nativeGrowth: 220 * MB, pages})
    expect(cause).toMatchObject({
      growth: 'growing',
      rule: 'native-leak',
      title: 'Native memory grows by 20.0 MB an hour, and objects do not',
    })
    expect(cause.advice).toContain('Then update oj, search its issues for "leak"')
  })

  it('is not blamed for growth that is free memory in malloc', () => {
    const allocator = {...processOf({}).allocator!, trimmableBytes: 190 * MB}
    const cause = first({'allocator-free': 205 * MB}, {allocator}, {nativeGrowth: 180 * MB})
    expect(cause.rule).toBe('allocator-free')
  })

  it('is blamed on the likeliest extensions first', () => {
    const extensions = [
      {file: null, gem: 'json', version: '2.6'},
      {file: null, gem: 'pg', version: '1.5.4'},
      {file: '/app/vendor/bundle/gems/nokogiri-1.16/lib/nokogiri.so', gem: 'nokogiri', version: '1.16.0'},
      {file: null, gem: 'google-protobuf', version: '3.25.1'},
    ]
    const mappings = glibcRecord({
      maps: mapsOf(`
        7f2000000000 100 r-xp /app/vendor/bundle/gems/nokogiri-1.16/lib/nokogiri.so rss=100
        7f2100000000 100 r-xp /usr/lib/x86_64-linux-gnu/ruby/vendor_ruby/3.1.0/sqlite3/sqlite3_native.so rss=100
        7f2200000000 100 r-xp /usr/lib/x86_64-linux-gnu/ruby/3.1.0/fiddle.so rss=100
        7f2300000000 100 r-xp /usr/lib/x86_64-linux-gnu/ruby/3.1.0/date_core.so rss=100
        7f2400000000 100 r-xp /usr/lib/x86_64-linux-gnu/ruby/3.1.0/enc/trans/transdb.so rss=100
        7f2500000000 100 r-xp /usr/lib/x86_64-linux-gnu/libssl.so rss=100
      `),
    }).mappings
    const objects = new Map([
      ['SQLite3::Database', 1],
      ['Nokogiri::XML::Document', 40],
      ['Google::Protobuf::Map', 2],
      ['Fiddle::Function', 1],
    ])
    expect(nativeGems({extensions, mappings}, objects).map(({gem}) => gem)).toEqual([
      'google-protobuf',
      'nokogiri',
      'fiddle',
      'sqlite3',
      'pg',
    ])
  })
})

describe('compiled code', () => {
  const parts = {'jit-code': 64 * 2 ** 20, 'jit-data': 48 * MB}
  const jit = {codeBytes: 60 * MB, dataBytes: 48 * MB, limitBytes: 64 * 2 ** 20, name: 'YJIT' as const}

  it.each([
    ['3.3.8', '--yjit-exec-mem-size=32'],
    // It limits data too: half of both is not half of the code.
    ['3.4.11', '--yjit-mem-size=32', '81.6'],
  ])('of Ruby %s: its option, and about what that gives back', (ruby, option, megabytes = '57.6') => {
    const cause = first(parts, {jit}, {ruby})
    expect(cause).toMatchObject({owner: 'YJIT', rule: 'jit-code', title: 'YJIT takes 115 MB'})
    expect(cause.advice).toContain(`RUBYOPT="--yjit ${option}" gives back about ${megabytes} MB in each process`)
    expect(cause.advice).toContain('That replaces RUBYOPT, so repeat what it has now.')
    expect(cause.advice).toContain('turn it off: at most 115 MB')
    expect(cause.evidence[0]).toBe('67.1 MB of compiled code, of a limit of 67.1 MB')
  })
})

it('stacks of hundreds of threads: pools, and what they would take', () => {
  const cause = first({stacks: 60 * MB}, {stacks: {count: 320, reservedBytes: 640 * MB, threads: 300}})
  expect(cause).toMatchObject({rule: 'thread-stacks', title: 'The stacks of 300 threads take 60.0 MB'})
  expect(cause.advice).toContain('With 16 threads the stacks would take about 3.0 MB')
})

describe('workers that do not share', () => {
  it.each([
    [
      'not preloaded',
      {'puma.preload': 'false', 'puma.workers': '3'},
      '3.3.8',
      /^Load the app before forking: preload_app!.*Process\.warmup in before_fork/,
    ],
    [
      'preloaded, but young',
      {'puma.preload': 'true', 'puma.workers': '3'},
      '3.3.8',
      /^Run Process\.warmup in before_fork of config\/puma\.rb/,
    ],
    [
      'on Ruby 3.1',
      {'puma.preload': 'true', 'puma.workers': '3'},
      '3.1.2',
      /^Run 4\.times \{ GC\.start \} in before_fork/,
    ],
  ])('%s', (_, settings, ruby, advice) => {
    const cause = first({}, {settings}, {ruby})
    expect(cause).toMatchObject({rule: 'worker-copies', title: 'Each of 3 workers has its own copy of 86.0 MB'})
    expect(cause.advice).toMatch(advice)
    expect(cause.advice).toContain('saves about 86.0 MB in each worker but the first')
  })

  it('do not lose what grew after boot: it was never there to be shared', () => {
    const anonymous = {privateBytes: 800 * MB, sharedBytes: 84 * MB}
    const settings = {'puma.preload': 'true', 'puma.workers': '3'}
    const grown = (afterBoot: number) => ({
      history: {
        points: [
          {rssBytes: afterBoot, seconds: 60},
          {rssBytes: 900 * MB, seconds: 7200},
        ],
      } as unknown as ProcessFacts['history'],
      oldBytes: 700 * MB,
    })
    const parts = {'live-memory': 700 * MB}
    expect(first(parts, {anonymous, settings}, grown(110 * MB))).toBeUndefined()
    const cause = first(parts, {anonymous, settings}, grown(300 * MB))
    expect(cause.title).toBe('Each of 3 workers has its own copy of 216 MB')
    expect(cause.evidence[1]).toBe('700 MB is in old objects; after boot, the whole process had 300 MB')
  })

  it('is nothing to say about a single process', () => {
    expect(first({}, {settings: {}})).toBeUndefined()
  })
})

it('mapped files are normal', () => {
  const largestFile = {bytes: 190 * MB, name: '[file.idx]'}
  expect(first({files: 200 * MB}, {}, {largestFile})).toMatchObject({
    assessment: {by: 'normal'},
    evidence: ['most of them of .idx files: 190 MB'],
    rule: 'mapped-files',
  })
})

it('shared memory is not, which the kernel cannot drop', () => {
  const largestFile = {bytes: 190 * MB, name: '[shared]'}
  const cause = first({files: 200 * MB}, {}, {largestFile})
  expect(cause).toMatchObject({
    assessment: {by: 'age'},
    rule: 'shared-memory',
    title: '190 MB of the process is shared memory',
  })
  expect(cause.advice).not.toMatch(/No action needed|drops these pages/)
})

describe('in a report', () => {
  const HEAP = `
    ROOT vm > Object kept
    Object CLASS 540 name=Object
    String CLASS 540 name=String
    kept   ARRAY 40 > text
    text   STRING:String 60000`
  const grownAnonymous = (kilobytes: number) => `
    555600000000 ${kilobytes} rw-p [heap] rss=${kilobytes}
    7f0000010000 2048 rw-p rss=2048
    7f2000000000 1024 r-xp /usr/lib/libc.so.6 rss=1024 sharedClean=1024`
  const nativeRecord = (kilobytes: number) =>
    glibcRecord({
      allocator: {
        arenas: [{free: 2 ** 20, main: true, system: kilobytes * 1024}],
        mmapped: {bytes: 0, count: 0},
        name: 'glibc',
        version: '2.36',
      },
      maps: mapsOf(grownAnonymous(kilobytes)),
      vm: {gc: {}, version: '3.3.8'},
    })

  it('the verdict names what is no object, and the share is of the process', async () => {
    const {subject} = await heapOf(HEAP, {memory: nativeRecord(250_000)})
    const found = report(subject, {top: 5})
    expect(found.suspects[0]).toMatchObject({rule: 'native-memory', severity: 'medium'})
    expect(found.suspects[0].share).toBeGreaterThan(0.95)
    expect(found.suspects[0].share).toBeLessThanOrEqual(1)
    expect(verdictOf(found).sentences.slice(0, 2)).toEqual([
      '1 large item to check.',
      'Most of it is native memory, not objects.',
    ])
  })

  it('what takes most of the memory comes first among findings of one severity', async () => {
    const texts = Array.from({length: 300}, (_, index) => `text${index}`)
    const {subject} = await heapOf(
      `
      ROOT vm > Object
      Object CLASS 540 name=Object > List
      List   CLASS 540 name=List > kept
      String CLASS 540 name=String
      kept   ARRAY 3000 > ${texts.join(' ')}
      ${texts.map(text => `${text} STRING:String 2000`).join('\n      ')}`,
      {
        memory: glibcRecord({
          allocator: {
            arenas: [{free: 2 ** 20, main: true, system: 150_000 * 1024}],
            mmapped: {bytes: 0, count: 0},
            name: 'glibc',
            version: '2.36',
          },
          maps: mapsOf(`${grownAnonymous(150_000)}
            7f2200000000 200000 r--p [file.dat] rss=200000 sharedClean=200000`),
          vm: {gc: {}, version: '3.3.8'},
        }),
      },
    )
    const found = findSuspects(subject).filter(({severity}) => severity === 'medium')
    expect(found.map(({owner}) => owner)).toEqual(['native memory', 'List'])
  })

  it('with hours of history, growing native memory is a leak, and high', async () => {
    const past = pastOf({
      minutes: 480,
      old: () => 90_000,
      rss: minute => (60 + minute * 0.4) * MEGABYTE,
    }) as ProcessHistory
    const {subject} = await heapOf(HEAP, {memory: nativeRecord(250_000), past, processBytes: 252e6})
    const found = report(subject, {top: 5})
    expect(found.suspects[0]).toMatchObject({kind: 'leak', rule: 'native-leak', severity: 'high'})
    expect(verdictOf(found).sentences.slice(0, 2)).toEqual(['1 leak.', 'What grows is native memory, not objects.'])
  })

  it('a healthy process is said to add up', async () => {
    const {subject} = await heapOf(HEAP, {memory: nativeRecord(30_000)})
    const verdict = verdictOf(report(subject, {top: 5}))
    expect(verdict.healthy).toBe(true)
    expect(verdict.sentences.join(' ')).toContain(
      "The process's 33.9 MB are accounted for: most of it is 31.7 MB native memory, ",
    )
  })

  it('without a record, it is not known what the rest is', async () => {
    const {subject} = await heapOf(HEAP, {processBytes: 400e6})
    const [suspect] = findSuspects(subject)
    expect(suspect).toMatchObject({owner: 'native memory', rule: 'outside-heap', severity: 'medium'})
    expect(suspect.advice).toContain('What the rest is was not recorded with this dump.')
    expect(suspect.advice).not.toMatch(/jemalloc|MALLOC_ARENA_MAX/)
  })
})
