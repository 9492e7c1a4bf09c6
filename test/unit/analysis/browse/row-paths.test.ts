// Paths to root for the rows of tables, of small heaps with obvious paths.
import {expect, it} from 'vitest'
import {rowPaths, type RowPaths} from '../../../../src/lib/analysis/browse/row-paths.js'
import {heapOf} from '../../../support/heaps.js'

const LINES = `
  ROOT vm > Shop
  Shop   CLASS 500 name=Shop > small store
  Order  CLASS 500 name=Order
  Hash   CLASS 500 name=Hash
  String CLASS 500 name=String
  store  HASH:Hash 168 size=1 > large
  small  OBJECT:Order 40 at=/app/shop.rb:3 gen=4
  large  OBJECT:Order 40 at=/app/shop.rb:3 gen=4 > text
  text   STRING:String 9000 at=/app/shop.rb:4 gen=4
  lost   OBJECT:Order 99000 at=/app/lost.rb:1 gen=4
`

/** From the root down. */
function labelsTo({steps}: RowPaths, end: number | null | undefined): string[] {
  if (end === null || end === undefined) return []
  const {above, label, reference} = steps[end]
  return [...labelsTo({steps} as RowPaths, above), `${reference ?? ''} ${label}`.trim()]
}

it('lead to an object, or to the one of a class or line that retains most', async () => {
  const {address, subject} = await heapOf(LINES)
  const paths = rowPaths(subject, {
    addresses: [address('text')],
    classes: ['Order'],
    sites: [{file: '/app/shop.rb', line: 3}],
  })
  const toLarge = ['ROOT VM Shop (class)', 'constant or variable Hash, 1 entry', 'key or value Order']
  expect(labelsTo(paths, paths.addresses[0])).toEqual([...toLarge, 'String, 9.0 kB'])
  expect(labelsTo(paths, paths.classes[0])).toEqual(toLarge)
  expect(labelsTo(paths, paths.sites[0])).toEqual(toLarge)
})

it('have each step once, and none for garbage or unknown rows', async () => {
  const {address, subject} = await heapOf(LINES)
  const paths = rowPaths(subject, {
    addresses: [address('text'), address('large'), address('lost'), '0x1'],
    classes: ['Nobody'],
    sites: [
      {file: '/app/lost.rb', line: 1},
      {file: '/app/shop.rb', line: null},
    ],
  })
  expect(paths.steps).toHaveLength(4)
  expect(paths.addresses.slice(2)).toEqual([null, null])
  expect([paths.classes, paths.sites]).toEqual([[null], [null, null]])
})
