import {beforeAll, describe, expect, it} from 'vitest'
import {herokuCommand} from '../../src/lib/command-line.js'
import {type AnalysisReport, report} from '../../src/lib/analysis/report/report.js'
import {SECTIONS} from '../../src/lib/analysis/report/sections.js'
import {Analysis} from '../../src/lib/render/ink/Analysis.js'
import {SectionScreen} from '../../src/lib/render/ink/SectionScreen.js'
import {heapOf} from '../support/heaps.js'
import {glibcRecord} from '../support/memory-records.js'
import {drawn, widthOf} from '../support/screens.js'
import {statementCache} from '../support/statement-cache.js'

const NEXT = herokuCommand('heapdump:explain', ['d41', '0x7f3d972c0070'])

let whole: AnalysisReport
let ofClass: AnalysisReport
beforeAll(async () => {
  const {subject} = await statementCache()
  whole = report(subject, {aliveOnly: true, paths: true, top: 6})
  ofClass = report(subject, {aliveOnly: true, className: 'String', paths: true, top: 6})
})

describe.each([80, 120])('%i columns', width => {
  it.each(SECTIONS)('--section %s', async section => {
    const screen = (columns: number) => <SectionScreen next={NEXT} report={whole} sections={[section]} title="d41 · ⬢ shop" width={columns} />
    const plain = drawn(screen, width)
    expect(widthOf(plain)).toBeLessThanOrEqual(width)
    await expect(plain).toMatchFileSnapshot(`screens/section-${section}-${width}.txt`)
    await expect(drawn(screen, width, true)).toMatchFileSnapshot(`screens/section-${section}-${width}.ansi`)
  })

  it.each(['sites', 'paths', 'generations'] as const)('--section %s --class String', async section => {
    const screen = (columns: number) => <SectionScreen next={NEXT} report={ofClass} sections={[section]} title="d41 · ⬢ shop" width={columns} />
    expect(widthOf(drawn(screen, width))).toBeLessThanOrEqual(width)
    await expect(drawn(screen, width)).toMatchFileSnapshot(`screens/section-${section}-of-class-${width}.txt`)
  })

  it('--section memory with a memory record', async () => {
    const {subject} = await heapOf('ROOT vm > Object\nObject CLASS 3000000 name=Object', {memory: glibcRecord()})
    const screen = (columns: number) => <SectionScreen next={NEXT} report={report(subject, {top: 6})} sections={['memory']} title="d41 · ⬢ shop" width={columns} />
    expect(widthOf(drawn(screen, width))).toBeLessThanOrEqual(width)
    await expect(drawn(screen, width)).toMatchFileSnapshot(`screens/section-memory-recorded-${width}.txt`)
    await expect(drawn(screen, width, true)).toMatchFileSnapshot(`screens/section-memory-recorded-${width}.ansi`)
  })

  it('the first page fits', () => {
    const screen = (columns: number) => <Analysis next={[NEXT]} report={ofClass} title="d41 · ⬢ shop" width={columns} />
    const plain = drawn(screen, width)
    expect(widthOf(plain)).toBeLessThanOrEqual(width)
    expect(plain).toContain('Only String: 63 objects')
  })
})

it('colours add nothing but colour', () => {
  for (const section of SECTIONS) {
    const screen = (columns: number) => <SectionScreen next={NEXT} report={whole} sections={[section]} title="d41" width={columns} />
    // eslint-disable-next-line no-control-regex
    expect(drawn(screen, 80, true).replaceAll(/\u001b\[\d+m/g, '').replaceAll(/ +$/gm, '')).toBe(drawn(screen, 80))
  }
})

it('leaves the allocation tracer and garbage out of live memory', async () => {
  const {subject} = await heapOf(`
    ROOT vm > Object tracer
    Object CLASS 600 name=Object > Cart
    Cart CLASS 500 name=Cart > cart
    cart OBJECT:Cart 4000 at=/app/cart.rb:3 gen=3
    garbage OBJECT:Cart 70000 at=/app/cart.rb:9 gen=4
    tracer DATA:Object 900000 struct=ObjectTracing/allocation_info_tracer
  `)
  const traced = report(subject, {aliveOnly: true, top: 10})
  for (const section of ['classes', 'gems', 'sites'] as const) {
    expect(drawn(width => <SectionScreen next={NEXT} report={traced} sections={[section]} title="d41" width={width} />, 80)).not.toMatch(/900 kB|7\d\.\d kB|tracer/)
  }
})

it('says how to see masked strings', async () => {
  const {subject} = await statementCache()
  const masked = report(subject, {aliveOnly: true, masked: true, top: 6})
  const screen = (one: AnalysisReport) => drawn(width => <Analysis next={[NEXT]} report={one} title="d41" verbose width={width} />, 80)
  expect(screen(masked)).toMatch(/Duplicate strings .*--show-values/)
  expect(screen(whole)).not.toContain('--show-values')
})
