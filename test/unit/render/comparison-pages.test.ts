// The pages of diff --html and trend --html as text: what a hostile dump could inject, and what they draw.
import {beforeAll, describe, expect, it} from 'vitest'
import {memoryTree} from '../../../src/lib/analysis/browse/memory-tree.js'
import {factsOf} from '../../../src/lib/analysis/report/report.js'
import {totals} from '../../../src/lib/analysis/tables/totals.js'
import {type GrowthPageInput, growthPage} from '../../../src/lib/render/html/growth-page.js'
import {type TrendPageInput, trendPage} from '../../../src/lib/render/html/trend-page.js'
import {heapOf} from '../../support/heaps.js'
import {suspect} from '../../support/reports.js'

const HOSTILE = `</script><img src=x onerror=alert(1)>"'<script>alert(2)</script>`
const STARTED = Date.UTC(2026, 10, 24, 8)
const past = [0, 1, 2].map(hour => ({bytes: 80e6 + hour * 10e6, timeMs: STARTED + hour * 3_600_000}))

let growth: GrowthPageInput
let trend: TrendPageInput
beforeAll(async () => {
  const lines = `
    ROOT vm > Shop
    Shop CLASS 500 name=${JSON.stringify(HOSTILE)} > text
    text STRING 9000`
  const {address, subject} = await heapOf(lines, {processBytes: 100e6})
  const tree = memoryTree(subject, {depth: 5, nodes: 50})
  const dump = {...factsOf(subject), parts: null, totals: totals(subject.graph)}
  const amount = {memsize: 9000, objects: 3}
  const path = [{...suspect().path[0], address: address('Shop'), label: HOSTILE}]
  const row = {grew: 1, memsizePerHour: 9000, memsizes: [1, 9000], objects: [1, 3], objectsPerHour: 1}
  const common = {createdAt: new Date(0), past, quotaBytes: 128 * 2 ** 20, trees: [tree, tree] as const}
  growth = {
    ...common,
    report: {
      comparedBy: 'identity',
      dumps: [
        {...dump, createdAt: '2026-11-24T08:30:00Z', name: HOSTILE},
        {...dump, createdAt: '2026-11-24T10:30:00Z', name: 'd2'},
      ],
      growth: [
        {
          ...amount,
          before: amount,
          className: HOSTILE,
          file: HOSTILE,
          line: 1,
          now: amount,
          owner: HOSTILE,
          role: 'object',
        },
        {
          ...amount,
          before: amount,
          className: 'Hash',
          file: null,
          line: null,
          now: amount,
          owner: '(garbage)',
          role: 'object',
        },
      ],
      hours: 2,
      kept: amount,
      memoryGrowth: null,
      movement: 'none',
      suspects: [suspect({owner: HOSTILE, path, title: HOSTILE})],
      totals: amount,
      tracingRestarted: false,
      verdict: {healthy: false, sentences: [`${HOSTILE}.`, HOSTILE]},
      warnings: [HOSTILE],
    },
    title: HOSTILE,
  }
  const stored = {
    growth: null,
    key: '',
    memoryBytes: 90e6,
    memsize: 1,
    objects: 1,
    parts: null,
    pid: 1,
    release: null,
    truncated: false,
  }
  const dumps = [
    {...stored, createdAt: '2026-11-24T08:30:00Z', id: HOSTILE},
    {...stored, createdAt: '2026-11-24T10:30:00Z', id: 'd2'},
  ]
  trend = {
    ...common,
    app: HOSTILE,
    report: {
      classes: [{...row, className: HOSTILE}],
      dumps,
      dyno: HOSTILE,
      heapPerHour: 1,
      hours: 2,
      memory: dumps,
      memoryGrowth: null,
      memoryPerHour: 1,
      otherProcesses: [],
      owners: [{...row, owner: HOSTILE}],
      process: HOSTILE,
      samples: [],
      sites: [{...row, file: HOSTILE, line: 3}],
    },
  }
})

describe.each([
  ['diff', () => growthPage(growth)],
  ['trend', () => trendPage(trend)],
])('the page of heapdump:%s', (_command, page) => {
  it('has only its own markup, and no name of the dump in a link', () => {
    const text = page()
    expect(text).toContain('&lt;img src=x onerror=alert(1)&gt;')
    expect(text).not.toContain('<img')
    expect(text.match(/<script/g)).toHaveLength(3)
    expect(text.match(/<\/script/g)).toHaveLength(3)
    for (const [, link] of text.matchAll(/ href="([^"]*)"/g)) expect(link).toMatch(/^#[a-z]+(-[a-z-]+|-\d+)?$/)
  })

  it('draws both maps, and the memory of the process with its dumps and limit', () => {
    const text = page()
    for (const id of ['before', 'after']) expect(text).toContain(`<section class="panel" id="${id}">`)
    expect(text.match(/<polyline/g)).toHaveLength(1)
    expect(text.match(/class="mark/g)).toHaveLength(2)
    expect(text).toContain('<b>128 MB quota</b>')
    expect(text).toContain('2026-11-24 08:00 UTC')
  })
})

it('leaves garbage out of what grew', () => {
  expect(growthPage(growth)).not.toContain('(garbage)')
})

it('draws no map and no table if no two dumps are of one run', () => {
  const {report} = trend
  const text = trendPage({
    ...trend,
    report: {...report, classes: [], dumps: [], heapPerHour: null, memoryPerHour: null, owners: [], sites: []},
    trees: null,
  })
  expect(text).toContain('No two dumps are from the same run of this process')
  expect(text).not.toContain('class="map"')
})
