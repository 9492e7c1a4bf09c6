import {describe, expect, it} from 'vitest'
import {verdictOfGrowth, verdictOfTrend} from '../../../../src/lib/analysis/compare/compared-verdict.js'
import {factsOf} from '../../../../src/lib/analysis/report/report.js'
import {memoryGrowth} from '../../../../src/lib/analysis/tables/memory-growth.js'
import {type GroupBytes, PART_GROUPS} from '../../../../src/lib/analysis/tables/part-groups.js'
import {totals} from '../../../../src/lib/analysis/tables/totals.js'
import {heapOf} from '../../../support/heaps.js'
import {suspect} from '../../../support/reports.js'

const PARTS = Object.fromEntries(PART_GROUPS.map(group => [group, 10e6])) as GroupBytes

const UNLIMITED = {hours: null, limit: null}

/** A heap with so much live memory and garbage. */
async function dumpWith(live: number, garbage: number, processBytes: number) {
  const {subject} = await heapOf(
    `ROOT vm > held
     held STRING ${live}
     lost STRING ${garbage}`,
    {processBytes},
  )
  return {...factsOf(subject), parts: null, totals: totals(subject.graph)}
}

describe('the verdict of a comparison', () => {
  it('names the owner that grew most, and which part of the process grew', async () => {
    const dumps = [await dumpWith(3e6, 1e6, 40e6), await dumpWith(123e6, 66e6, 230e6)]
    const leak = suspect({owner: 'PriceList', title: 'PriceList holds 120 MB more: 694 MB an hour'})
    const other = suspect({owner: 'Cart', severity: 'medium'})
    expect(
      verdictOfGrowth({...UNLIMITED, dumps, memoryGrowth: null, movement: 'none', suspects: [leak, other]}),
    ).toEqual({
      healthy: false,
      sentences: [
        'PriceList holds 120 MB more: 694 MB an hour.',
        'Less: Cart.',
        'Process: 40.0 MB → 230 MB (live objects +120 MB, garbage +65.0 MB, outside the heap +5.0 MB).',
      ],
    })
  })

  it('begins with what no object accounts for, if most of the growth is there', async () => {
    const dumps = [await dumpWith(10e6, 1e6, 100e6), await dumpWith(12e6, 1e6, 200e6)]
    const {healthy, sentences} = verdictOfGrowth({
      ...UNLIMITED,
      dumps,
      memoryGrowth: null,
      movement: 'none',
      suspects: [],
    })
    expect(healthy).toBe(false)
    expect(sentences.slice(0, 2)).toEqual([
      "The process grew by 100 MB, 98.0 MB of it outside Ruby's objects: native memory or fragmentation.",
      'No owner holds noticeably more than before.',
    ])
  })

  it('leaves that to what was recorded of the process', async () => {
    const dumps = [await dumpWith(10e6, 1e6, 100e6), await dumpWith(12e6, 1e6, 200e6)]
    const recorded = memoryGrowth(PARTS, {...PARTS, stacks: 110e6})
    expect(
      verdictOfGrowth({...UNLIMITED, dumps, memoryGrowth: recorded, movement: 'none', suspects: []}).sentences,
    ).toEqual([
      'No owner holds noticeably more than before.',
      'The process grew by 100 MB: 100 MB thread stacks. More threads run, or they run deeper.',
    ])
  })

  it.each([
    ['native', false],
    ['jit', false],
    ['slots', true],
    [null, true],
  ] as const)('is healthy unless a part of the process grows that stays: %s', async (cause, healthy) => {
    const dumps = [await dumpWith(10e6, 1e6, 100e6), await dumpWith(12e6, 1e6, 130e6)]
    const grown = {bytes: 30e6, cause, changes: {} as GroupBytes, text: 'The process grew by 30.0 MB.'}
    expect(verdictOfGrowth({...UNLIMITED, dumps, memoryGrowth: grown, movement: 'none', suspects: []}).healthy).toBe(
      healthy,
    )
  })

  it('says that nothing grew', async () => {
    const dumps = [await dumpWith(10e6, 1e6, 50e6), await dumpWith(10e6, 1e6, 51e6)]
    const verdict = verdictOfGrowth({
      ...UNLIMITED,
      dumps,
      memoryGrowth: null,
      movement: 'none',
      suspects: [suspect({severity: 'low'})],
    })
    expect(verdict).toMatchObject({
      healthy: true,
      sentences: ['No owner holds noticeably more than before.', /^Process/],
    })
  })

  it('says what part of the growth an owner has, and when the dyno is full', async () => {
    const dumps = [await dumpWith(3e6, 1e6, 40e6), await dumpWith(123e6, 66e6, 230e6)]
    const leak = suspect({rule: 'growing-owner', share: 0.64, title: 'PriceList holds 78.7 MB more'})
    const limit = {quotaBytes: 512 * 2 ** 20, usedBytes: null}
    const {sentences} = verdictOfGrowth({
      dumps,
      hours: 0.5,
      limit,
      memoryGrowth: null,
      movement: 'none',
      suspects: [leak],
    })
    expect(sentences[0]).toBe('PriceList holds 78.7 MB more, 66 % of the growth of live memory.')
    expect(sentences.at(-1)).toBe('At this rate the dyno reaches its 512 MB limit in about 50 min.')
  })

  it('compares no memory of different processes', async () => {
    const dumps = [await dumpWith(10e6, 1e6, 100e6), await dumpWith(12e6, 1e6, 200e6)]
    expect(
      verdictOfGrowth({...UNLIMITED, dumps, memoryGrowth: null, movement: 'other-process', suspects: []}).sentences,
    ).toEqual(['No owner holds noticeably more than before.'])
  })
})

describe('the verdict of a trend', () => {
  const row = {grew: 2, memsizePerHour: 60e6, memsizes: [3e6, 63e6, 123e6], objects: [1, 2, 3], objectsPerHour: 1}
  const dump = {
    createdAt: '',
    growth: null,
    id: 'd1',
    key: '',
    memoryBytes: null,
    memsize: 0,
    objects: 0,
    parts: null,
    truncated: false,
  }
  const nothing = {heapPerHour: null, hours: 0, memoryGrowth: null, memoryPerHour: null, owners: []}

  it('names the owner that grows fastest, not garbage', () => {
    const owners = [
      {...row, owner: '(garbage)'},
      {...row, owner: 'PriceList'},
    ]
    const dumps = [dump, dump, dump]
    expect(verdictOfTrend({...nothing, dumps, heapPerHour: 61e6, hours: 2, memoryPerHour: -5, owners})).toEqual([
      'PriceList grows fastest: 60.0 MB an hour.',
      'It held 3.0 MB at first and 123 MB at last; it grew in 2 of 2 steps.',
      'Live memory grows by 61.0 MB an hour.',
      'Process memory does not grow.',
    ])
  })

  it('begins with the process if most of its growth is not in live objects', () => {
    const grown = {...nothing, dumps: [dump, dump], heapPerHour: 1e6, hours: 2, memoryPerHour: 60e6}
    const first = 'Process memory grows by 60.0 MB an hour, live objects by 1.0 MB.'
    expect(verdictOfTrend(grown)).toEqual([
      first,
      "Most of the growth is garbage, or outside Ruby's objects: native memory or fragmentation.",
      'No owner grows.',
    ])
    expect(verdictOfTrend({...grown, memoryGrowth: memoryGrowth(PARTS, {...PARTS, stacks: 130e6})})).toEqual([
      first,
      'The process grew by 120 MB: 120 MB thread stacks. More threads run, or they run deeper.',
      'No owner grows.',
    ])
    expect(verdictOfTrend({...grown, hours: 0.1})[0]).toBe('No owner grows.')
  })

  it('says that there is nothing to compare', () => {
    expect(verdictOfTrend({...nothing, dumps: [dump]})).toEqual(['No two dumps are from the same run of this process.'])
  })
})
