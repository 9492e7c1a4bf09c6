// Identity of objects in two dumps, slot by slot. Each line gives the address of its object, so that a slot can be
// reused.
import {describe, expect, it} from 'vitest'
import {growth, type GrowthReport} from '../../../../src/lib/analysis/compare/growth.js'
import {takeSnapshot} from '../../../../src/lib/analysis/compare/snapshot.js'
import {heapOf} from '../../../support/heaps.js'

const CORE = `
  ROOT vm > Object
  Object CLASS 500 name=Object address=0x7f0000000028 > App Other
  App    CLASS 500 name=App address=0x7f0000000050 > list
  String CLASS 500 name=String address=0x7f0000000078
  Array  CLASS 500 name=Array address=0x7f00000000a0
  Other  CLASS 500 name=Other address=0x7f00000000c8
  list   ARRAY:Array 40 address=0x7f0000010000 > `

/** A heap in which App holds a list of the objects in `lines`; each line begins with a name. */
function heapWith(lines: string) {
  const names = lines
    .split('\n')
    .map(line => line.trim().split(' ')[0])
    .filter(Boolean)
  return heapOf(`${CORE}${names.join(' ')}\n${lines}`)
}

async function compare(...dumps: readonly string[]): Promise<GrowthReport> {
  const subjects = await Promise.all(dumps.map(async lines => (await heapWith(lines)).subject))
  const earlier = subjects.slice(0, -1).map(takeSnapshot)
  return growth(subjects[subjects.length - 1], {earlier, hours: earlier.map(() => null), movement: 'none', top: 0})
}

const rowsOf = ({growth: rows}: GrowthReport) =>
  rows.map(row => `${row.objects} ${row.className}${row.file === null ? '' : ` ${row.file}:${row.line}`}`)

const at = (slot: number) => `address=0x7f00000${(0x10028 + slot * 40).toString(16)}`

describe('an object is the same', () => {
  it('if address, type, class, line and GC agree', async () => {
    const same = `
      a STRING:String 40 at=/app/a.rb:1 gen=7 ${at(0)}
      b STRING:String 40 ${at(1)}`
    const report = await compare(same, same)
    expect(report).toMatchObject({comparedBy: 'identity', growth: [], suspects: [], totals: {memsize: 0, objects: 0}})
  })

  it.each([
    ['another slot', `STRING:String 40 at=/app/a.rb:1 gen=7 ${at(5)}`],
    ['another type', `OBJECT:String 40 at=/app/a.rb:1 gen=7 ${at(0)}`],
    ['another class', `STRING:Other 40 at=/app/a.rb:1 gen=7 ${at(0)}`],
    ['another line', `STRING:String 40 at=/app/a.rb:2 gen=7 ${at(0)}`],
    ['another file', `STRING:String 40 at=/app/b.rb:1 gen=7 ${at(0)}`],
    ['another GC', `STRING:String 40 at=/app/a.rb:1 gen=8 ${at(0)}`],
  ])('but not with %s', async (_what, line) => {
    const kept = `kept STRING:String 40 at=/app/kept.rb:1 gen=7 ${at(9)}`
    const report = await compare(`a STRING:String 40 at=/app/a.rb:1 gen=7 ${at(0)}\n${kept}`, `a ${line}\n${kept}`)
    expect(report).toMatchObject({comparedBy: 'identity', totals: {memsize: 40, objects: 1}})
  })

  it('but not if the first one was unreachable', async () => {
    const dump = (held: string) => `${CORE}b ${held}\na STRING:String 40 ${at(0)}\nb STRING:String 40 ${at(1)}`
    const [garbage, kept] = await Promise.all([dump(''), dump('a')].map(async lines => (await heapOf(lines)).subject))
    const options = {hours: [null], movement: 'none', top: 0} as const
    const after = (earlier: typeof kept, later: typeof kept) =>
      rowsOf(growth(later, {...options, earlier: [takeSnapshot(earlier)]}))
    expect(after(garbage, kept)).toEqual(['1 String'])
    expect(after(kept, garbage)).toEqual([])
  })

  it('but not if the first one was an interned string or old, and this one is not', async () => {
    const flags = (old: boolean) => `flags={"wb_protected":true${old ? ',"old":true' : ''}}`
    expect(rowsOf(await compare(`a STRING:String 40 fstring=true ${at(0)}`, `a STRING:String 40 ${at(0)}`))).toEqual([
      '1 String',
    ])
    const [old, young] = [`a STRING:String 40 ${at(0)}`, `a STRING:String 40 ${at(0)}`].map(
      (line, index) => `${line} ${flags(index === 0)}`,
    )
    expect(rowsOf(await compare(old, young))).toEqual(['1 String'])
    expect(rowsOf(await compare(young, old))).toEqual([])
  })

  it('even if tracing ended in between, which is reported', async () => {
    const report = await compare(
      `a STRING:String 40 at=/app/a.rb:1 gen=7 ${at(0)}`,
      `a STRING:String 40 ${at(0)}\nb STRING:String 40 ${at(1)}`,
    )
    expect(report).toMatchObject({totals: {objects: 1}, tracingRestarted: true})
  })
})

describe('dumps in the wrong order', () => {
  const lines = (from: number, to: number, generationOf: (slot: number) => number) =>
    Array.from({length: to - from}, (_, index) => from + index)
      .map(slot => `o${slot} STRING:String 40 at=/app/a.rb:1 gen=${generationOf(slot)} ${at(slot)}`)
      .join('\n')
  const [older, newer] = [lines(0, 80, slot => slot >> 3), lines(40, 160, slot => slot >> 3)]

  it('are recognized by objects that had been freed', async () => {
    await expect(compare(newer, older)).rejects.toMatchObject({
      code: 'wrong_order',
      exit: 2,
      hint: expect.stringMatching(/^Name the older dump first\./),
    })
    expect(await compare(older, newer)).toMatchObject({comparedBy: 'identity', totals: {objects: 80}})
  })

  it('are not reported if the dumps are known to be of two processes', async () => {
    const [first, second] = await Promise.all([newer, older].map(async one => (await heapWith(one)).subject))
    expect(
      growth(second, {earlier: [takeSnapshot(first)], hours: [null], movement: 'other-process', top: 0}),
    ).toMatchObject({comparedBy: 'counts', movement: 'other-process'})
  })

  it('are not reported if tracing ended in between', async () => {
    const untraced = Array.from({length: 60}, (_, slot) => `u${slot} STRING:String 40 ${at(200 + slot)}`).join('\n')
    expect((await compare(newer, `${lines(40, 100, slot => slot >> 3)}\n${untraced}`)).dumps).toHaveLength(2)
  })
})

describe('of three dumps', () => {
  it('only what is in the second and the third counts', async () => {
    const line = (name: string, slot: number, generation: number) =>
      `${name} STRING:String 40 at=/app/a.rb:1 gen=${generation} ${at(slot)}\n`
    const first = line('old', 0, 3)
    const second = first + line('stays', 1, 4) + line('passes', 2, 4)
    // The slot of the freed object is reused, and one more object is new.
    const third = first + line('stays', 1, 4) + line('another', 2, 5) + line('late', 3, 5)
    expect(rowsOf(await compare(first, second, third))).toEqual(['1 String /app/a.rb:1'])
  })
})

describe('growth', () => {
  it('is reported by class, line and owner, with totals before and now', async () => {
    const old = `a STRING:String 40 at=/app/a.rb:1 gen=7 ${at(0)}\n`
    const {growth: rows} = await compare(old, `${old}b STRING:String 48 at=/app/a.rb:1 gen=8 ${at(1)}`)
    expect(rows).toEqual([
      {
        before: {memsize: 40, objects: 1},
        className: 'String',
        file: '/app/a.rb',
        line: 1,
        memsize: 48,
        now: {memsize: 88, objects: 2},
        objects: 1,
        owner: 'App',
        role: 'object',
      },
    ])
  })

  it('counts what a table has gained', async () => {
    const table = (memsize: number) => `table HASH:Other ${memsize} ${at(0)}`
    const {totals, suspects} = await compare(table(400), table(9000))
    expect(totals.objects).toBe(0)
    expect(suspects).toMatchObject([{owner: 'App', severity: 'high'}])
    expect(suspects[0].title).toBe('App holds 8.6 kB more in Other')
  })

  it('does not decide from two dumps whether a String that became larger is ever emptied', async () => {
    const text = (bytes: number) => `text STRING:String ${bytes} ${at(0)}\nother STRING:String 40 ${at(1)}`
    const two = await compare(text(4000), text(90_000))
    expect(two.suspects[0]).toMatchObject({
      advice: expect.stringMatching(/^Write this String out .* code appends to it\. A third dump shows/),
      evidence: [
        '4 objects before, 4 now; 4.6 kB before, 90.6 kB now',
        'String, 90.0 kB: one object, 86.0 kB larger than before',
      ],
      kind: 'large',
      severity: 'medium',
    })
    const three = await compare(text(4000), text(45_000), text(90_000))
    expect(three.suspects[0]).toMatchObject({kind: 'leak', severity: 'high'})
  })

  it('points to what grew, not to a cache next to it with as many entries as before', async () => {
    const dump = (pages: number, entries: number) => `${CORE}cache leak
      cache OBJECT:Other 40 ${at(0)} > ${Array.from({length: 40}, (_, at_) => `page${at_}`).join(' ')}
      leak OBJECT:Leak 40 ${at(1)} > ${Array.from({length: entries}, (_, entry) => `entry${entry}`).join(' ')}
      ROOT vm > Leak
      Leak CLASS 500 name=Leak ${at(20)}
      ${Array.from({length: 40}, (_, page) => `page${page} OBJECT:Other 4000 ${at(pages + page)}`).join('\n')}
      ${Array.from({length: entries}, (_, entry) => `entry${entry} STRING:String 4000 ${at(300 + entry)}`).join('\n')}`
    const [first, last] = await Promise.all(
      [dump(100, 5), dump(200, 15)].map(async lines => (await heapOf(lines)).subject),
    )
    const {suspects} = growth(last, {earlier: [takeSnapshot(first)], hours: [null], movement: 'none', top: 0})
    expect(suspects).toMatchObject([{title: 'App holds 40.0 kB more in Leak'}])
  })

  it.each([
    ['is not reported as growing if it was emptied and refilled', 200, 400, {kind: 'large', severity: 'medium'}],
    [
      'is reported if it has a hundred times as much, whatever was freed',
      200,
      10_000,
      {kind: 'leak', severity: 'high'},
    ],
    ['is reported if it keeps what it had', 0, 400, {kind: 'leak', severity: 'high'}],
  ])('an owner %s', async (_what, from, count, expected) => {
    const dump = (first: number, objects: number) =>
      Array.from({length: objects}, (_, slot) => `o${slot} STRING:String 4000 ${at(first + slot)}`).join('\n')
    const {suspects} = await compare(dump(0, 100), dump(from, count))
    expect(suspects[0]).toMatchObject(expected)
    expect(
      suspects[0].evidence.join().includes('none of the 100 String in the first dump is left: it was emptied'),
    ).toBe(expected.kind === 'large')
  })

  it('continues if it is as fast per hour, however long the steps are', async () => {
    const dump = (count: number) =>
      Array.from({length: count}, (_, slot) => `o${slot} STRING:String 4000 ${at(slot)}`).join('\n')
    const [first, second, third] = await Promise.all(
      [100, 220, 250].map(async count => (await heapWith(dump(count))).subject),
    )
    const told = (hours: ReadonlyArray<number | null>) =>
      growth(third, {earlier: [first, second].map(takeSnapshot), hours, movement: 'none', top: 0}).suspects[0]
    expect(told([600 / 3600, 163 / 3600])).toMatchObject({kind: 'leak', severity: 'high'})
    expect(told([null, null])).toMatchObject({kind: 'leak', severity: 'high'})
    expect(told([600 / 3600, 3000 / 3600])).toMatchObject({kind: 'large', severity: 'medium'})
  })
})
