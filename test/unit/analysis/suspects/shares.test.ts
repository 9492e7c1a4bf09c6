// No share is above 1, whoever holds what: property test over heaps made at random.
import fc from 'fast-check'
import {expect, it} from 'vitest'
import {report} from '../../../../src/lib/analysis/report.js'
import {heapOf} from '../../../support/heaps.js'

const KINDS = [
  'HASH:Hash 900', 'ARRAY:Array 400', 'STRING:String 3000 bytesize=2900', 'OBJECT:Cart 80', 'DATA:Thread 400 struct=VM/thread',
  'DATA:Thread 1100000 struct=VM/thread', 'DATA:Proc 80 struct=proc', 'CLASS:Class 500', 'DATA:Pool 90 struct=pool', 'IMEMO 400 imemo_type=iseq',
]

/** Groups of like objects: what they are, how many, since when, and how each refers to the next ones of its group and of the others. */
const anyHeap = fc
  .array(
    fc.record({
      chained: fc.boolean(),
      count: fc.integer({max: 90, min: 1}),
      kind: fc.constantFrom(...KINDS),
      newest: fc.integer({max: 40, min: 1}),
      others: fc.array(fc.nat(6), {maxLength: 3}),
      traced: fc.boolean(),
    }),
    {maxLength: 6, minLength: 1},
  )
  .map(groups => {
    const lines = groups.flatMap(({chained, count, kind, newest, others, traced}, group) =>
      Array.from({length: count}, (_, at) => {
        const next = chained && at + 1 < count ? [`o${group}_${at + 1}`] : []
        const far = others.flatMap(other => (other < groups.length ? [`o${other}_${at % groups[other].count}`] : []))
        const age = traced ? `gen=${1 + ((at * 7) % newest)} at=/app/lib/shop.rb:${group}` : `flags={"old":${at % 9 !== 0}}`
        return `o${group}_${at} ${kind} ${age} > ${[...next, ...far].join(' ')}`
      }),
    )
    const tops = groups.flatMap(({chained, count}, group) => Array.from({length: chained ? 1 : count}, (_, at) => `o${group}_${at}`))
    const names = ['Object', 'Shop', 'Cart', 'Hash', 'Array', 'String', 'Thread', 'Proc', 'Pool', 'Class']
    return `ROOT vm > Object
      Object CLASS 500 name=Object > ${names.slice(1).join(' ')}
      ${names.slice(2).map(name => `${name} CLASS 500 name=${name}`).join('\n')}
      Shop CLASS 500 name=Shop > list
      list ARRAY:Array 2000 size=${tops.length} > ${tops.join(' ')}
      ${lines.join('\n')}`
  })

it('no share of any table or suspect is above the whole', {timeout: 120_000}, async () => {
  await fc.assert(
    fc.asyncProperty(anyHeap, async lines => {
      const {subject} = await heapOf(lines)
      const {suspects, totals, ...tables} = report(subject, {generation: null, top: 0})
      for (const {share, retainedSize, title} of suspects) {
        expect(share, title).toBeLessThanOrEqual(1)
        expect(retainedSize, title).toBeLessThanOrEqual(totals.reachableMemsize)
      }

      for (const {retainedSize} of [...tables.classes, ...tables.allocationSites, ...tables.retainers]) expect(retainedSize).toBeLessThanOrEqual(totals.reachableMemsize)
    }),
    {numRuns: 40},
  )
})
