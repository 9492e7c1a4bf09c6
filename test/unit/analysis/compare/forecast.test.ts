import {describe, expect, it} from 'vitest'
import {forecastInWords} from '../../../../src/lib/analysis/compare/forecast.js'
import {keptByApp, takeTopOfBoth} from '../../../../src/lib/analysis/compare/garbage.js'

const MB = 2 ** 20
const LIMIT = {quotaBytes: 512 * MB, usedBytes: null}
const grown = (before: number, now: number) => [{processBytes: before * MB}, {processBytes: now * MB}]

describe('the forecast of a comparison', () => {
  it('says when the dyno reaches its limit at this rate', () => {
    // 60 MB in half an hour: 300 MB more in two and a half hours.
    expect(forecastInWords(grown(152, 212), 0.5, LIMIT)).toEqual([
      'At this rate the dyno reaches its 512 MB limit in about 2 h 30 min.',
    ])
    // Two such processes.
    expect(forecastInWords(grown(152, 212), 0.5, {...LIMIT, usedBytes: 424 * MB})).toEqual([
      'At this rate the dyno reaches its 512 MB limit in about 20 min.',
    ])
  })

  it('says that the limit has been reached', () => {
    expect(forecastInWords(grown(500, 600), 1, LIMIT)).toEqual(['The dyno is above its 512 MB limit.'])
  })

  it('says nothing if the process hardly grew, or nothing is known', () => {
    expect(forecastInWords(grown(200, 205), 1, LIMIT)).toEqual([])
    expect(forecastInWords(grown(152, 212), null, LIMIT)).toEqual([])
    expect(forecastInWords(grown(152, 212), 0.01, LIMIT)).toEqual([])
    expect(forecastInWords(grown(152, 212), 1, null)).toEqual([])
    expect(forecastInWords([{processBytes: null}, {processBytes: 9}], 1, LIMIT)).toEqual([])
  })
})

describe('what grew', () => {
  const row = {className: 'String', file: null, owner: 'Cart', role: 'object'}
  const rows = [
    {...row, owner: '(garbage)'},
    row,
    {...row, className: 'Heapdump::Watch'},
    {...row, owner: 'Heapdump::Agent'},
    {...row, file: '/app/.heroku/heapdump/agent/watch.rb'},
    {...row, role: 'tracer'},
    {...row, owner: 'Shop'},
  ]

  it('is what the app keeps: no garbage, nothing of the agent, no tracer', () => {
    expect(keptByApp(rows).map(({owner}) => owner)).toEqual(['Cart', 'Shop'])
  })

  it('is cut so that other rows take no place of these', () => {
    expect(takeTopOfBoth(rows, 1).map(({owner}) => owner)).toEqual(['(garbage)', 'Cart'])
    expect(takeTopOfBoth(rows, 0)).toBe(rows)
  })
})
