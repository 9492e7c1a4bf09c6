// Which release brought it, on which dynos, and when nothing stands out.
import {describe, expect, it} from 'vitest'
import type {DumpSummary} from '../../../../src/lib/analysis/compare/dump-summary.js'
import {groupedTrend} from '../../../../src/lib/analysis/compare/grouped-trend.js'
import {trendAnswer} from '../../../../src/lib/analysis/compare/trend-answer.js'
import {randomFrom, releaseName, summariesOf} from '../../../support/summaries.js'

const byRelease = (summaries: readonly DumpSummary[]) => groupedTrend('release', summaries, 10)

/** Owners with a difference, and the release that brought it. */
function found(summaries: readonly DumpSummary[]) {
  const {groups, owners} = byRelease(summaries)
  return owners.flatMap(({difference, owner}) =>
    difference === null ? [] : [{owner, release: groups[difference.groups[0]].name}],
  )
}

/** The constants that every story has: loaded at boot since v106. */
const CATALOGUE = {owner: 'Catalogue', release: 'v106'}

describe('the release that brought a leak', () => {
  it('is found in any position and at any speed, with 12 dumps a release', () => {
    const wrong = Array.from({length: 40}, (_, at) => at + 1).filter(seed => {
      const random = randomFrom(seed * 77)
      const leakFrom = 1 + Math.floor(random() * 19)
      const story = {dumps: 250, leakFrom, perHour: 5e5 + random() * 5e6, seed}
      const [first] = found(summariesOf(story))
      return first?.owner !== 'PriceList' || first.release !== releaseName(leakFrom)
    })
    expect(wrong).toEqual([])
  })

  it('is found among 500 summaries of 20 releases', () => {
    const trend = byRelease(summariesOf({dumps: 500, leakFrom: 12, releases: 20, seed: 4}))
    expect(trend.groups).toHaveLength(20)
    expect(trend.groups.reduce((sum, {dumps}) => sum + dumps, 0)).toBe(500)
    expect(trendAnswer(trend)[0]).toMatch(/^v113 brought it: PriceList holds/)
  })

  it('is not invented: caches that fill, busy threads and noise stand out in no release', () => {
    const stories = Array.from({length: 60}, (_, at) => ({dumps: [60, 100, 250][at % 3], leakFrom: null, seed: at + 1}))
    const alarms = stories.flatMap(story => found(summariesOf(story)).filter(one => one.owner !== 'Catalogue'))
    expect(alarms).toEqual([])
  })

  it('is named with the time, the speed, the dynos and the line', () => {
    const trend = byRelease(summariesOf({dumps: 200, leakOn: ['web.1', 'web.3'], seed: 1}))
    expect(trendAnswer(trend)).toEqual([
      expect.stringMatching(
        /^v113 brought it: PriceList holds [\d.]+ MB more than the 1\.\d MB before, in a process of \d h/,
      ),
      'The first dump of v113 is of 2026-10-06 00:00 UTC; the last one before it, of v112, is of 2026-10-05 23:00 UTC.',
      expect.stringMatching(/^It grows by [\d.]+ MB an hour in each process\.$/),
      'It is on web.1, web.3, but not on web.2.',
    ])
    expect(trend.owners[0]).toMatchObject({owner: 'PriceList', sites: [{file: '/app/lib/price_list.rb', line: 12}]})
    expect(trend.owners[1].owner).toBe('Catalogue')
  })

  it('is said to be gone when a later release fixed it', () => {
    const trend = byRelease(summariesOf({dumps: 250, fixedIn: 16, seed: 1}))
    const leak = trend.owners.find(({owner}) => owner === 'PriceList')
    expect(trend.groups[leak?.difference?.gone ?? 0].name).toBe('v117')
    expect(leak?.difference?.groups.map(at => trend.groups[at].name)).toEqual(['v113', 'v114', 'v115', 'v116'])
    // What is still there comes first.
    expect(trend.owners[0].owner).toBe('Catalogue')
    expect(trendAnswer({...trend, owners: leak === undefined ? [] : [leak]})[0]).toContain(
      'v113 brought it, and it is gone since v117: PriceList held',
    )
  })

  it('is found without the ages of the processes', () => {
    const summaries = summariesOf({dumps: 400, seed: 3}).map(one => ({...one, dump: {...one.dump, bootedAt: null}}))
    expect(found(summaries)).toEqual([{owner: 'PriceList', release: 'v113'}, CATALOGUE])
  })
})

describe('without an answer', () => {
  it('says that all dumps are of one release', () => {
    expect(trendAnswer(byRelease(summariesOf({dumps: 20, leakFrom: null, releases: 1, seed: 1})))).toEqual([
      'All 20 dumps are of v101: nothing to compare it with.',
      'Compare again after the next deploy.',
    ])
  })

  it('says what was there before the first release', () => {
    const answer = trendAnswer(byRelease(summariesOf({dumps: 250, leakFrom: 0, releases: 5, seed: 1})))
    expect(answer).toEqual([
      'No release stands out from v101 to v105.',
      'PriceList is a leak in 250 of the 250 dumps: since v101 or earlier.',
    ])
  })

  it('says how to make dynos record their release', () => {
    const summaries = summariesOf({dumps: 9, seed: 1}).map(one => ({...one, dump: {...one.dump, release: null}}))
    expect(trendAnswer(byRelease(summaries))).toEqual([
      'None of the 9 dumps records its release.',
      'Dynos know their release once dyno metadata is enabled: heroku labs:enable runtime-dyno-metadata.',
    ])
  })
})

describe('dynos and processes', () => {
  it('are compared within the newest release: one that differs is named', () => {
    const trend = groupedTrend(
      'dyno',
      summariesOf({dumps: 300, leakFrom: 0, leakOn: ['web.2'], releases: 2, seed: 1}),
      10,
    )
    expect(trend.groups.map(({name}) => name)).toEqual(['web.1', 'web.2', 'web.3'])
    expect(trendAnswer(trend)[0]).toMatch(
      /^web\.2 differs: PriceList holds [\d.]+ MB more there than the 1\.\d MB of the other 2 dynos \(v102\)\.$/,
    )
  })

  it('that are alike are said to be', () => {
    const trend = groupedTrend('process', summariesOf({dumps: 100, leakFrom: 0, releases: 1, seed: 1}), 10)
    expect(trendAnswer(trend)).toEqual([
      'Both processes hold about the same (v101).',
      'PriceList is a leak in 100 of the 100 dumps.',
    ])
  })

  it('of different kinds are not mixed', () => {
    const web = summariesOf({dumps: 100, leakFrom: null, seed: 1})
    const jobs = summariesOf({dumps: 60, leakFrom: 12, seed: 2}).map(one => ({
      ...one,
      dump: {...one.dump, dyno: 'worker.1', process: 'sidekiq'},
    }))
    const trend = byRelease([...web, ...jobs])
    expect(trend.kind).toEqual({role: 'sidekiq', type: 'worker'})
    expect(trend.otherKinds).toEqual(['web, puma worker'])
    expect(trend.groups.reduce((sum, {dumps}) => sum + dumps, 0)).toBe(60)
  })
})
