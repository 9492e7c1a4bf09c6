import {describe, expect, it} from 'vitest'
import {groupedTrend} from '../../src/lib/analysis/compare/grouped-trend.js'
import {processTable} from '../../src/lib/analysis/compare/process-table.js'
import {trendAnswer} from '../../src/lib/analysis/compare/trend-answer.js'
import {GroupedTrendScreen} from '../../src/lib/render/ink/GroupedTrendScreen.js'
import {ProcessTable} from '../../src/lib/render/ink/ProcessTable.js'
import {drawn, widthOf} from '../support/screens.js'
import {summariesOf} from '../support/summaries.js'

const next = [['heroku', 'heapdump:analyze', 'd7k2mq', '--app', 'shop']]

function grouped(by: 'dyno' | 'release', story: Parameters<typeof summariesOf>[0]) {
  const trend = groupedTrend(by, summariesOf(story), 10)
  const notes = ['Read 200 summaries (1.1 MB).']
  return (width: number) => (
    <GroupedTrendScreen {...trend} answer={trendAnswer(trend)} app="shop" next={next} notes={notes} width={width} />
  )
}

function processes(leakOn: readonly number[]) {
  const summaries = [0, 1, 2, 3, 4, 5].map(at => {
    const [one] = summariesOf({dumps: 1, leakFrom: leakOn.includes(at) ? 0 : null, perHour: 10e6, releases: 1, seed: 5})
    return {...one, dump: {...one.dump, dyno: 'web.1', id: `d0000${at}`, process: `puma worker ${at}`}}
  })
  const table = processTable(summaries, 10)
  return (width: number) => <ProcessTable {...table} app="shop" next={next} width={width} />
}

const screens = {
  'processes-one-leaks': processes([3]),
  'trend-by-dyno': grouped('dyno', {dumps: 60, leakFrom: 0, leakOn: ['web.2'], releases: 1, seed: 1}),
  'trend-by-release': grouped('release', {dumps: 200, seed: 1}),
}

describe.each([80, 120])('comparisons of summaries, %i columns', width => {
  it.each(Object.entries(screens))('%s', async (name, screen) => {
    const plain = drawn(screen, width)
    expect(widthOf(plain)).toBeLessThanOrEqual(width)
    await expect(plain).toMatchFileSnapshot(`screens/${name}-${width}.txt`)
  })
})
