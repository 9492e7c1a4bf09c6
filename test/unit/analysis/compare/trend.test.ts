import {describe, expect, it} from 'vitest'
import {slope} from '../../../../src/lib/analysis/compare/slope.js'
import {tallyDump} from '../../../../src/lib/analysis/compare/tally-dump.js'
import {trendReport} from '../../../../src/lib/analysis/compare/trend-report.js'
import {trendOf} from '../../../../src/lib/analysis/compare/trend.js'
import {heapOf} from '../../../support/heaps.js'

/** App holds `app` strings of 40 bytes, Steady 5, and Shrinking fewer with each dump; and the tracer keeps growing. */
async function readWith(app: number, shrinking: number, tracer: number) {
  const strings = (owner: string, count: number) => Array.from({length: count}, (_, at) => `${owner}${at}`)
  const owners = {App: strings('a', app), Shrinking: strings('s', shrinking), Steady: strings('t', 5)}
  const lines = Object.entries(owners).flatMap(([name, held]) => [
    `${name} CLASS 100 name=${name} > ${held.join(' ')}`,
    ...held.map(one => `${one} STRING:String 40 at=/app/${name.toLowerCase()}.rb:3 gen=2`),
  ])
  const {subject} = await heapOf(`
    ROOT vm > Object tracer
    Object CLASS 100 name=Object > App Shrinking Steady
    String CLASS 100 name=String
    tracer DATA ${tracer} struct=ObjectTracing/allocation_info_tracer
    ${lines.join('\n')}`)
  return tallyDump(subject)
}

const tallyWith = async (...counts: Parameters<typeof readWith>) => (await readWith(...counts)).tally

describe('a trend', () => {
  it('lists what grows, fastest first, by owner, class and line', async () => {
    const tallies = await Promise.all([tallyWith(10, 9, 1000), tallyWith(20, 8, 50_000), tallyWith(30, 1, 900_000)])
    const {owners, classes, sites} = trendOf(tallies, [100, 102, 104], 0)
    const row = {grew: 2, memsizePerHour: 200, memsizes: [500, 900, 1300], objects: [11, 21, 31], objectsPerHour: 5}
    expect(owners).toEqual([{owner: 'App', ...row}])
    expect(sites).toEqual([{...row, file: '/app/app.rb', line: 3, memsizes: [400, 800, 1200], objects: [10, 20, 30]}])
    expect(classes.map(one => one.className)).toEqual(['String'])
    expect(classes[0].memsizes).toEqual([24 * 40, 33 * 40, 36 * 40])
  })

  it('has no rows for what ends as it began', async () => {
    const tallies = await Promise.all([tallyWith(10, 9, 1000), tallyWith(20, 9, 1000), tallyWith(10, 9, 1000)])
    expect(trendOf(tallies, [0, 1, 2], 0)).toEqual({classes: [], owners: [], sites: []})
  })
})

describe('the slope', () => {
  it('is that of the least-squares line', () => {
    expect(slope([0, 1, 2, 3], [1, 3, 5, 7])).toBe(2)
    // Calculated manually: means 2 and 3; (-2·-2 + 0·-1 + 2·3) / (4 + 0 + 4).
    expect(slope([0, 2, 4], [1, 2, 6])).toBe(1.25)
    expect(slope([5, 5], [1, 9])).toBe(0)
  })
})

describe('the report of a trend', () => {
  const dump = (hour: number, memoryBytes: number | null) => ({
    createdAt: new Date(Date.UTC(2026, 10, 24, hour)).toISOString(),
    growth: null,
    id: `d${hour}`,
    key: `key ${hour}`,
    memoryBytes,
    pid: 14,
    release: 'v214',
  })
  const series = (...run: Array<ReturnType<typeof dump>>) => ({
    dyno: 'web.1',
    history: [dump(0, 1e6), ...run],
    otherProcesses: ['puma worker 1'],
    process: 'puma worker 0',
    run,
  })

  it('has the slopes of live memory and of process memory', async () => {
    const read = [await readWith(10, 9, 1000), await readWith(20, 9, 1000)]
    const report = trendReport(series(dump(8, 50e6), dump(10, 54e6)), read, [], 0)
    expect(report).toMatchObject({dyno: 'web.1', hours: 2, memoryPerHour: 2e6, otherProcesses: ['puma worker 1']})
    // Ten more strings of 40 bytes in two hours.
    expect(report.heapPerHour).toBe(200)
    expect(report.dumps.map(({id, memsize}) => [id, memsize])).toEqual([
      ['d8', read[0].totals.aliveMemsize],
      ['d10', read[0].totals.aliveMemsize + 400],
    ])
    expect(report.memory.map(({id}) => id)).toEqual(['d0', 'd8', 'd10'])
    expect(report.owners.map(({owner}) => owner)).toEqual(['App'])
  })

  it('has no slope of memory if one size is unknown, and none at all without two dumps', async () => {
    const read = [await readWith(10, 9, 1000), await readWith(20, 9, 1000)]
    expect(trendReport(series(dump(8, 50e6), dump(10, null)), read, [], 0).memoryPerHour).toBeNull()
    expect(trendReport(series(), [], [], 0)).toMatchObject({
      classes: [],
      dumps: [],
      heapPerHour: null,
      hours: 0,
      memoryPerHour: null,
      owners: [],
    })
  })
})
