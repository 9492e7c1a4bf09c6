// The agent's own objects are shown nowhere unless requested by name; the app's objects stay.
import {expect, it} from 'vitest'
import {isAgentFile} from '../../../../src/lib/analysis/objects/agent-objects.js'
import {takeSnapshot} from '../../../../src/lib/analysis/compare/snapshot.js'
import {growth} from '../../../../src/lib/analysis/compare/growth.js'
import {explain} from '../../../../src/lib/analysis/explain/explain.js'
import {memoryTree} from '../../../../src/lib/analysis/browse/memory-tree.js'
import {report} from '../../../../src/lib/analysis/report/report.js'
import {trendOf} from '../../../../src/lib/analysis/compare/trend.js'
import {heapOf} from '../../../support/heaps.js'

const AGENT = '/app/.heroku/heapdump/agent/heapdump'
const numbers = (count: number) => Array.from({length: count}, (_, at) => at)

/** An app with a Cart, and the agent: its own thread, a record of the app's stack, and its `samples`. */
const heapWith = (samples: number) =>
  heapOf(`
  ROOT vm > Object server watcher
  Object   CLASS 500 name=Object > String Thread Array Cart Heapdump Wrapper
  Wrapper  CLASS 500 name=ObjectSpace::InternalObjectWrapper
  String   CLASS 500 name=String
  Thread   CLASS 500 name=Thread
  Array    CLASS 500 name=Array
  Cart     CLASS 500 name=Cart > cart
  cart     OBJECT:Cart 4000 gen=3 at=/app/app/models/cart.rb:2 > note
  note     STRING:String 1000 bytesize=900 gen=3 at=/app/app/models/cart.rb:3
  server   DATA:Thread 400 struct=VM/thread > work
  work     ARRAY:Array 3000 size=0 gen=3 at=/app/app/models/cart.rb:4
  Heapdump MODULE 500 name=Heapdump > Stack Watch
  Watch    CLASS 500 name=Heapdump::Watch > watch
  Stack    CLASS 500 name=Heapdump::ThreadStack > record
  record   OBJECT:Stack 40 gen=9 at=${AGENT}/thread_stack.rb:27 > server listed
  listed   ARRAY:Array 80000 size=2 gen=9 at=${AGENT}/thread_stack.rb:28 > work wrapped
  wrapped  DATA:Wrapper 40000
  watch    OBJECT:Watch 40 > samples
  samples  ARRAY:Array 60000 size=${samples} > ${numbers(samples)
    .map(at => `sample${at}`)
    .join(' ')}
  ${numbers(samples)
    .map(at => `sample${at} STRING:String 3000 value="rss" bytesize=3 gen=${1 + (at % 9)} at=${AGENT}/watch.rb:50`)
    .join('\n  ')}
  watcher  DATA:Thread 1100000 struct=VM/thread > block own
  block    DATA 80 struct=proc > watch
  own      STRING:String 50000
`)

it('is in no table, suspect, map, comparison or trend', async () => {
  const [{subject: first}, {subject}] = [await heapWith(20), await heapWith(60)]
  for (const aliveOnly of [false, true]) {
    const {totals, memory: _memory, pages: _pages, ...tables} = report(subject, {aliveOnly, paths: true, top: 0})
    expect(JSON.stringify(tables)).not.toMatch(/heapdump/i)
    expect(totals.aliveMemsize).toBe(3000 + 4000 + 1000 + 400 + 3000)
    const told = [
      ...tables.largest,
      ...tables.dominators,
      ...tables.threads,
      ...tables.collections.largest,
      ...tables.collections.oversized,
    ].map(({address}) => subject.heap.find(address))
    for (const index of told) expect(subject.heap.memsize(index), String(index)).toBeLessThan(5000)
    expect(tables.suspects).toEqual([])
    expect(tables.threads).toHaveLength(1)
  }

  expect(JSON.stringify(memoryTree(subject, {depth: 9, nodes: 99}))).not.toMatch(/heapdump|60 ×/i)
  const grown = growth(subject, {earlier: [takeSnapshot(first)], hours: [1], movement: 'other-process', top: 0})
  expect(JSON.stringify([grown.growth, grown.suspects, grown.totals])).toBe('[[],[],{"memsize":0,"objects":0}]')
  const tallies = [first, subject].map(one => takeSnapshot(one).tally)
  expect(trendOf(tallies, [0, 1], 0)).toEqual({classes: [], owners: [], sites: []})
})

it('leaves objects shared with the app to the app', async () => {
  const {subject} = await heapWith(60)
  const instances = {objects: 1, owners: [{owner: 'Cart (class)'}], sites: [{file: '/app/app/models/cart.rb', line: 3}]}
  expect(explain(subject, {showValues: false, top: 0, what: 'String'})).toMatchObject({instances})
})

it('is not named in explanations of the app’s objects', async () => {
  const {address, subject} = await heapWith(60)
  const explained = ['Object', 'String', 'Thread', 'Array', address('server'), address('work')].map(what =>
    explain(subject, {showValues: false, top: 0, what}),
  )
  expect(JSON.stringify(explained).match(/.{60}heapdump.{20}/gi)).toBeNull()
})

it('is shown on request by name', async () => {
  const {subject} = await heapWith(60)
  expect(explain(subject, {showValues: false, top: 0, what: 'Heapdump::Watch'})).toMatchObject({
    instances: {objects: 1},
  })
  expect(explain(subject, {showValues: false, top: 0, what: 'watch.rb:50'})).toMatchObject({instances: {objects: 60}})
  expect(report(subject, {site: 'watch.rb:50', top: 0})).toMatchObject({
    allocationSites: [{line: 50, objects: 60}],
    classes: [{name: 'String', objects: 60}],
  })
})

it('knows its files wherever they are', () => {
  const agents = [
    '/app/.heroku/heapdump/agent/agent.rb',
    '/srv/shop/.heapdump/agent/agent.rb',
    '/app/vendor/heapdump/agent/heapdump/watch.rb',
  ]
  const others = ['/app/lib/heapdump.rb', '/app/vendor/bundle/ruby/3.3.0/gems/heapdump-1.0.0/lib/heapdump.rb']
  expect([...agents, ...others].filter(isAgentFile)).toEqual(agents)
})
