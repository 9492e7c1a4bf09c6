// The tables, on heaps small enough to check by eye.
import {describe, expect, it} from 'vitest'
import {type AnalysisReport, report} from '../../../../src/lib/analysis/report/report.js'
import {heapOf} from '../../../support/heaps.js'

const everything = {top: 0}
const reportOf = async (lines: string, options = {}): Promise<AnalysisReport> =>
  report((await heapOf(lines)).subject, {...everything, ...options})

const GEM = '/app/vendor/bundle/ruby/3.3.0/gems/rack-3.1.7/lib/rack.rb'

// A class holds a list of two orders; both have the same note. `lost` is garbage.
const SHOP = `
  ROOT vm > Order Array String Shop tracer
  Shop    CLASS 1000 name=Shop gen=1 at=/app/shop.rb:1 > list
  Order   CLASS 500 name=Order gen=1 at=/app/order.rb:1
  Array   CLASS 400 name=Array
  String  CLASS 400 name=String
  list    ARRAY:Array 200 length=2 gen=2 at=/app/shop.rb:5 > one two
  one     OBJECT:Order 40 gen=2 at=/app/shop.rb:9 > note1 shared
  two     OBJECT:Order 48 gen=3 at=/app/shop.rb:9 > note2 shared shared
  note1   STRING:String 100 value="urgent" bytesize=6 gen=2 at=${GEM}:7
  note2   STRING:String 101 value="urgent" bytesize=6 gen=3 at=${GEM}:7
  shared  STRING:String 60 value="alone" bytesize=5 gen=0 at=<internal:kernel>:1
  lost    STRING:String 70 value="urgent" bytesize=6 gen=4
  native  STRING:String 30 value="x" gen=4 at=/app/ext.rb
  tracer  DATA 5000 struct=ObjectTracing/allocation_info_tracer > lost Shop
`

describe('totals', () => {
  it('count everything, and live objects', async () => {
    // The tracer keeps `lost` alive like a cache; nothing holds `native`.
    const {totals} = await reportOf(SHOP)
    expect(totals).toEqual({
      agentMemsize: 0,
      aliveMemsize: 7949 - 30 - 5000,
      aliveObjects: 11,
      garbageMemsize: 30,
      memsize: 1000 + 500 + 400 + 400 + 200 + 40 + 48 + 100 + 101 + 60 + 70 + 30 + 5000,
      objects: 13,
      reachableMemsize: 7949 - 30,
      reachableObjects: 12,
      references: 1 + 2 + 2 + 3 + 2,
      tracerMemsize: 5000,
    })
  })

  it('leave roots, shapes and free slots out', async () => {
    const {totals, types} = await reportOf('ROOT vm > a\n SHAPE 1 0 @x\n a STRING 40\n free NONE 40')
    expect(totals).toMatchObject({memsize: 40, objects: 1})
    expect(types).toEqual([{memsize: 40, objects: 1, type: 'STRING'}])
  })
})

describe('generations', () => {
  it('are in order, with nil first and separate from 0', async () => {
    const {generations} = await reportOf(SHOP)
    expect(generations).toEqual([
      {generation: null, memsize: 5800, objects: 3},
      {generation: 0, memsize: 60, objects: 1},
      {generation: 1, memsize: 1500, objects: 2},
      {generation: 2, memsize: 340, objects: 3},
      {generation: 3, memsize: 149, objects: 2},
      {generation: 4, memsize: 100, objects: 2},
    ])
  })

  it('are all shown, whatever the limit of rows', async () => {
    expect((await reportOf(SHOP, {top: 1})).generations).toHaveLength(6)
  })
})

describe('allocation sites', () => {
  it('are grouped by file and line, with outgoing references and retained size', async () => {
    const {allocationSites} = await reportOf(SHOP)
    expect(
      allocationSites.map(({file, line, memsize, objects, references, retainedSize}) => ({
        file,
        line,
        memsize,
        objects,
        references,
        retainedSize,
      })),
    ).toEqual([
      // The class, the list, both orders with their notes, the shared string: 1,549 in total.
      {file: '/app/shop.rb', line: 1, memsize: 1000, objects: 1, references: 1, retainedSize: 1549},
      {file: '/app/order.rb', line: 1, memsize: 500, objects: 1, references: 0, retainedSize: 500},
      {file: GEM, line: 7, memsize: 201, objects: 2, references: 0, retainedSize: 201},
      {file: '/app/shop.rb', line: 5, memsize: 200, objects: 1, references: 2, retainedSize: 549},
      // Each order retains its own note; the string that both hold belongs to the list.
      {file: '/app/shop.rb', line: 9, memsize: 88, objects: 2, references: 5, retainedSize: 289},
      {file: '<internal:kernel>', line: 1, memsize: 60, objects: 1, references: 0, retainedSize: 60},
      // It is garbage, so it retains nothing.
      {file: '/app/ext.rb', line: null, memsize: 30, objects: 1, references: 0, retainedSize: 0},
    ])
  })
})

describe('classes', () => {
  it('are sorted by what their objects retain together, with nothing counted twice', async () => {
    const {classes} = await reportOf(`
      ROOT vm > Node outer
      Node   CLASS 100 name=Node
      outer  OBJECT:Node 10 > inner text
      inner  OBJECT:Node 20 > other
      text   STRING 3
      other  STRING 4
    `)
    expect(classes.map(({name, objects, memsize, retainedSize}) => [name, objects, memsize, retainedSize])).toEqual([
      ['(CLASS)', 1, 100, 100],
      // The inner node is below the outer one: it and its string count once.
      ['Node', 2, 30, 37],
      ['(STRING)', 2, 7, 7],
    ])
  })

  it('with the same name are one row, and anonymous ones a row each', async () => {
    const {classes} = await reportOf(`
      ROOT vm > a b c d
      Old   CLASS 1 name=Shop::Order
      New   CLASS 1 name=Shop::Order
      Anon1 CLASS 1
      Anon2 CLASS 1
      Single CLASS 1 singleton=true real_class_name=Shop::Order
      a OBJECT:Old 40
      b OBJECT:New 40
      c OBJECT:Anon1 40
      d OBJECT:Anon2 40
      e OBJECT:Single 40
    `)
    const rows = classes
      .filter(({name}) => name !== '(CLASS)')
      .map(({name, objects}) => [name.replace(/0x\w+/, '0x…'), objects])
    expect(rows).toEqual([
      ['Shop::Order', 3],
      ['#<Class:0x…>', 1],
      ['#<Class:0x…>', 1],
    ])
  })
})

describe('gems', () => {
  it('distinguish the app, gems, the standard library and boot', async () => {
    const {gems} = await reportOf(`
      ROOT vm > a b c d e f g
      a STRING 70 at=/app/app/models/order.rb:1
      b STRING 60 at=${GEM}:1
      c STRING 50 at=/app/vendor/bundle/ruby/3.3.0/bundler/gems/shop-engine-0123abc/lib/x.rb:1
      d STRING 40 at=/app/vendor/ruby-3.3.6/lib/ruby/3.3.0/set.rb:2
      e STRING 30 at=<internal:array>:2
      f STRING 20
      g STRING 10 at=/app/vendor/ruby-3.3.6/lib/ruby/3.3.0/rubygems/core_ext/kernel_require.rb:136
    `)
    expect(gems.map(({kind, name, memsize, objects}) => [kind, name, memsize, objects])).toEqual([
      ['app', 'app', 70, 1],
      ['gem', 'rack-3.1.7', 60, 1],
      ['gem', 'shop-engine', 50, 1],
      ['boot', 'boot', 40, 2],
      ['stdlib', 'stdlib', 40, 1],
      ['unknown', '(not traced)', 20, 1],
    ])
  })
})

describe('duplicate strings', () => {
  it('waste the size of all copies but one, rounded down', async () => {
    const {duplicateStrings} = await reportOf(SHOP)
    // (3 − 1) × 271 ÷ 3 = 180.67
    expect(duplicateStrings).toEqual([
      {bytes: 6, count: 3, memsize: 271, sites: [{count: 2, file: GEM, line: 7}], value: 'urgent', wasted: 180},
    ])
  })

  it('are sorted by what they waste, not by number', async () => {
    const {duplicateStrings} = await reportOf(`
      ROOT vm > a
      a STRING 10 value="many"
      b STRING 10 value="many"
      c STRING 10 value="many"
      d STRING 500 value="large"
      e STRING 500 value="large"
    `)
    expect(duplicateStrings.map(({value, wasted}) => [value, wasted])).toEqual([
      ['large', 500],
      ['many', 20],
    ])
  })

  it('are those of the app that are alive, if only live objects are requested', async () => {
    const lines = `
      ROOT vm > a b Watch
      Heapdump MODULE 500 name=Heapdump
      Watch CLASS 500 name=Heapdump::Watch > e f
      a STRING 10 value="kept"
      b STRING 10 value="kept"
      c STRING 900 value="kept"
      d STRING 900 value="lost"
      g STRING 900 value="lost"
      e STRING 800 value="ours" at=/app/vendor/heapdump/agent.rb:3
      f STRING 800 value="ours" at=/app/vendor/heapdump/agent.rb:3
    `
    const counts = async (aliveOnly: boolean) =>
      (await reportOf(lines, {aliveOnly})).duplicateStrings.map(({count, value}) => [value, count])
    expect(await counts(true)).toEqual([['kept', 2]])
    expect((await counts(false)).map(([value]) => value).toSorted()).toEqual(['kept', 'lost', 'ours'])
  })
})

describe('dominators', () => {
  it('are the dominator tree, largest first', async () => {
    const heap = await heapOf(SHOP)
    const {dominators} = report(heap.subject, {top: 4})
    expect(
      dominators.map(({address, dominator, retainedSize, retainedObjects}) => [
        heap.name(address),
        heap.name(dominator),
        retainedSize,
        retainedObjects,
      ]),
    ).toEqual([
      ['tracer', 'ROOT', 5070, 2],
      ['Shop', 'ROOT', 1549, 7],
      ['list', 'Shop', 549, 6],
      ['Order', 'ROOT', 500, 1],
    ])
  })
})

describe('shares', () => {
  it('are shares of live memory without the tracer, and never sum up to more than 1', async () => {
    const {gems, classes, allocationSites} = await reportOf(SHOP)
    const sum = (rows: ReadonlyArray<{share: number}>) => rows.reduce((total, row) => total + row.share, 0)
    expect(sum(gems)).toBeCloseTo(1, 10)
    expect(sum(classes)).toBeCloseTo(1, 10)
    expect(sum(allocationSites)).toBeLessThan(1)
    const whole = 7949 - 30 - 5000
    expect(allocationSites[0].share).toBeCloseTo(1000 / whole, 10)
    // The row without a site includes the tracer in its memsize, but not in its share.
    expect(gems.find(row => row.name === '(not traced)')).toMatchObject({
      aliveMemsize: 870,
      aliveObjects: 3,
      memsize: 5870,
      objects: 4,
      share: 870 / whole,
    })
  })

  it('are 0 if nothing is alive', async () => {
    const {gems} = await reportOf('ROOT vm > t\nt DATA 10 struct=ObjectTracing/allocation_info_tracer')
    expect(gems).toMatchObject([{memsize: 10, share: 0}])
  })
})

describe('limits', () => {
  it('by generation apply to sites, classes, gems and strings', async () => {
    const whole = await reportOf(SHOP)
    const limited = await reportOf(SHOP, {generation: 3})
    expect(limited.classes.map(({name, objects, retainedSize}) => [name, objects, retainedSize])).toEqual([
      ['Order', 1, 149],
      ['String', 1, 101],
    ])
    expect(limited.allocationSites.map(({line, memsize}) => [line, memsize])).toEqual([
      [7, 101],
      [9, 48],
    ])
    expect(limited.gems.map(({name}) => name)).toEqual(['rack-3.1.7', 'app'])
    expect(limited.duplicateStrings).toEqual([])
    expect(limited.generations).toEqual(whole.generations)
    expect(limited.totals).toEqual(whole.totals)
    expect(limited.selection).toEqual({
      aliveMemsize: 149,
      aliveObjects: 2,
      className: null,
      generation: 3,
      memsize: 149,
      objects: 2,
      retainedObjects: 2,
      retainedSize: 149,
      site: null,
    })
  })

  it('by nil select what was not traced', async () => {
    expect((await reportOf(SHOP, {generation: null})).selection).toMatchObject({
      generation: null,
      memsize: 5800,
      objects: 3,
    })
  })

  it('by class apply to generations and dominators too', async () => {
    const heap = await heapOf(SHOP)
    const limited = report(heap.subject, {className: 'String', paths: true, top: 0})
    expect(limited.selection).toEqual({
      aliveMemsize: 331,
      aliveObjects: 4,
      className: 'String',
      memsize: 361,
      objects: 5,
      retainedObjects: 4,
      retainedSize: 331,
      site: null,
    })
    expect(limited.generations.map(row => row.generation)).toEqual([0, 2, 3, 4])
    expect(limited.classes.map(row => row.name)).toEqual(['String'])
    expect(limited.types).toEqual([{memsize: 361, objects: 5, type: 'STRING'}])
    expect(limited.dominators.map(row => heap.name(row.address))).toEqual(['note2', 'note1', 'lost', 'shared'])
    expect(limited.paths?.map(step => [step.label, step.leadsTo])).toEqual([
      ['Shop (class)', 3],
      ['allocation tracer', 1],
    ])
  })

  it('by line and generation can be combined', async () => {
    const limited = await reportOf(SHOP, {generation: 3, site: 'shop.rb:9'})
    expect(limited.selection).toMatchObject({memsize: 48, objects: 1, site: {file: '/app/shop.rb', line: 9}})
    expect(limited.allocationSites).toHaveLength(1)
  })

  it('by an unknown name are rejected with suggestions', async () => {
    await expect(reportOf(SHOP, {className: 'Ordr'})).rejects.toMatchObject({
      code: 'no_such_class',
      hint: expect.stringContaining('Order'),
    })
    await expect(reportOf(SHOP, {site: 'shop.rb:8'})).rejects.toMatchObject({
      code: 'no_such_site',
      hint: expect.stringContaining('shop.rb:9'),
    })
  })

  it('on rows cut each table', async () => {
    const {allocationSites, classes, gems, dominators, largest} = await reportOf(SHOP, {top: 2})
    expect([allocationSites, classes, gems, dominators, largest].map(rows => rows.length)).toEqual([2, 2, 2, 2, 2])
  })
})
