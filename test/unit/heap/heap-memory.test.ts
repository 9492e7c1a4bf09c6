import {expect, it} from 'vitest'
import {HeapMemory} from '../../../src/lib/heap/heap-memory.js'

it('reports in a sentence that WebAssembly’s memory is exhausted', () => {
  const memory = new HeapMemory()
  const half = 2 ** 31 - 1000
  memory.allocateInput(half)
  expect(() => memory.allocateInput(half)).toThrow(
    expect.objectContaining({code: 'dump_too_large', message: 'Not enough memory for this dump.'}),
  )
})

it('keeps all records when columns outgrow their memory', () => {
  const memory = new HeapMemory()
  memory.begin(3, 1000, {likely: 0, most: 0}, true)
  for (let record = 0; record < 5000; record++) {
    memory.addReference(record * 2)
    memory.addReference(record * 2 + 1)
    memory.addRecord(
      record,
      record % 20,
      record + 1,
      record + 2,
      record + 3,
      record + 4,
      record + 5,
      record + 6,
      record + 7,
      record % 256,
    )
  }

  const {columns} = memory
  expect(columns.edges).toEqual(Int32Array.from({length: 10_000}, (_, edge) => edge))
  expect(columns.firstEdge).toEqual(Int32Array.from({length: 5001}, (_, record) => record * 2))
  const names = ['addresses', 'classes', 'memsizes', 'sites', 'generations', 'details', 'sizes', 'shapes'] as const
  const starts = [0, 1, 2, 3, 4, 5, 6, 7]
  for (const [at, name] of names.entries())
    expect([name, ...columns[name]]).toEqual([name, ...Array.from({length: 5000}, (_, record) => record + starts[at])])
  expect([...columns.types]).toEqual(Array.from({length: 5000}, (_, record) => record % 20))
  expect([...columns.flags]).toEqual(Array.from({length: 5000}, (_, record) => record % 256))
})
