import {beforeAll, describe, expect, it} from 'vitest'
import {type AnalysisReport, report} from '../../src/lib/analysis/report/report.js'
import {Analysis} from '../../src/lib/render/ink/Analysis.js'
import {DENSITIES} from '../../src/lib/render/ink/FirstPage.js'
import {nextAfterFirstPage} from '../../src/lib/render/next-after.js'
import {renderToFit} from '../../src/lib/render/ink/render-screen.js'
import {heapOf} from '../support/heaps.js'
import {glibcRecord} from '../support/memory-records.js'
import {CLASSES, leaking} from '../support/leaking-heap.js'
import {MEGABYTE, pastOf} from '../support/histories.js'
import {suspect} from '../support/reports.js'
import {drawn, widthOf} from '../support/screens.js'

const nextOf = (one: AnalysisReport, room = true) => nextAfterFirstPage(one, {name: 'd41', target: ['-a', 'shop']}, {room, verbose: false})
const title = 'd41 · ⬢ shop web.1 · puma worker 0'
const reports = new Map<string, AnalysisReport>()
beforeAll(async () => {
  for (const [name, text, processBytes] of [
    ['leaks', leaking(true), 212e6],
    ['leaks-untraced', leaking(false), 212e6],
    ['healthy', CLASSES.replace('PriceList Rooms Texts ', ''), 61e6],
  ] as const) {
    const {subject} = await heapOf(text, {processBytes})
    reports.set(name, report(subject, {aliveOnly: true, masked: true, top: 10}))
  }

  for (const [name, text] of [
    ['leaks-recorded', leaking(true)],
    ['healthy-recorded', CLASSES.replace('PriceList Rooms Texts ', '')],
  ] as const) {
    const {subject} = await heapOf(text, {memory: glibcRecord(), processBytes: 70e6})
    reports.set(name, report(subject, {aliveOnly: true, masked: true, top: 10}))
  }

  const past = pastOf({minutes: 480, old: minute => 90_000 + minute * 30, rss: minute => (140 + minute / 6.6) * MEGABYTE, usedBytes: 424e6})
  const {subject} = await heapOf(leaking(true), {past, processBytes: 212e6})
  const climbing = report(subject, {aliveOnly: true, masked: true, top: 10})
  const since = {comparedBy: 'report', id: 'd3k', key: '', liveBytes: 612_000, memoryBytes: 18e6, most: {bytes: 540_000, owner: 'PriceList'}, oldObjects: 3600, part: {bytes: 17e6, group: 'native'}, seconds: 7260} as const
  reports.set('climbing', {...climbing, sincePrevious: since})
})

describe.each([80, 120])('the first page, %i columns', width => {
  it.each(['leaks', 'leaks-recorded', 'leaks-untraced', 'climbing', 'healthy', 'healthy-recorded'])('%s', async name => {
    const screen = (columns: number) => <Analysis next={nextOf(reports.get(name)!)} report={reports.get(name)!} title={title} width={columns} />
    expect(widthOf(drawn(screen, width))).toBeLessThanOrEqual(width)
    await expect(drawn(screen, width)).toMatchFileSnapshot(`screens/first-page-${name}-${width}.txt`)
    await expect(drawn(screen, width, true)).toMatchFileSnapshot(`screens/first-page-${name}-${width}.ansi`)
  })
})

describe.each([80, 120])('in the folder of the app, %i columns', width => {
  const source = (file: string, line: number | null) => (file.endsWith('/price_list.rb') && line === 11 ? {first: 10, lines: ['def quote(sku, cents)', '  QUOTES["#{sku}:#{cents}"] = render(sku, cents)', 'end']} : null)

  it('shows the line itself', async () => {
    const one = reports.get('leaks-recorded')!
    const screen = (columns: number) => <Analysis next={nextOf(one)} report={one} source={source} title={title} width={columns} />
    expect(widthOf(drawn(screen, width))).toBeLessThanOrEqual(width)
    await expect(drawn(screen, width)).toMatchFileSnapshot(`screens/first-page-code-${width}.txt`)
    await expect(drawn(screen, width, true)).toMatchFileSnapshot(`screens/first-page-code-${width}.ansi`)
  })

  it('--verbose', async () => {
    const one = reports.get('leaks-recorded')!
    const screen = (columns: number) => <Analysis next={nextOf(one)} report={one} source={source} title={title} verbose width={columns} />
    expect(widthOf(drawn(screen, width))).toBeLessThanOrEqual(width)
    await expect(drawn(screen, width)).toMatchFileSnapshot(`screens/first-page-verbose-${width}.txt`)
  })
})

describe('on a terminal of 80 × 24', () => {
  const fitted = (one: AnalysisReport) => renderToFit(DENSITIES.map(density => <Analysis key={density.rows} density={density} next={nextOf(one, false)} report={one} title={title} width={80} />), 80, 24)

  it.each(['leaks', 'leaks-recorded', 'leaks-untraced', 'healthy'])('%s fits, with a row for the prompt', async name => {
    const screen = fitted(reports.get(name)!)
    expect(screen.split('\n').length).toBeLessThan(24)
    await expect(screen).toMatchFileSnapshot(`screens/first-page-${name}-80x24.txt`)
  })

  it('names each of many suspects, and shows the first with its evidence', () => {
    const one = reports.get('leaks')!
    const [worst] = one.suspects
    const many = Array.from({length: 5}, (_, index) => ({...worst, title: `Number ${index + 1} keeps adding to a Hash`}))
    const screen = fitted({...one, suspects: many})
    expect(screen.split('\n').length).toBeLessThan(24)
    for (const {title: told} of many) expect(screen).toContain(told)
    expect(screen).toContain('price_list.rb:11')
  })
})

it('shows the same share of live memory for a suspect and in the table', async () => {
  const garbage = Array.from({length: 400}, (_, index) => `garbage${index} STRING:String 9000`).join('\n')
  const {subject} = await heapOf(`${leaking(true)}\n${garbage}`)
  const one = report(subject, {aliveOnly: true, masked: true, top: 10})
  const priceList = one.suspects.find(({owner}) => owner === 'PriceList')!
  const share = drawn(width => <Analysis next={[]} report={one} title={title} width={width} />, 80).match(/PriceList \(class\)\s+[\d.]+ [kM]B\s+([\d.]+) %/)![1]
  expect(Number(share)).toBeCloseTo(priceList.share * 100, 0)
})

it('names a collection only once', () => {
  const evidence = ['Hash, 32 entries: 32 × Array (8.0 MB)', 'survivors from all 8 GCs']
  const path = [{address: '0x28', className: 'Hash', label: 'Hash, 32 entries', reference: null, role: 'object', type: 'HASH'} as const]
  const one = {...reports.get('leaks')!, suspects: [suspect({evidence, path})]}
  const screen = drawn(width => <Analysis next={[]} report={one} title={title} width={width} />, 80)
  expect(screen.match(/Hash, 32 entries/g)).toHaveLength(1)
})
