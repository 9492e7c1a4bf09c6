// The memory tree of small heaps with obvious dominators.
import {describe, expect, it} from 'vitest'
import {type MemoryNode, memoryTree} from '../../../../src/lib/analysis/browse/memory-tree.js'
import {Subject} from '../../../../src/lib/analysis/objects/subject.js'
import {dumpOf, read, type TestRecord} from '../../../support/dump-text.js'

const at = (number: number) => `0x7f${(0x1000 + number * 40).toString(16).padStart(8, '0')}`

/** ROOT → class Cache → Hash → 50 Strings of 100 bytes, one of 9,000, three Arrays. */
const records: TestRecord[] = [
  {references: [at(1)], root: 'vm', type: 'ROOT'},
  {address: at(1), memsize: 500, name: 'Cache', references: [at(2)], type: 'CLASS'},
  {
    address: at(2),
    memsize: 1000,
    references: Array.from({length: 54}, (_, index) => at(index + 10)),
    size: 54,
    type: 'HASH',
  },
  ...Array.from({length: 50}, (_, index) => ({address: at(index + 10), bytesize: 80, memsize: 100, type: 'STRING'})),
  {address: at(60), bytesize: 8960, memsize: 9000, type: 'STRING'},
  ...Array.from({length: 3}, (_, index) => ({
    address: at(index + 61),
    length: 1,
    memsize: 40,
    references: [at(70 + index)],
    type: 'ARRAY',
  })),
  ...Array.from({length: 3}, (_, index) => ({address: at(index + 70), memsize: 60, type: 'STRING'})),
  {address: at(90), memsize: 7777, type: 'STRING'},
]

const treeOf = async (lines: readonly TestRecord[], options = {depth: 20, nodes: 1000}) =>
  memoryTree(new Subject('test', await read(dumpOf(...lines))), options)
const flat = (node: MemoryNode): MemoryNode[] => [node, ...node.children.flatMap(flat)]

describe('the memory tree', () => {
  it('follows the dominators from the whole down, without garbage', async () => {
    const whole = await treeOf(records)
    expect(whole).toMatchObject({
      label: 'All live objects',
      retainedObjects: 59,
      retainedSize: 500 + 1000 + 5000 + 9000 + 300,
    })
    expect(whole.children).toMatchObject([{address: at(1), label: 'Cache (class)', reference: 'ROOT VM'}])
    expect(whole.children[0].children).toMatchObject([{label: '(HASH), 54 entries', reference: 'constant or variable'}])
  })

  it('groups similar objects, and shows a few, or one that stands out, separately', async () => {
    const [hash] = (await treeOf(records)).children[0].children
    expect(hash.children.map(child => [child.label, child.objects, child.retainedSize])).toEqual([
      ['(STRING), 9.0 kB', 1, 9000],
      ['50 × (STRING)', 50, 5000],
      ['(ARRAY), 1 element', 1, 100],
      ['(ARRAY), 1 element', 1, 100],
      ['(ARRAY), 1 element', 1, 100],
    ])
  })

  it('limits nodes to the largest ones, and levels', async () => {
    const four = await treeOf(records, {depth: 20, nodes: 4})
    expect(flat(four).map(node => node.retainedSize)).toEqual([15_800, 15_800, 15_300, 9000])
    expect(flat(await treeOf(records, {depth: 1, nodes: 1000}))).toHaveLength(2)
  })

  it('never has larger children than their parent', async () => {
    for (const node of flat(await treeOf(records))) {
      expect(node.children.reduce((sum, child) => sum + child.retainedSize, 0) + node.memsize).toBeLessThanOrEqual(
        node.retainedSize,
      )
    }
  })
})
