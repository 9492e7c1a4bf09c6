import {describe, expect, it} from 'vitest'
import {findSuspects} from '../../../../src/lib/analysis/suspects/find-suspects.js'
import {heapOf} from '../../../support/heaps.js'

/** Classes of an app that keeps records with associations. */
const RECORDS = `
  ROOT vm > Object
  Object CLASS 500 name=Object > Base Dashboard Repo Issue HasMany
  Base CLASS 500 name=ActiveRecord::Base
  Repo CLASS 500 name=Repo superclass=Base
  Issue CLASS 500 name=Issue superclass=Base
  HasMany CLASS 500 name=ActiveRecord::Associations::HasManyAssociation
  Array CLASS 500 name=Array`
const CLASSES = `
  ROOT vm > Object
  Object CLASS 500 name=Object > Cache String Hash Array
  Cache  CLASS 500 name=Cache > store
  String CLASS 500 name=String
  Hash   CLASS 500 name=Hash
  Array  CLASS 500 name=Array
`

/** A Hash of Cache with `count` strings of 1 kB; string i was allocated in generation `generationOf(i)`. */
function cacheOf(count: number, generationOf: (index: number) => number): string {
  const names = Array.from({length: count}, (_, index) => `text${index}`)
  return `${CLASSES}
    store HASH:Hash 4000 size=${count} gen=1 at=/app/lib/cache.rb:2 > ${names.join(' ')}
    ${names.map((name, index) => `${name} STRING:String 1000 bytesize=900 gen=${generationOf(index)} at=/app/lib/cache.rb:7`).join('\n    ')}`
}

describe('findSuspects', () => {
  it('reports a collection with survivors from all generations as a leak, with its line and path', async () => {
    const {subject} = await heapOf(cacheOf(317, index => 1 + (index % 30)))
    const [first] = findSuspects(subject)
    expect(first).toMatchObject({
      kind: 'leak',
      owner: 'Cache',
      rule: 'growing-collection',
      severity: 'high',
      sites: [
        {file: '/app/lib/cache.rb', line: 7},
        {file: '/app/lib/cache.rb', line: 2},
      ],
    })
    expect(first.path.map(({label}) => label)).toEqual(['Object (class)', 'Cache (class)', 'Hash, 317 entries'])
    expect(first.retainedSize).toBe(321_000)
  })

  it.each([
    ['', (at: number) => `block${at}`],
    [', as Ruby 2.7 lists them', (at: number) => `pair${at}`],
  ])('names the class of finalizers that keep their objects alive%s', async (_what, entryOf) => {
    const numbers = Array.from({length: 60}, (_, at) => at)
    const {subject} = await heapOf(`${CLASSES.replace('> Cache', '> Report Cache')}
      Report CLASS 500 name=Report
      store HASH:Hash 168
      ROOT finalizers > ${numbers.map(at => `list${at}`).join(' ')}
      ${numbers.map(at => `list${at} ARRAY 40 length=1 > ${entryOf(at)}\npair${at} ARRAY:Array 40 length=2 > block${at}`).join('\n')}
      ${numbers.map(at => `block${at} DATA 80 struct=proc > report${at}\nreport${at} OBJECT:Report 400`).join('\n')}`)
    expect(findSuspects(subject)[0]).toMatchObject({
      owner: 'Report',
      rule: 'finalizers',
      title: expect.stringMatching(/^60 finalizers of Report /),
    })
  })

  it('counts a finalizer once, however often lists contain it', async () => {
    const {subject} = await heapOf(`${CLASSES.replace('> Cache', '> Report Cache')}
      Report CLASS 500 name=Report
      store HASH:Hash 168
      ROOT finalizers > ${Array.from({length: 60}, (_, at) => `list${at}`).join(' ')}
      ${Array.from({length: 60}, (_, at) => `list${at} ARRAY 40 length=3000 > ${'lists '.repeat(at === 0 ? 3000 : 1)}`).join('\n')}
      lists ARRAY 40 length=3000 > ${'block '.repeat(3000)}
      block DATA 80 struct=proc > report
      report OBJECT:Report 400000`)
    expect(findSuspects(subject)).toContainEqual(expect.objectContaining({rule: 'finalizers'}))
  })

  it('finds growth below containers that do not grow themselves', async () => {
    const rooms = Array.from({length: 20}, (_, room) => room)
    const lines = Array.from({length: 600}, (_, line) => line)
    const {subject} = await heapOf(`${CLASSES}
      store HASH:Hash 2000 size=20 gen=1 > ${rooms.map(room => `room${room}`).join(' ')}
      ${rooms
        .map(
          room =>
            `room${room} ARRAY:Array 400 size=30 gen=1 > ${lines
              .filter(line => line % 20 === room)
              .map(line => `line${line}`)
              .join(' ')}`,
        )
        .join('\n      ')}
      ${lines.map(line => `line${line} STRING:String 500 gen=${1 + Math.floor(line / 20)} at=/app/lib/chat.rb:9`).join('\n      ')}`)
    expect(findSuspects(subject)[0]).toMatchObject({
      kind: 'leak',
      owner: 'Cache',
      rule: 'spread-growth',
      severity: 'high',
      sites: [{file: '/app/lib/chat.rb', line: 9}],
    })
  })

  describe('below old containers of an untraced dump', () => {
    /** 20 rooms with 200 lines each, of which the first `fresh` have not survived three GCs. */
    const roomsOf = async (fresh: number) => {
      const rooms = Array.from({length: 20}, (_, room) => room)
      const lines = Array.from({length: 4000}, (_, line) => line)
      const young = 'flags={"wb_protected":true,"old":false}'
      const linesOf = (room: number) =>
        lines
          .filter(line => line % 20 === room)
          .map(line => `line${line}`)
          .join(' ')
      const old = 'flags={"wb_protected":true,"old":true}'
      const {subject} = await heapOf(`${CLASSES}
        store HASH:Hash 872 size=20 ${old} > ${rooms.map(room => `room${room}`).join(' ')}
        ${rooms.map(room => `room${room} ARRAY:Array 2000 size=200 ${old} > ${linesOf(room)}`).join('\n        ')}
        ${lines.map(line => `line${line} STRING:String 500 ${line < fresh ? young : old}`).join('\n')}`)
      return findSuspects(subject)[0]
    }

    it('does not report growth if there are only new objects', async () => {
      expect(await roomsOf(400)).toMatchObject({
        advice: expect.stringMatching(/^Check that each of them has a limit: new entries are added below them/),
        kind: 'large',
        title: 'Cache holds 20 × Array in a Hash, with new objects below them, 2.0 MB',
      })
    })

    it('mentions a few new objects below old members', async () => {
      const {evidence} = await roomsOf(9)
      expect(evidence).toContain('below them, 9 objects are newer: each member may still be growing')
      expect((await roomsOf(1)).evidence.some(line => line.startsWith('below them'))).toBe(false)
    })
  })

  /** A search tree below Cache: node i has 2i + 1 and 2i + 2 below it. */
  const treeOf = (count: number, generationOf: (index: number) => number) => `${CLASSES.replace('> store', '> node0')}
      Node CLASS 500 name=Node
      ROOT vm > Node
      ${Array.from(
        {length: count},
        (_, at) =>
          `node${at} OBJECT:Node 400 gen=${generationOf(at)} at=/app/lib/tree.rb:4 > ${[2 * at + 1, 2 * at + 2]
            .filter(below => below < count)
            .map(below => `node${below}`)
            .join(' ')}`,
      ).join('\n      ')}`

  it('finds a growing tree with no large part', async () => {
    const {subject} = await heapOf(treeOf(900, index => 1 + Math.floor(index / 30)))
    const [first] = findSuspects(subject)
    expect(first).toMatchObject({
      kind: 'leak',
      owner: 'Cache',
      rule: 'spread-growth',
      severity: 'high',
      sites: [{file: '/app/lib/tree.rb', line: 4}],
    })
    expect(first.path.map(({label}) => label)).toEqual(['Object (class)', 'Cache (class)', 'Node'])
  })

  it('does not blame a tree that was built once', async () => {
    const busy = Array.from({length: 30}, (_, index) => `noise${index}`)
    const {subject} = await heapOf(`${treeOf(900, () => 4)}
      ROOT vm > ${busy.join(' ')}
      ${busy.map((name, index) => `${name} STRING:String 4000 gen=${1 + index}`).join('\n      ')}`)
    expect(findSuspects(subject).map(({severity}) => severity)).not.toContain('high')
  })

  it('does not blame a full cache that turns over', async () => {
    const busy = Array.from({length: 40}, (_, index) => `noise${index} STRING:String 40 gen=${1 + index}`).join('\n')
    const {subject} = await heapOf(`${cacheOf(500, index => 31 + (index % 10))}
      ROOT vm > ${Array.from({length: 40}, (_, index) => `noise${index}`).join(' ')}
      ${busy}`)
    const suspects = findSuspects(subject)
    expect(suspects.map(({severity}) => severity)).not.toContain('high')
    expect(suspects[0]).toMatchObject({kind: 'large', owner: 'Cache', severity: 'medium'})
  })

  it('does not blame a list of old objects for names that come and go', async () => {
    const tenants = Array.from({length: 20}, (_, tenant) => `tenant${tenant}`)
    const names = Array.from({length: 90}, (_, name) => `name${name}`)
    const {subject} = await heapOf(`${CLASSES}
      store HASH:Hash 2000 size=20 gen=1 > ${[...tenants, ...names].join(' ')}
      ${tenants.map(name => `${name} STRING:String 50000 bytesize=40000 gen=1`).join('\n      ')}
      ${names.map((name, at) => `${name} ARRAY:Array 40 size=0 gen=${1 + (at % 30)}`).join('\n      ')}`)
    expect(findSuspects(subject).map(({severity}) => severity)).not.toContain('high')
  })

  describe('of several threads, in an untraced dump', () => {
    /** One thread for each number, with an Array of 40 strings, of which that many have not survived three GCs. */
    const threads = async (...young: readonly number[]) => {
      const lists = young.map(
        (fresh, thread) => `
        thread${thread} DATA:Thread 400 struct=VM/thread > list${thread}
        list${thread} ARRAY:Array 400 size=40 flags={"old":true} > ${Array.from({length: 40}, (_, at) => `text${thread}_${at}`).join(' ')}
        ${Array.from({length: 40}, (_, at) => `text${thread}_${at} STRING:String 9000 bytesize=8000 flags={"wb_protected":true,"old":${at >= fresh}}`).join('\n')}`,
      )
      const {subject} = await heapOf(`${CLASSES.replace('> store', '')}
        Thread CLASS 500 name=Thread
        ROOT vm > Thread ${young.map((_, thread) => `thread${thread}`).join(' ')}
        ${lists.join('\n')}`)
      return findSuspects(subject)[0]
    }

    it('takes lists that are all old or all new for requests started at different times', async () => {
      expect(await threads(0, 0, 40)).toMatchObject({
        kind: 'large',
        severity: 'medium',
        title: '3 threads hold 120 × String, 1.1 MB',
      })
    })

    it('does not decide whether a list with old and new members grows', async () => {
      expect(await threads(0, 4, 40)).toMatchObject({
        advice: expect.stringContaining('heapdump:diff'),
        kind: 'large',
        severity: 'medium',
        title: '3 threads hold 120 × String, 1.1 MB',
      })
    })
  })

  it.each([
    [
      'created by a running job is not a leak',
      45,
      {growth: 'a job or request in progress', kind: 'large', severity: 'medium'},
    ],
    ['created before tracing began is a leak', null, {growth: 'still growing', kind: 'leak', severity: 'high'}],
  ])('a list in a variable of a running thread, %s', async (_what, made, {growth, ...expected}) => {
    const rows = Array.from({length: 400}, (_, at) => `row${at}`)
    const {subject} = await heapOf(`${CLASSES.replace('> store', '')}
      Thread CLASS 500 name=Thread
      ROOT vm > Thread thread
      thread DATA:Thread 400 struct=VM/thread > list other
      other STRING:String 900 bytesize=800 gen=45
      list ARRAY:Array 4000 size=400${made === null ? '' : ` gen=${made}`} > ${rows.join(' ')}
      ${rows.map((name, at) => `${name} STRING:String 1000 bytesize=900 gen=${45 + (at % 15)} at=/app/import.rb:7`).join('\n      ')}`)
    const [first] = findSuspects(subject)
    expect(first).toMatchObject(expected)
    expect(first.evidence.join()).toContain(growth)
  })

  it('reports accumulating threads once, without their stacks', async () => {
    const names = Array.from({length: 60}, (_, thread) => `thread${thread}`)
    const {subject} = await heapOf(`${CLASSES.replace('> store', '')}
      Thread CLASS 500 name=Thread
      ROOT vm > Thread ${names.join(' ')} rest
      rest STRING:String 4000000
      ${names.map((name, at) => `${name} DATA:Thread ${at === 0 ? 400 : 1_100_000} struct=VM/thread`).join('\n      ')}`)
    const suspects = findSuspects(subject)
    expect(suspects.map(({rule}) => rule).filter(rule => rule !== 'giant-object')).toEqual(['threads'])
    for (const {share} of suspects) expect(share).toBeLessThan(1)
  })

  it('does not count a thread’s stack as memory that it holds', async () => {
    const held = Array.from({length: 30}, (_, at) => `held${at}`)
    const {subject} = await heapOf(`${CLASSES.replace('> store', '')}
      Thread CLASS 500 name=Thread
      ROOT vm > Thread thread
      thread DATA:Thread 1100000 struct=VM/thread > ${held.join(' ')}
      ${held.map(name => `${name} STRING:String 400`).join('\n      ')}`)
    expect(findSuspects(subject)).toEqual([])
  })

  describe('of a Hash with old and new entries', () => {
    /**
     * The smallest table for 500 entries, in a slot of 40 bytes. With removals it is twice as large (measured in Ruby
     * 2.7 to 3.4).
     */
    const TABLE = 512 * 28 + 40
    const others = Array.from({length: 30}, (_, index) => `other${index}`)
    const rest = `ROOT vm > ${others.join(' ')}
      ${others.map((name, index) => `${name} STRING:String 30000 bytesize=29000 gen=${31 + index}`).join('\n')}`
    const hashOf = async (
      memsize: number,
      {traced = false, generationOf = (index: number) => 31 + (index % 30), also = rest} = {},
    ) => {
      const heap = `${cacheOf(500, generationOf).replace('store HASH:Hash 4000 size=500 gen=1', `store HASH:Hash ${memsize} size=500 gen=${generationOf(0)}`)}\n${also}`
      let member = 0
      const untraced = () => ` flags={"wb_protected":true,"old":${member++ % 9 !== 0}}`
      const {subject} = await heapOf(traced ? heap : heap.replaceAll(/ gen=\d+( at=\S+)?/g, untraced))
      return findSuspects(subject).find(({owner}) => owner === 'Cache')
    }

    it('does not call it a leak in an untraced dump, and says how to find out', async () => {
      const found = await hashOf(TABLE)
      expect(found).toMatchObject({
        advice: expect.stringContaining('heapdump:trigger --trace 5m'),
        kind: 'large',
        severity: 'medium',
      })
      expect(found?.evidence).toContain('its capacity shows no sign of removed entries')
    })

    it('does not suggest tracing if the dump is traced already', async () => {
      const found = await hashOf(TABLE, {also: '', generationOf: index => 331 + (index % 30), traced: true})
      expect(found?.advice).toContain('Run heroku heapdump:diff with a later dump to see whether it grows.')
      expect(found?.advice).not.toContain('--trace')
    })

    it('does not say that nothing removes entries if some are removed', async () => {
      const found = await hashOf(TABLE * 2, {also: '', generationOf: index => 3 + (index % 30), traced: true})
      expect(found).toMatchObject({advice: expect.stringMatching(/^More is added than removed\./), kind: 'leak'})
    })

    it('recognizes a MemoryStore held by an app’s class', async () => {
      const stored = cacheOf(500, index => 3 + (index % 30))
        .replace('> store', '> memory')
        .replace('Object > Cache', 'Object > Cache Memory')
      const {subject} = await heapOf(`${stored}
        Memory CLASS 500 name=ActiveSupport::Cache::MemoryStore
        memory OBJECT:Memory 80 > store`)
      expect(findSuspects(subject)[0]).toMatchObject({
        advice: expect.stringMatching(/^Lower its size limit \(size: or 32 MB by default, in each process\)/),
        kind: 'large',
        owner: 'Cache',
        severity: 'medium',
        title: 'A MemoryStore of Cache holds 500 entries in this process, 504 kB',
      })
    })

    it('sees from the capacity of its table that entries are removed', async () => {
      expect(await hashOf(TABLE * 2)).toMatchObject({
        // Some of them may stay for good.
        advice: expect.stringContaining('Without one, more may be added than removed. Run heroku heapdump:trigger'),
        evidence: expect.arrayContaining([expect.stringContaining('entries are removed')]),
        kind: 'large',
      })
    })

    it('calls it a leak in a traced dump with other survivors from the same time', async () => {
      expect(await hashOf(TABLE, {traced: true})).toMatchObject({kind: 'leak', severity: 'high'})
    })

    it('does not take its own age as proof', async () => {
      const alone = await hashOf(TABLE, {also: '', generationOf: index => 331 + (index % 30), traced: true})
      expect(alone).toMatchObject({kind: 'large', severity: 'medium'})
      // Everything added since the process started is still there.
      expect(await hashOf(TABLE, {also: '', generationOf: index => 3 + (index % 30), traced: true})).toMatchObject({
        kind: 'leak',
        severity: 'high',
      })
    })

    it('recognizes a cache that turns over slowly', async () => {
      expect(
        await hashOf(TABLE * 2, {
          generationOf: index => 331 + (index % 30),
          also: rest.replaceAll(/gen=(\d+)/g, 'gen=3$1'),
          traced: true,
        }),
      ).toMatchObject({kind: 'large', severity: 'medium'})
    })

    it('does not decide whether one with removals has a limit if it holds half of everything added', async () => {
      expect(await hashOf(TABLE * 2, {traced: true})).toMatchObject({
        advice: expect.stringContaining('Check that its size has a limit'),
        kind: 'large',
        severity: 'medium',
      })
    })

    it.each([
      ['almost nothing', 420],
      // A table of nine thousand entries filled by random requests: missing ones get rarer and rarer.
      ['a quarter', 273],
    ])('sees that it levels off if the last third added %s of the first', async (_what, early) => {
      const levelled = await hashOf(TABLE, {
        generationOf: index => (index < early ? 31 + (index % 12) : 31 + (index % 30)),
        traced: true,
      })
      expect(levelled).toMatchObject({
        evidence: expect.arrayContaining(['few added recently: leveling off']),
        kind: 'large',
        severity: 'medium',
      })
    })

    it('does not if it added half as much', async () => {
      const generationOf = (index: number) => (index < 150 ? 31 + (index % 12) : 31 + (index % 30))
      expect(await hashOf(TABLE, {generationOf, traced: true})).toMatchObject({kind: 'leak', severity: 'high'})
    })

    it('does not if only the generation that the dump cut short added little', async () => {
      const generationOf = (index: number) => (index < 480 ? 31 + (index % 3) : 34)
      const also = rest.replaceAll(/gen=\d+/g, 'gen=31')
      expect(await hashOf(TABLE, {also, generationOf, traced: true})).toMatchObject({kind: 'leak', severity: 'high'})
    })
  })

  it('sees that entries of a fixed-length Array are replaced, and does not take a shared one as proof', async () => {
    const texts = Array.from({length: 400}, (_, index) => `text${index}`)
    const list = async (lines: string) => {
      const {subject} = await heapOf(`${CLASSES.replace('> store', '> list')}
        ${lines.replaceAll('TEXTS', texts.join(' '))}
        ${texts.map((name, at) => `${name} STRING:String 1000 bytesize=900 flags={"wb_protected":true,"old":${at % 9 !== 0}}`).join('\n')}`)
      return findSuspects(subject)[0].evidence.some(line => line.includes('new entries replace old ones'))
    }

    expect(
      await list(
        'list ARRAY:Array 40 size=400 shared=true flags={"old":true} > hidden\nhidden ARRAY 6000 size=400 > TEXTS',
      ),
    ).toBe(false)
    expect(await list('list ARRAY:Array 3240 size=400 flags={"old":true} > TEXTS')).toBe(true)
    expect(await list('list ARRAY:Array 4800 size=400 flags={"old":true} > TEXTS')).toBe(false)
  })

  it('does not call an Array of fixed length a leak, however little was added before', async () => {
    const texts = Array.from({length: 400}, (_, index) => `text${index}`)
    const kindOf = async (memsize: number) => {
      const {subject} = await heapOf(`${CLASSES.replace('> store', '> ring')}
        ring ARRAY:Array ${memsize} size=400 gen=1 > ${texts.join(' ')}
        ${texts.map((name, at) => `${name} STRING:String 1000 bytesize=900 gen=${1 + (at % 30)}`).join('\n')}`)
      return findSuspects(subject)[0].kind
    }

    expect(await kindOf(4800)).toBe('leak')
    expect(await kindOf(3240)).toBe('large')
  })

  it.each([
    [0, 'all have survived three GCs: nothing added recently'],
    [1, 'all but 1 have survived three GCs: almost nothing added recently'],
    [400, 'none has survived three GCs yet'],
  ])('says how many members of an Array are new: %i', async (fresh, words) => {
    const flags = (isOld: boolean) => `flags={"wb_protected":true,"old":${isOld}}`
    const texts = Array.from({length: 400}, (_, index) => `text${index}`)
    const {subject} = await heapOf(`${CLASSES.replace('> store', '> list')}
      list ARRAY:Array 4800 size=400 flags={"old":true} > ${texts.join(' ')}
      ${texts.map((name, at) => `${name} STRING:String 1000 ${flags(at >= fresh)}`).join('\n')}`)
    expect(findSuspects(subject)[0].evidence).toContain(words)
  })

  it('names the gem, its line after the app’s that leads there, and what to check', async () => {
    const names = Array.from({length: 317}, (_, index) => `text${index}`)
    const gem = '/app/vendor/bundle/ruby/3.2.0/gems/hooky-rails-2.7.1/lib/hooky.rb'
    const {subject} = await heapOf(`${CLASSES.replaceAll('name=Cache', 'name=Hooky::Registry')}
      store HASH:Hash 4000 size=317 gen=1 at=${gem}:2 > ${names.join(' ')}
      ${names.map((name, at) => `${name} STRING:String 1000 bytesize=900 gen=${1 + (at % 30)} at=${at % 40 === 0 ? '/app/app/models/visit.rb:4' : `${gem}:9`}`).join('\n')}`)
    const [first] = findSuspects(subject)
    expect(first).toMatchObject({
      evidence: expect.arrayContaining(['allocated in gem hooky-rails 2.7.1']),
      sites: [
        {file: '/app/app/models/visit.rb', line: 4},
        {file: gem, line: 9},
      ],
    })
    expect(first.advice).toMatch(/ Check hooky-rails for a newer version or a known issue\.$/)
  })

  it('names no line of the agent, and a recurring line before one that ran last', async () => {
    const names = Array.from({length: 300}, (_, index) => `text${index}`)
    const sites = (at: number) =>
      at % 30 === 29
        ? '/app/app/controllers/last.rb:1'
        : at % 3 === 0
          ? '/app/.heroku/heapdump/heapdump/thread_stack.rb:23'
          : '/app/vendor/gems/keeper-1.0.0/keeper.rb:3'
    const {subject} = await heapOf(`${CLASSES}
      store HASH:Hash 4000 size=300 gen=1 > ${names.join(' ')}
      ${names.map((name, at) => `${name} STRING:String 1000 bytesize=900 gen=${1 + (at % 30)} at=${sites(at)}`).join('\n')}`)
    expect(findSuspects(subject)[0].sites).toEqual([{file: '/app/vendor/gems/keeper-1.0.0/keeper.rb', line: 3}])
  })

  it('names the line that allocated the links of a chain', async () => {
    const links = Array.from({length: 1200}, (_, index) => `link${index}`)
    const {subject} = await heapOf(`${CLASSES.replace('> store', '> link0')}
      Link CLASS 500 name=Link
      ROOT vm > Link
      ${links.map((name, at) => `${name} OBJECT:Link 400 gen=${1 + (at % 30)} at=/app/lib/chain.rb:5 > ${links[at + 1] ?? ''}`).join('\n')}`)
    expect(findSuspects(subject)[0]).toMatchObject({rule: 'long-chain', sites: [{file: '/app/lib/chain.rb', line: 5}]})
  })

  it('has its own advice for exceptions that hold their causes', async () => {
    const errors = Array.from({length: 1200}, (_, index) => `error${index}`)
    const {subject} = await heapOf(`${CLASSES.replace('> store', '> error0')}
      Exception CLASS 500 name=Exception
      Missing CLASS 500 name=Missing superclass=Exception
      ROOT vm > Exception Missing
      ${errors.map((name, at) => `${name} OBJECT:Missing 400 > ${errors[at + 1] ?? ''}`).join('\n')}`)
    expect(findSuspects(subject)[0]).toMatchObject({advice: expect.stringContaining('cause: nil'), rule: 'long-chain'})
  })

  it('reports a growing framework registry as a leak like any other', async () => {
    const {subject} = await heapOf(cacheOf(317, index => 1 + (index % 30)).replaceAll('name=Cache', 'name=StatsD'))
    expect(findSuspects(subject)[0]).toMatchObject({kind: 'leak', owner: 'StatsD', severity: 'high'})
  })

  it('reports everything large of unknown age, whoever owns it', async () => {
    const {subject} = await heapOf(
      cacheOf(317, () => 1)
        .replaceAll('name=Cache', 'name=I18n')
        .replaceAll(/ gen=\d+( at=\S+)?/g, ' flags={"old":true}'),
    )
    expect(findSuspects(subject)[0]).toMatchObject({kind: 'large', owner: 'I18n', severity: 'medium'})
  })

  describe('of code that is compiled at run time', () => {
    /**
     * Methods of Cache, each with its code; method i was compiled in generation `generationOf(i)`. Boot code is older
     * than the tracing.
     */
    const methods = async (generationOf: (index: number) => number) => {
      const names = Array.from({length: 300}, (_, index) => `method${index}`)
      const {subject} = await heapOf(`${CLASSES.replace('> store', `> ${names.join(' ')}`)}
        ${names.map((name, at) => `${name} IMEMO 40 imemo_type=ment gen=${generationOf(at)} at=/app/lib/cache.rb:9 > ${name}code\n${name}code IMEMO 2000 imemo_type=iseq gen=${generationOf(at)} at=/app/lib/cache.rb:8`).join('\n')}`)
      return findSuspects(subject).filter(({rule}) => rule === 'compiled-code')
    }

    it('names the class and the line', async () => {
      expect(await methods(index => 1 + (index % 30))).toMatchObject([
        {
          kind: 'leak',
          owner: 'Cache',
          severity: 'high',
          sites: [
            {file: '/app/lib/cache.rb', line: 9},
            {file: '/app/lib/cache.rb', line: 8},
          ],
        },
      ])
    })

    it('ignores code that is compiled on first use', async () => {
      expect(await methods(index => (index < 280 ? 1 + (index % 10) : 1 + (index % 30)))).toEqual([])
    })
  })

  it('counts the threads that hold each other once', async () => {
    const names = Array.from({length: 60}, (_, thread) => `thread${thread}`)
    const {subject} = await heapOf(`${CLASSES.replace('> store', '> thread0')}
      Thread CLASS 500 name=Thread
      ROOT vm > Thread
      ${names.map((name, at) => `${name} DATA:Thread 400 struct=VM/thread > ${names[at + 1] ?? ''} ${name}job\n${name}job STRING:String 4000 bytesize=3900`).join('\n      ')}`)
    const [first] = findSuspects(subject)
    expect(first).toMatchObject({
      advice: expect.stringContaining('End the block with nil'),
      retainedSize: 59 * 4400,
      rule: 'threads',
      title: '59 dead threads, in a chain, hold 260 kB',
    })
    expect(first.share).toBeLessThan(1)
  })

  it('names the line that allocated the members before those of their contents, and none of Ruby’s own', async () => {
    const users = Array.from({length: 300}, (_, user) => `user${user}`)
    const {subject} = await heapOf(`${CLASSES}
      User CLASS 500 name=User
      ROOT vm > User
      store HASH:Hash 4000 size=317 gen=1 at=/app/lib/cache.rb:2 > ${users.join(' ')}
      ${users.map((name, at) => `${name} OBJECT:User 40 gen=${1 + (at % 30)} at=/app/lib/cache.rb:7 > ${name}name ${name}time\n${name}name STRING:String 900 gen=${1 + (at % 30)} at=/app/lib/user.rb:3\n${name}time OBJECT 2000 gen=${1 + (at % 30)} at=<internal:timev>:224`).join('\n      ')}`)
    expect(findSuspects(subject)[0].sites).toEqual([
      {file: '/app/lib/cache.rb', line: 7},
      {file: '/app/lib/user.rb', line: 3},
      {file: '/app/lib/cache.rb', line: 2},
    ])
  })

  it('sums up the associations of a dozen records', async () => {
    const repos = Array.from({length: 12}, (_, repo) => repo)
    const issues = (repo: number) => Array.from({length: 20}, (_, issue) => `issue${repo}_${issue}`)
    const {subject} = await heapOf(`${RECORDS}
      Hash CLASS 500 name=Hash
      Dashboard CLASS 500 name=Dashboard > list
      list ARRAY:Array 40 size=12 > ${repos.map(repo => `repo${repo}`).join(' ')}
      ${repos
        .map(
          repo => `repo${repo} OBJECT:Repo 40 > cache${repo}
        cache${repo} HASH:Hash 40 size=1 > many${repo}
        many${repo} OBJECT:HasMany 40 > repo${repo} target${repo}
        target${repo} ARRAY:Array 200 size=20 > ${issues(repo).join(' ')}
        ${issues(repo)
          .map(name => `${name} OBJECT:Issue 400`)
          .join('\n')}`,
        )
        .join('\n')}`)
    expect(findSuspects(subject)[0]).toMatchObject({
      kind: 'large',
      owner: 'Dashboard',
      retainedSize: 12 * (200 + 20 * 400),
      rule: 'active-record-objects',
      severity: 'medium',
      title: '12 × Repo, held by Dashboard, hold 240 loaded Issue records, 98.4 kB',
    })
  })

  it('ranks finished jobs above a cache, even if a framework class holds them', async () => {
    const jobs = Array.from({length: 200}, (_, job) => `job${job}`)
    const old = 'flags={"wb_protected":true,"old":true}'
    const {subject} = await heapOf(`${CLASSES.replace('> Cache', '> Adapter Cache')}
      Adapter CLASS 500 name=ActiveJob::QueueAdapters::TestAdapter > list
      list ARRAY:Array 4000 size=200 ${old} > ${jobs.join(' ')}
      ${jobs.map(name => `${name} HASH:Hash 400 size=3 ${old} > id class ${name}text\n${name}text STRING:String 500 ${old}`).join('\n      ')}
      id STRING:String 40 value="job_id" bytesize=6 ${old}
      same STRING:String 40 value="job_id" bytesize=6 ${old}
      class STRING:String 40 value="job_class" bytesize=9 ${old}
      alike STRING:String 40 value="job_class" bytesize=9 ${old}
      ROOT vm > same alike rest
      rest STRING:String 3000000 frozen=true ${old}
      store HASH:Hash 14776 size=100 ${old} > ${Array.from({length: 100}, (_, at) => `page${at}`).join(' ')}
      ${Array.from({length: 100}, (_, at) => `page${at} STRING:String 1500 ${old}`).join('\n      ')}`)
    const owners = findSuspects(subject).map(({owner}) => owner)
    expect(owners.indexOf('ActiveJob::QueueAdapters::TestAdapter')).toBeLessThan(owners.indexOf('Cache'))
    expect(owners).toContain('ActiveJob::QueueAdapters::TestAdapter')
  })

  it('counts the records of a list once, however many associations share it', async () => {
    const repos = Array.from({length: 12}, (_, repo) => repo)
    const issues = Array.from({length: 20}, (_, issue) => `issue${issue}`)
    const {subject} = await heapOf(`${RECORDS}
      Dashboard CLASS 500 name=Dashboard > list
      list ARRAY:Array 40 size=12 > ${repos.map(repo => `repo${repo}`).join(' ')}
      target ARRAY:Array 200 size=20 > ${issues.join(' ')}
      ${repos.map(repo => `repo${repo} OBJECT:Repo 40 > many${repo}\nmany${repo} OBJECT:HasMany 40 > repo${repo} target`).join('\n')}
      ${issues.map(name => `${name} OBJECT:Issue 4000`).join('\n')}`)
    expect(findSuspects(subject).map(({title}) => title)).toContainEqual(
      expect.stringContaining('hold 20 loaded Issue records'),
    )
  })

  it('reports large strings held by many objects together, and none of them again', async () => {
    const reports = Array.from({length: 40}, (_, at) => `report${at}`)
    const classes = CLASSES.replace('Object > Cache', 'Object > Cache Report').replace('> store', '> list')
    const {subject} = await heapOf(`${classes}
      Report CLASS 500 name=Report
      list ARRAY:Array 600 size=40 > ${reports.join(' ')}
      ${reports.map((name, at) => `${name} OBJECT:Report 40 > csv${at}\ncsv${at} STRING:String 200000`).join('\n')}`)
    expect(findSuspects(subject).map(({title}) => title)).toEqual(['Cache holds 40 × Report in an Array, 8.0 MB'])
  })

  it('calls a queue undrained only if it grows', async () => {
    const queue = (generationOf: (index: number) => number) => `${cacheOf(317, generationOf)
      .replace('Cache  CLASS 500 name=Cache > store', 'Cache  CLASS 500 name=Cache > queue')
      .replace(/store HASH:Hash 4000/, 'store ARRAY:Array 4000')}
      ROOT vm > Queue
      Queue CLASS 500 name=Thread::Queue
      queue DATA:Queue 80 struct=queue > store`
    const [growing] = findSuspects((await heapOf(queue(index => 1 + (index % 30)))).subject)
    expect(growing.title).toBe('Cache holds a queue that is not drained: 317 × String waiting')
    const [steady] = findSuspects((await heapOf(queue(index => 331 + (index % 30)))).subject)
    expect(steady.title).toBe('Cache holds a queue with 317 × String waiting')
  })

  it('says that old strings are buffers that may still grow', async () => {
    const logs = Array.from({length: 40}, (_, at) => `log${at}`)
    const told = async (memsize: number) => {
      const {subject} = await heapOf(`${CLASSES}
        store HASH:Hash 2000 size=40 flags={"old":true} > ${logs.join(' ')}
        ${logs.map(name => `${name} STRING:String ${memsize} bytesize=40000 flags={"old":true}`).join('\n')}`)
      return findSuspects(subject)[0].evidence.includes('all were built by appending, and may still grow')
    }

    expect(await told(24 * 2 ** 11 + 40)).toBe(true)
    expect(await told(40_001 + 40)).toBe(false)
  })

  it('names a single large object', async () => {
    const {subject} = await heapOf(`${CLASSES}
      store STRING:String 5000000 bytesize=4999999 gen=5 at=/app/lib/export.rb:3`)
    expect(findSuspects(subject)[0]).toMatchObject({
      owner: 'Cache',
      rule: 'giant-object',
      sites: [{file: '/app/lib/export.rb', line: 3}],
    })
  })

  describe('of a single String', () => {
    /** 24 × 2^17 bytes and the slot: the buffer of 2.6 MB appended in small pieces. */
    const APPENDED = 'store STRING:String 3145768 bytesize=2580000'
    /** Held by Export, an object of a running thread. */
    const IN_FLIGHT = `
      ROOT vm > thread Export
      Export CLASS 500 name=Export
      thread DATA 400 struct=VM/thread > export
      export OBJECT:Export 40 > store`
    const noise = (bytes: number) => `
      ROOT vm > ${Array.from({length: 30}, (_, at) => `noise${at}`).join(' ')}
      ${Array.from({length: 30}, (_, at) => `noise${at} STRING:String ${bytes} gen=${1 + at}`).join('\n      ')}`
    const severityOf = async (lines: string, held = CLASSES) => {
      const {subject} = await heapOf(`${held}\n${lines}`)
      return findSuspects(subject).find(({rule}) => rule === 'giant-object')?.severity
    }

    it('blames a buffer that is kept and appended to if it is most of the heap', async () => {
      const {subject} = await heapOf(`${CLASSES}\n${APPENDED} gen=4 at=/app/lib/log.rb:3\n${noise(4000)}`)
      expect(findSuspects(subject)[0]).toMatchObject({
        evidence: [
          'one object, 3.1 MB: String, 2.6 MB',
          expect.stringContaining('doubled repeatedly, with 566 kB of unused capacity'),
          'allocated after boot, but not frozen: its contents may be newer',
        ],
        kind: 'large',
        owner: 'Cache',
        rule: 'giant-object',
        severity: 'high',
      })
      expect(await severityOf(APPENDED)).toBe('high')
    })

    it.each([
      ['less than half of live memory', `${APPENDED} gen=4\n${noise(140_000)}`],
      ['a string that was read at once', 'store STRING:String 2580041 bytesize=2580000'],
      ['one that grew in other steps', 'store STRING:String 3474425 bytesize=2580000'],
      ['a frozen one', `${APPENDED} frozen=true`],
      ['a new one', `${APPENDED} gen=30\n${noise(4000)}`],
      ['one that has not survived three GCs', `${APPENDED} flags={"wb_protected":true}`],
    ])('does not blame %s', async (_what, lines) => {
      expect(await severityOf(lines)).toBe('medium')
    })

    it('does not blame the working data of a running thread', async () => {
      expect(await severityOf(`${IN_FLIGHT}\n${APPENDED}`, CLASSES.replace('> store', ''))).toBe('medium')
    })
  })

  it('finds nothing in a heap without accumulations', async () => {
    const {subject} = await heapOf(CLASSES.replace('> store', ''))
    expect(findSuspects(subject)).toEqual([])
  })
})
