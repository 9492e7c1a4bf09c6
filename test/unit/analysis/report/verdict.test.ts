import {describe, expect, it} from 'vitest'
import {factsOf, report} from '../../../../src/lib/analysis/report/report.js'
import {verdictOf} from '../../../../src/lib/analysis/report/verdict.js'
import {heapOf} from '../../../support/heaps.js'

const told = async (lines: string) => {
  const {subject} = await heapOf(lines)
  return verdictOf(report(subject, {top: 0}))
}

describe('the verdict', () => {
  const HEAP = `
    ROOT vm > Object
    Object CLASS 500 name=Object > String text
    String CLASS 500 name=String
    text STRING:String 1000000`

  it('mentions garbage from a tenth of the heap on, and leaves it out of live memory', async () => {
    const {subject} = await heapOf(`${HEAP}\ngarbage STRING:String 200000 gen=4 at=/app/a.rb:1`)
    expect(verdictOf(report(subject, {top: 0})).sentences.join(' ')).toContain(
      '200 kB is garbage, which a GC frees: not a leak.',
    )
    expect(report(subject, {top: 0})).toMatchObject({
      generations: [{generation: null}, {generation: 4, objects: 1}],
      survivors: [{generation: null}],
    })
    expect((await told(`${HEAP}\ngarbage STRING:String 20000`)).sentences.join(' ')).not.toContain('garbage')
  })

  it('is refused for a dump with only a part of the heap', async () => {
    const part = await told('a ARRAY 40 size=2 > b\nb STRING 40')
    expect(part).toMatchObject({
      healthy: false,
      sentences: [expect.stringContaining('this dump has only a part of the heap')],
    })
    const {subject} = await heapOf(HEAP)
    expect(factsOf(subject).partial).toBe(false)
  })
})
