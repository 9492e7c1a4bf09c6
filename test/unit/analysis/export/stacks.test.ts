// Stacks of small heaps whose owners can be checked by eye.
import {describe, expect, it} from 'vitest'
import {type Stacks, stacks} from '../../../../src/lib/analysis/export/stacks.js'
import {report} from '../../../../src/lib/analysis/report/report.js'
import {heapOf} from '../../../support/heaps.js'

const SHOP = `
  ROOT vm > Object Hash String
  ROOT global_tbl > global
  Object CLASS 100 name=Object > Shop
  Hash   CLASS 100 name=Hash
  String CLASS 100 name=String
  Shop   MODULE 200 name=Shop > Cache
  Cache  CLASS 300 name=Shop::Cache > store
  store  HASH:Hash 168 size=2 at=/app/cache.rb:2 > a b
  a      STRING:String 40 at=/app/cache.rb:3
  b      STRING:String 50 at=/usr/lib/ruby/gems/3.1.0/gems/rack-2.2.4/lib/rack.rb:9
  global STRING:String 70
  lost   STRING:String 33
`

const lines = ({frames, stacks: all}: Stacks) =>
  all.map(
    ({frames: stack, memsize, objects, retainedSize}) =>
      `${stack.map(frame => frames[frame].name).join(' > ')}: ${objects} ${memsize} ${retainedSize}`,
  )

describe('stacks', () => {
  it('are the owners above an object, and its class', async () => {
    const {subject} = await heapOf(SHOP)
    expect(lines(stacks(subject, {by: 'owner'}))).toEqual([
      'Shop > Shop::Cache > (CLASS): 1 300 558',
      'Shop > (MODULE): 1 200 758',
      'Shop > Shop::Cache > Hash: 1 168 258',
      'Object > (CLASS): 1 100 858',
      'Hash > (CLASS): 1 100 100',
      'String > (CLASS): 1 100 100',
      'Shop > Shop::Cache > String: 2 90 90',
      'global variables > String: 1 70 70',
    ])
  })

  it('are the gem and the line that allocated an object', async () => {
    const {subject} = await heapOf(SHOP)
    const bySite = stacks(subject, {by: 'site'})
    expect(lines(bySite)).toEqual([
      '(not traced): 6 870 870',
      'app > /app/cache.rb:2: 1 168 258',
      'rack-2.2.4 > /usr/lib/ruby/gems/3.1.0/gems/rack-2.2.4/lib/rack.rb:9: 1 50 50',
      'app > /app/cache.rb:3: 1 40 40',
    ])
    expect(bySite.frames).toContainEqual({file: '/app/cache.rb', line: 2, name: '/app/cache.rb:2'})
  })

  it.each(['owner', 'site'] as const)('by %s add up to live memory', async by => {
    const {subject} = await heapOf(SHOP)
    const {aliveMemsize, aliveObjects} = report(subject, {top: 1}).totals
    const all = stacks(subject, {by}).stacks
    expect(all.reduce((sum, {memsize}) => sum + memsize, 0)).toBe(aliveMemsize)
    expect(all.reduce((sum, {objects}) => sum + objects, 0)).toBe(aliveObjects)
  })
})
