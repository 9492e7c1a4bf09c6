import {expect, it} from 'vitest'
import {dynoPatterns, enabledDynos, firstOfType, matchesDyno} from '../../../src/lib/heroku/dyno-names.js'

it.each([
  ['web.1', 'web.1', true],
  ['web.1', 'web.11', false],
  ['web', 'web.3', true],
  ['web', 'webhooks.1', false],
  ['worker.*', 'worker.2', true],
  ['worker.*', 'web.2', false],
  ['*', 'worker.2', true],
  ['*', 'run.1234', false],
  ['*', 'release.12', false],
  ['*', 'run-5f7c9d', false],
  ['web', 'web-848cd4f64d-pvpr2', true],
  ['web.1', 'web-848cd4f64d-pvpr2', true],
  ['web', 'web-api-848cd4f64d-pvpr2', false],
])('%s enables %s: %s', (pattern, dyno, expected) => {
  expect(matchesDyno(pattern, dyno)).toBe(expected)
})

it('reads HEAPDUMP_DYNOS as the dyno does', () => {
  expect(dynoPatterns(undefined)).toEqual(['web.1'])
  expect(dynoPatterns('web.1, worker.*')).toEqual(['web.1', 'worker.*'])
})

it('names the dynos that should have an agent', () => {
  const up = ['web.1', 'web.2', 'worker.1', 'run.1234']
  expect(enabledDynos(['web.1', 'worker.*'], up)).toEqual(['web.1', 'worker.1'])
  expect(enabledDynos(['web', 'web.2'], up)).toEqual(['web.1', 'web.2'])
  expect(enabledDynos(['*'], up)).toEqual(['web.1', 'web.2', 'worker.1'])
  expect(enabledDynos(['worker.9'], up)).toEqual(['worker.9'])
  expect(enabledDynos(['clock'], up)).toEqual(['clock.1'])
  expect(enabledDynos(['*'], null)).toEqual(['web.1'])
})

it('takes a process type for its first dyno', () => {
  expect(['web', 'web.2', 'web-848cd4f64d-pvpr2'].map(firstOfType)).toEqual(['web.1', 'web.2', 'web-848cd4f64d-pvpr2'])
})
