// Heap snapshots of small heaps: what a reader of the file computes is what our graph says.
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {Subject} from '../../../../src/lib/analysis/objects/subject.js'
import {snapshotNodes} from '../../../../src/lib/analysis/export/snapshot-nodes.js'
import {formatBytes} from '../../../../src/lib/units.js'
import {dumpOf, read, type TestRecord} from '../../../support/dump-text.js'
import {heapOf} from '../../../support/heaps.js'
import {distancesOf, parseSnapshot, retainedBy, type SnapshotNode, snapshotOf} from '../../../support/v8-snapshot.js'

const SHOP = `
  ROOT vm > Shop Cart Hash String Array main
  ROOT machine_context > seen
  SHAPE 7 0 @lines
  Cart   CLASS 500 name=Cart
  Hash   CLASS 500 name=Hash
  String CLASS 500 name=String
  Array  CLASS 500 name=Array
  Shop   CLASS 600 name=Shop > carts
  carts  HASH:Hash 168 size=1 > cart
  cart   OBJECT:Cart 40 shape_id=7 > lines
  lines  ARRAY:Array 40 length=2 > first second
  some   ARRAY:Array 40 length=3 > first
  first  STRING:String 40 value="hunter2"
  second STRING:String 90 value="hunter2"
  main   OBJECT:Cart 40 > some
  seen   STRING:String 70
  lost   STRING:String 33
`

const edgesOf = (nodes: readonly SnapshotNode[], name: string) =>
  nodes
    .filter(node => node.name === name)
    .flatMap(({edges}) => edges.map(({name: edge, to, type}) => `${type} ${edge} → ${nodes[to].name}`))

describe('a heap snapshot', () => {
  it('has live objects by class, and references by name, but no contents of strings', async () => {
    const {subject} = await heapOf(SHOP)
    const {facts, text} = snapshotOf(subject)
    const nodes = parseSnapshot(text)
    expect(nodes[0]).toMatchObject({name: 'a heap', selfSize: 0, type: 'synthetic'})
    expect(
      nodes
        .filter(({type}) => type !== 'synthetic')
        .map(({name}) => name)
        .toSorted(),
    ).toEqual(
      ['Array', 'Array', 'Array (class)', 'Cart', 'Cart', 'Cart (class)', 'Hash', 'Hash (class)'].concat([
        'Shop (class)',
        'String',
        'String',
        'String',
        'String (class)',
      ]),
    )
    expect(edgesOf(nodes, 'Shop (class)')).toEqual(['internal constant or variable → Hash'])
    expect(edgesOf(nodes, 'Hash')).toEqual(['internal key or value → Cart'])
    expect(edgesOf(nodes, 'Cart')).toEqual(['property @lines → Array', 'internal reference → Array'])
    // Only the first Array lists all of its elements.
    expect(edgesOf(nodes, 'Array')).toEqual(['element 0 → String', 'element 1 → String', 'internal element → String'])
    expect(edgesOf(nodes, 'a heap')).toEqual(
      expect.arrayContaining([
        'internal VM → Shop (class)',
        'internal stack of the dumping thread → String',
        'internal about this file → String contents are left out.',
        'internal about this file → Garbage that was not collected yet is left out: 1 object.',
      ]),
    )
    expect(text).not.toContain('hunter2')
    expect(facts).toMatchObject({bytes: text.length, edges: nodes.flatMap(({edges}) => edges).length})
  })

  it('shows strings that are in memory twice if asked to, but never redacted ones', async () => {
    const values = (value: string) => SHOP.replaceAll('"hunter2"', JSON.stringify(value))
    const namesOf = async (value: string) =>
      parseSnapshot(snapshotOf((await heapOf(values(value))).subject, {showValues: true}).text)
        .filter(({type}) => type === 'string')
        .map(({name}) => name)
    expect(await namesOf('hunter2')).toEqual(['hunter2', 'hunter2'])
    expect(await namesOf('«0123456789abcdef»')).toEqual([])
  })

  it('makes names printable', async () => {
    const {subject} = await heapOf('ROOT vm > A\nA CLASS 100 name="Evil\\u001b[2J\\u202eName"')
    const {text} = snapshotOf(subject, {title: 'a\nb'})
    expect(text).toContain(String.raw`Evil\\x1b[2J\\u202eName (class)`)
    expect(text).toContain(String.raw`"a\\nb"`)
  })

  it('says that a dump is cut short', async () => {
    const {text} = await heapOf(SHOP)
    const cut = new Subject('cut', await read(text.slice(0, -30)))
    expect(snapshotOf(cut).facts.notes[0]).toMatch(/^This dump is cut short/)
  })
})

/** Objects of three types, whose references go anywhere. */
const anyHeap: fc.Arbitrary<readonly TestRecord[]> = fc
  .integer({max: 14, min: 1})
  .chain(count => {
    const object = fc.nat(count - 1)
    return fc.tuple(
      fc.array(object, {maxLength: 3, minLength: 1}),
      fc.array(
        fc.record({
          memsize: fc.oneof(fc.integer({max: 60, min: 0}), fc.integer({max: 400, min: 60})),
          references: fc.array(object, {maxLength: 3}),
          type: fc.constantFrom('STRING', 'ARRAY', 'HASH'),
        }),
        {maxLength: count, minLength: count},
      ),
    )
  })
  .map(([roots, objects]) => {
    const at = (object: number) => `0x7f${(0x1000 + object * 40).toString(16).padStart(8, '0')}`
    return [
      {references: roots.map(at), root: 'vm', type: 'ROOT'},
      ...objects.map(({references, ...one}, object) => ({address: at(object), references: references.map(at), ...one})),
    ]
  })

async function subjectOf(records: readonly TestRecord[]): Promise<Subject> {
  return new Subject('any', await read(dumpOf(...records)))
}

describe('in any heap', () => {
  it('retained sizes and distances are ours', async () => {
    await fc.assert(
      fc.asyncProperty(anyHeap, async records => {
        const subject = await subjectOf(records)
        const {graph} = subject
        const nodes = parseSnapshot(snapshotOf(subject).text)
        const {count, first, members} = snapshotNodes(graph, subject.classes)
        expect(count).toBe(graph.retainedCounts[graph.root])
        const distances = distancesOf(nodes)
        for (let node = 0; node < count; node++) {
          const index = members[first[node]]
          expect(retainedBy(nodes, node)).toBe(graph.retainedSizes[index])
          expect(distances.get(node)).toBe(index === graph.root ? 0 : graph.pathFromRoot(index).length)
        }
      }),
      {numRuns: 200},
    )
  })

  it('folding changes the retained size of no object with a node of its own', async () => {
    let folded = 0
    await fc.assert(
      fc.asyncProperty(anyHeap, fc.integer({max: 500, min: 250}), async (records, mostBytes) => {
        const subject = await subjectOf(records)
        const {graph} = subject
        const {facts, text} = snapshotOf(subject, {mostBytes})
        const nodes = parseSnapshot(text)
        const {count, first, leastBytes, members} = snapshotNodes(graph, subject.classes, mostBytes)
        if (leastBytes === 0) return
        folded++
        expect(facts.notes.join(' ')).toContain(`objects that retain less than ${formatBytes(leastBytes)} are one node`)
        for (let node = 0; node < count; node++) {
          const index = members[first[node]]
          if (graph.retainedSizes[index] >= leastBytes) expect(retainedBy(nodes, node)).toBe(graph.retainedSizes[index])
        }

        // Nothing is lost.
        expect(nodes.reduce((sum, {selfSize}) => sum + selfSize, 0)).toBe(graph.retainedSizes[graph.root])
        expect(distancesOf(nodes).size).toBe(nodes.length)
      }),
      {numRuns: 300},
    )
    expect(folded).toBeGreaterThan(30)
  })
})
