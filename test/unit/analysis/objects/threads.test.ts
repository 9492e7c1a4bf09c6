// Names of threads, what is on their stacks or in their own variables, and which have ended.
import {readFileSync} from 'node:fs'
import {describe, expect, it} from 'vitest'
import {growth} from '../../../../src/lib/analysis/compare/growth.js'
import {findOwners} from '../../../../src/lib/analysis/compare/owners.js'
import {takeSnapshot} from '../../../../src/lib/analysis/compare/snapshot.js'
import {labelOf, referenceLabel} from '../../../../src/lib/analysis/objects/labels.js'
import {isDead} from '../../../../src/lib/analysis/suspects/rules/threads.js'
import {threadGroups} from '../../../../src/lib/analysis/objects/threads.js'
import {reservedStack} from '../../../../src/lib/analysis/objects/reserved-stack.js'
import {heapOf} from '../../../support/heaps.js'
import {read} from '../../../support/dump-text.js'

/**
 * Two threads of a pool and two others, with the agent's record of the first one's stack. `locals`: the number of
 * strings in its own variable.
 */
const heapWith = (locals = 1) =>
  heapOf(`
  ROOT vm > Object one two sweeper other
  Object CLASS 500 name=Object > String Array Thread Sweeper Mailer Heapdump
  String CLASS 500 name=String
  Array CLASS 500 name=Array
  Thread CLASS 500 name=Thread
  Sweeper CLASS 500 name=Sweeper
  Mailer CLASS 500 name=Mailer
  Heapdump MODULE 500 name=Heapdump > Stack
  Stack CLASS 500 name=Heapdump::ThreadStack > record
  record OBJECT:Stack 40 > one listed
  listed ARRAY:Array 40 size=2 > local request
  one DATA:Thread 400 struct=VM/thread > local name1
  local ARRAY:Array 40 size=${locals} > ${Array.from({length: locals}, (_, at) => `text${at}`).join(' ')}
  ${Array.from({length: locals}, (_, at) => `text${at} STRING:String 40000 bytesize=39000`).join('\n  ')}
  request ARRAY:Array 40 size=0
  name1 STRING:String 40 frozen=true bytesize=15 value="puma srv tp 001"
  two DATA:Thread 400 struct=VM/thread > name2
  name2 STRING:String 40 frozen=true bytesize=15 value="puma srv tp 002"
  sweeper DATA:Thread 400 struct=VM/thread > block literal
  block DATA 80 struct=proc > sweeping
  sweeping OBJECT:Sweeper 40
  literal STRING:String 40 frozen=true fstring=true bytesize=7 value="sweeper"
  other DATA:Thread 400 struct=VM/thread > text
  text STRING:String 40 bytesize=20 value="a letter to somebody"
`)

describe('a thread', () => {
  it('has its name, even if no other string is equal; otherwise that of what it runs', async () => {
    const {
      index,
      subject: {heap},
    } = await heapWith()
    const names = ['one', 'two', 'sweeper', 'other'].map(name => labelOf(heap, index(name)))
    expect(names).toEqual(['Thread "puma srv tp 001"', 'Thread "puma srv tp 002"', 'Thread of Sweeper', 'Thread'])
  })

  it('is one row with the others of its pool, with what they run', async () => {
    const {subject} = await heapWith()
    expect(threadGroups(subject, {top: 0}).map(({kind, name, runs, threads}) => [kind, name, runs, threads])).toEqual([
      ['thread', 'puma srv tp', null, 2],
      ['thread', null, 'Sweeper', 1],
      ['thread', null, null, 1],
    ])
  })

  it('has its own variables, which are not on its stack', async () => {
    const {
      index,
      subject: {graph, heap},
    } = await heapWith()
    expect(['local', 'request'].map(name => referenceLabel(heap, index('one'), index(name)))).toEqual([
      'fiber-local',
      'stack',
    ])
    expect(referenceLabel(heap, index('other'), index('text'))).toBe('stack or thread-local')
    const {names, ownerOf} = findOwners(graph)
    const ownerOfName = (name: string) => names[ownerOf[index(name)]]
    expect(['local', 'text0', 'request', 'sweeping'].map(ownerOfName)).toEqual([
      'fiber-local of Thread "puma srv tp"',
      'fiber-local of Thread "puma srv tp"',
      'Thread "puma srv tp"',
      'Sweeper',
    ])
  })

  it('grows by name in a comparison', async () => {
    const [{subject: first}, {subject}] = [await heapWith(), await heapWith(9)]
    const {suspects} = growth(subject, {earlier: [takeSnapshot(first)], hours: [1], movement: 'other-process', top: 0})
    expect(suspects.map(({owner}) => owner)).toEqual(['fiber-local of Thread "puma srv tp"'])
    expect(suspects[0].path.map(({label}) => label)).toEqual(['Thread "puma srv tp 001"', 'Array, 9 elements'])
  })
})

describe.each(['3.2', '3.3', '3.4', '4.0'])('in a dump of a 32-bit Ruby %s', ruby => {
  it('no thread has ended, and stacks do not count as live memory', async () => {
    const {heap} = await read(
      readFileSync(new URL(`../../../fixtures/dumps/ruby-${ruby}-traced.json.gz`, import.meta.url)),
    )
    const threads = heap.natives('VM/thread')
    const [main] = threads.toSorted((a, b) => a - b)
    expect(threads.filter(thread => thread === main && isDead(heap, thread))).toEqual([])
    expect(reservedStack(heap, main)).toBe(ruby === '4.0' ? 1 << 19 : 0)
  })
})
