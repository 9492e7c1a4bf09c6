import {memoryGrowth} from '../../src/lib/analysis/tables/memory-growth.js'
import {describe, expect, it} from 'vitest'
import {TrendScreen} from '../../src/lib/render/ink/TrendScreen.js'
import {drawn, widthOf} from '../support/screens.js'

type Props = Parameters<typeof TrendScreen>[0]

const MB = 1e6
const memory: Props['memory'] = ([[0, 180], [9, 240], [20, 330], [21, 175], [26, 205], [32, 262], [44, 291], [47, 398], [48, 412]] as const).map(([hour, size]) => ({
  createdAt: new Date(Date.UTC(2026, 10, 22, 8 + hour)).toISOString(),
  memoryBytes: size * MB,
  pid: hour < 21 ? 14 : 17,
  release: hour < 21 ? 'v213' : 'v214',
}))

const row = (memsizes: readonly number[], memsizePerHour: number, objects: readonly number[]) => ({
  grew: memsizes.filter((one, at) => at > 0 && one > memsizes[at - 1]).length, memsizePerHour, memsizes, objects, objectsPerHour: 12,
})

const leak = row([14.2 * MB, 20 * MB, 33 * MB, 50.1 * MB, 62.3 * MB], 2.9 * MB, [41_000, 60_000, 98_000, 140_000, 180_036])
const cache = row([8 * MB, 8.1 * MB, 9.9 * MB, 9.2 * MB, 9.4 * MB], 61_000, [4000, 4001, 4100, 4050, 4090])

/** Mostly native memory grows. */
const partsOf = (at: number) => ({agent: 0, allocator: (20 + at) * MB, jit: 12 * MB, libraries: 14 * MB, native: (30 + 7 * at) * MB, objects: (90 + 12 * at) * MB, other: 0, slots: 9 * MB, stacks: 1.2 * MB})

const screens: Record<string, Omit<Props, 'width'>> = {
  leak: {
    app: 'shop',
    classes: [{className: 'String', ...leak}, {className: 'ActiveRecord::ConnectionAdapters::PostgreSQLAdapter::StatementPool::Entry', ...cache}],
    dumps: memory.slice(4).map(({createdAt, memoryBytes}, at) => ({createdAt, growth: {bytes: at * 50 * MB, dumps: at, whileDumping: at * 0.7 * MB}, id: `d3${at}xq`, memoryBytes, memsize: leak.memsizes[at] + 90 * MB, objects: 700_000, parts: partsOf(at)})),
    dyno: 'web.1',
    heapPerHour: 2.95 * MB,
    hours: 22,
    memory,
    memoryGrowth: memoryGrowth(partsOf(0), partsOf(4)),
    memoryPerHour: 8.1 * MB,
    otherProcesses: ['puma worker 1'], samples: [],
    owners: [{owner: 'IssuesQuery', ...leak}, {owner: 'I18n::Backend::Simple', ...cache}],
    process: 'puma worker 0',
    sites: [{file: '/app/app/queries/issues_query.rb', line: 11, ...leak}, {file: '/app/vendor/bundle/ruby/3.3.0/gems/i18n-1.14.6/lib/i18n/backend/simple.rb', line: 40, ...cache}],
    target: ['--app', 'shop'],
  },
  'one-dump': {
    app: null, classes: [], dumps: [], dyno: 'worker.1', heapPerHour: null, hours: 0, memory: memory.slice(0, 1), memoryGrowth: null, memoryPerHour: null, otherProcesses: [],
    owners: [], process: null, samples: [], sites: [], target: ['--env', '.env'],
  },
}

describe.each([80, 120])('trend, %i columns', width => {
  it.each(Object.keys(screens))('%s', async name => {
    const screen = (columns: number) => <TrendScreen {...screens[name]} width={columns} />
    const plain = drawn(screen, width)
    expect(widthOf(plain)).toBeLessThanOrEqual(width)
    await expect(plain).toMatchFileSnapshot(`screens/trend-${name}-${width}.txt`)
    await expect(drawn(screen, width, true)).toMatchFileSnapshot(`screens/trend-${name}-${width}.ansi`)
  })
})
