// The shape tree: names of instance variables, even if a file chains more of them than Ruby ever does.
import {expect, it} from 'vitest'
import {ShapeTable} from '../../../src/lib/heap/shape-table.js'
import {cases} from '../../support/cases.js'

const chain = (length: number): ShapeTable => {
  const shapes = new ShapeTable()
  for (let id = 1; id <= length; id++) shapes.add(id, id - 1, `@v${id}`)
  return shapes
}

it('collects the names of variables from the root down', () => {
  expect(chain(3).variables(3)).toEqual(['@v1', '@v2', '@v3'])
  expect(chain(900).variables(900)).toHaveLength(900)
})

it('has none for a shape that Ruby cannot have, and is fast with an object for each shape in a long chain', () => {
  const shapes = chain(100_000)
  expect(shapes.variables(100_000)).toEqual([])
  const before = process.memoryUsage().heapUsed
  const step = Math.floor(100_000 / cases(33_333))
  for (let id = 1; id <= 100_000; id += step) shapes.variables(id)
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(100e6)
  expect(shapes.variables(500)).toHaveLength(500)
}, 60_000)

it('terminates if shapes form a ring', () => {
  const shapes = new ShapeTable()
  shapes.add(1, 2, '@a')
  shapes.add(2, 1, '@b')
  expect(shapes.variables(1)).toEqual(['@b', '@a'])
})
