// No share is above 100 %, in any rule and on any screen, and live memory adds up. A property test over random heaps
// with everything that does not count as live memory: thread stacks, the tracer, the agent, garbage.
import fc from 'fast-check'
import {expect, it} from 'vitest'
import {explain} from '../../../../src/lib/analysis/explain/explain.js'
import {memoryTree} from '../../../../src/lib/analysis/browse/memory-tree.js'
import {report} from '../../../../src/lib/analysis/report/report.js'
import {SECTIONS} from '../../../../src/lib/analysis/report/sections.js'
import {herokuCommand} from '../../../../src/lib/command-line.js'
import {reportPage} from '../../../../src/lib/render/html/report-page.js'
import {Analysis} from '../../../../src/lib/render/ink/Analysis.js'
import {Explained} from '../../../../src/lib/render/ink/Explained.js'
import {SectionScreen} from '../../../../src/lib/render/ink/SectionScreen.js'
import {markdownReport} from '../../../../src/lib/render/markdown.js'
import {showString} from '../../../../src/lib/render/mask.js'
import {cases} from '../../../support/cases.js'
import {heapOf} from '../../../support/heaps.js'
import {drawn} from '../../../support/screens.js'

const KINDS = [
  'HASH:Hash 900',
  'ARRAY:Array 400',
  'STRING:String 3000 bytesize=2900',
  'OBJECT:Cart 80',
  'DATA:Thread 400 struct=VM/thread',
  'DATA:Thread 1100000 struct=VM/thread',
  'DATA:Proc 80 struct=proc',
  'CLASS:Class 500',
  'DATA:Pool 90 struct=pool',
  'IMEMO 400 imemo_type=iseq',
  'DATA 400000 struct=ObjectTracing/allocation_info_tracer',
  'OBJECT:Watch 5000',
]

/**
 * Groups of similar objects: their type, number and generation, and how each refers to the next ones in its group and
 * others.
 */
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
        const age = traced
          ? `gen=${1 + ((at * 7) % newest)} at=/app/lib/shop.rb:${group}`
          : `flags={"old":${at % 9 !== 0}}`
        return `o${group}_${at} ${kind} ${age} > ${[...next, ...far].join(' ')}`
      }),
    )
    const tops = groups.flatMap(({chained, count}, group) =>
      Array.from({length: chained ? 1 : count}, (_, at) => `o${group}_${at}`),
    )
    const names = ['Object', 'Shop', 'Cart', 'Hash', 'Array', 'String', 'Thread', 'Proc', 'Pool', 'Class', 'Watch']
    return `ROOT vm > Object
      Object CLASS 500 name=Object > ${names.slice(1).join(' ')}
      ${names
        .slice(2)
        .map(name => `${name} CLASS 500 name=${name === 'Watch' ? 'Heapdump::Watch' : name}`)
        .join('\n')}
      Heapdump MODULE 500 name=Heapdump
      garbage STRING:String 70000
      Shop CLASS 500 name=Shop > list
      list ARRAY:Array 2000 size=${tops.length} > ${tops.join(' ')}
      ${lines.join('\n')}`
  })

it('no share of any table or suspect is above 1, and live memory adds up', {timeout: 120_000}, async () => {
  await fc.assert(
    fc.asyncProperty(anyHeap, async lines => {
      const {subject} = await heapOf(lines)
      const {suspects, totals, ...tables} = report(subject, {top: 0})
      expect(totals.aliveMemsize).toBeLessThanOrEqual(totals.reachableMemsize)
      expect(totals.garbageMemsize).toBeGreaterThanOrEqual(0)
      const parts = [totals.aliveMemsize, totals.garbageMemsize, totals.tracerMemsize, totals.agentMemsize]
      expect(parts.reduce((whole, bytes) => whole + bytes, 0)).toBe(tables.memory.heapBytes)
      for (const {share, retainedSize, title} of suspects) {
        expect(share, title).toBeLessThanOrEqual(1)
        expect(retainedSize, title).toBeLessThanOrEqual(totals.aliveMemsize)
      }

      for (const {aliveRetainedSize, retainedSize} of [
        ...tables.classes,
        ...tables.allocationSites,
        ...tables.dominators,
      ]) {
        expect(retainedSize).toBeLessThanOrEqual(totals.reachableMemsize)
        expect(aliveRetainedSize).toBeLessThanOrEqual(totals.aliveMemsize)
      }

      const sum = (rows: ReadonlyArray<{readonly aliveMemsize: number; readonly aliveObjects: number}>) => ({
        memsize: rows.reduce((all, {aliveMemsize}) => all + aliveMemsize, 0),
        objects: rows.reduce((all, {aliveObjects}) => all + aliveObjects, 0),
      })
      const alive = {memsize: totals.aliveMemsize, objects: totals.aliveObjects}
      expect(sum(tables.classes)).toEqual(alive)
      expect(sum(tables.gems)).toEqual(alive)
      expect(tables.survivors.reduce((all, {memsize}) => all + memsize, 0)).toBe(alive.memsize)
      const {children, retainedObjects, retainedSize} = memoryTree(subject, {depth: 9, nodes: 2000})
      expect({memsize: retainedSize, objects: retainedObjects}).toEqual(alive)
      expect(children.reduce((all, child) => all + child.retainedSize, 0)).toBeLessThanOrEqual(alive.memsize)
    }),
    {numRuns: cases(40)},
  )
})

it('no screen shows more than 100 %', {timeout: 120_000}, async () => {
  const next = herokuCommand('heapdump:analyze', ['d41'], [])
  await fc.assert(
    fc.asyncProperty(anyHeap, async lines => {
      const {subject} = await heapOf(lines, {processBytes: 2_000_000})
      const told = report(subject, {aliveOnly: true, paths: true, top: 50})
      const explained = ['Shop', 'String', 'Thread'].map(what => explain(subject, {showValues: false, top: 10, what}))
      const screens = [
        ...SECTIONS.map(section => (width: number) => (
          <SectionScreen next={next} report={told} sections={[section]} title="d41" width={width} />
        )),
        ...[true, false].map(verbose => (width: number) => (
          <Analysis next={[next]} report={told} title="d41" verbose={verbose} width={width} />
        )),
        ...explained.map(explanation => (width: number) => (
          <Explained dump={{name: 'd41', target: []}} explanation={explanation} title="d41" width={width} />
        )),
      ].map(screen => drawn(screen, 120))
      const page = reportPage({
        createdAt: new Date(0),
        report: told,
        showsValues: false,
        showString,
        title: 'd41',
        tree: memoryTree(subject, {depth: 9, nodes: 500}),
      })
      for (const text of [
        ...screens,
        page.replace(/<style>[^]*?<\/style>|<script[^]*?<\/script>/g, ''),
        markdownReport({report: told, showString, title: 'd41'}),
      ]) {
        for (const [, percent] of text.matchAll(/([\d,.]+) ?%/g))
          expect(Number(percent.replaceAll(',', '')), text).toBeLessThanOrEqual(100)
      }
    }),
    {numRuns: cases(8)},
  )
})
