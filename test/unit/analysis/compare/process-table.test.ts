// Several processes at one moment: is every worker leaking, or one?
import {expect, it} from 'vitest'
import {processTable} from '../../../../src/lib/analysis/compare/process-table.js'
import {summariesOf} from '../../../support/summaries.js'

/** Three workers of web.1 at one moment, two hours old. */
function workers(leakOn: readonly number[], perHour = 10e6) {
  return [0, 1, 2].map(at => {
    const [one] = summariesOf({dumps: 1, leakFrom: leakOn.includes(at) ? 0 : null, perHour, releases: 1, seed: 5})
    return {...one, dump: {...one.dump, dyno: 'web.1', id: `d${at}`, process: `puma worker ${at}`}}
  })
}

it('says that every worker leaks', () => {
  const {answer, owners, processes} = processTable(workers([0, 1, 2]), 2)
  expect(answer[0]).toMatch(/^PriceList is a leak in all 3 processes: [\d.]+ MB to [\d.]+ MB each\.$/)
  expect(owners).toHaveLength(2)
  expect(owners[0]).toMatchObject({leakIn: [0, 1, 2], owner: 'PriceList'})
  expect(processes.map(({leaks}) => leaks)).toEqual([1, 1, 1])
})

it('says that one worker leaks, and what the others hold', () => {
  const {answer} = processTable(workers([1]), 0)
  expect(answer).toEqual([
    expect.stringMatching(
      /^PriceList is a leak in web\.1 puma worker 1 alone: [\d.]+ MB, against 1\.\d MB at most elsewhere\.$/,
    ),
  ])
})

it('names a process that holds more without a leak, or none', () => {
  const uneven = workers([1]).map(one => ({...one, suspects: []}))
  expect(processTable(uneven, 0).answer[0]).toMatch(
    /^No leak, but web\.1 puma worker 1 holds [\d.]+ MB more under PriceList than the others\.$/,
  )
  expect(processTable(workers([]), 0).answer).toEqual(['No leak: all 3 processes hold about the same.'])
})

it('doubts dumps of different moments, ages and releases', () => {
  const [one, two] = workers([])
  const later = {
    ...two,
    dump: {...two.dump, bootedAt: one.dump.createdAt, createdAt: '2026-10-10T09:00:00Z', release: 'v102'},
  }
  expect(processTable([one, later], 0).answer.slice(1)).toEqual([
    'These dumps are 225 h apart.',
    expect.stringMatching(/^The processes are .* to .* old: an older one holds more of a leak\.$/),
    'They run different releases: v101, v102.',
  ])
})
