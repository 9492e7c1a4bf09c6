// The verdict of heapdump:diagnose, from heaps that are compared and analyzed as in the command.
import {describe, expect, it} from 'vitest'
import {diagnosisOf} from '../../../../src/lib/analysis/diagnosis/diagnosis.js'
import {memoryGrowth} from '../../../../src/lib/analysis/tables/memory-growth.js'
import {type GroupBytes, PART_GROUPS} from '../../../../src/lib/analysis/tables/part-groups.js'
import {evidenceOf, type Given, PASTS, recordWith} from '../../../support/diagnoses.js'

const diagnose = async (given: Given) => diagnosisOf(await evidenceOf(given))
/** A process that has little beside its objects. */
const SMALL = {first: {before: 3}, processBytes: [25e6, 25e6]} as const

const told = ({sentences}: {readonly sentences: readonly string[]}) => sentences.join(' ')

/** Grows until the dump: a fifth of the time was traced, at a third of the speed. */
const STEADY = {early: 240, late: 20}

describe('a leak', () => {
  it('is what grew between the dumps and still grew while it was traced: who, which line, how fast, until when', async () => {
    const {culprit, outcome, sentences, speed, sure} = await diagnose({second: STEADY})
    expect([outcome, sure]).toEqual(['leak', true])
    expect(told({sentences})).toBe('PriceList holds 5.3 MB more than 15 min earlier, and still grew in the last 3 min.')
    expect(culprit).toMatchObject({owner: 'PriceList', sites: [{file: '/app/lib/price_list.rb', line: 11}]})
    expect(speed).toMatchObject({measuredBy: 'line', perHour: expect.closeTo(36e6, -6), seconds: 900})
    expect(speed.culpritBytes).toBeGreaterThan(5e6)
    expect(speed.quotaReachedInSeconds).toBeGreaterThan(3 * 3600)
    expect(speed.quotaReachedInSeconds).toBeLessThan(5 * 3600)
  })

  it('is only probable in a process so young that a cache may still be filling', async () => {
    const {outcome, sentences, speed, sure} = await diagnose({past: PASTS.young, second: STEADY})
    expect([outcome, sure]).toEqual(['leak', false])
    expect(told({sentences})).toContain('The process is 4 min old: a cache that is still filling looks the same.')
    // Without a memory line, the dumps say how fast.
    expect(speed).toMatchObject({measuredBy: 'dumps', perHour: expect.closeTo((speed.culpritBytes ?? 0) * 4, -2)})
    expect(speed.quotaReachedInSeconds).toBeGreaterThan(0)
  })

  it('has no speed if the dumps are only seconds apart', async () => {
    const {speed} = await diagnose({past: PASTS.young, second: STEADY, seconds: 20})
    expect(speed).toMatchObject({measuredBy: null, perHour: null, quotaReachedInSeconds: null})
  })

  it('is found in little growth if the memory line shows that it goes on', async () => {
    const little = {first: {before: 300}, second: {early: 2, late: 1}}
    expect((await diagnose(little)).outcome).toBe('leak')
    expect((await diagnose({...little, past: PASTS.level})).outcome).not.toBe('leak')
  })

  it('is advised on by the rule that knows most about it', async () => {
    const evidence = await evidenceOf({second: STEADY})
    const rule = evidence.report.suspects.find(({owner}) => owner === 'PriceList')
    expect(rule).toBeDefined()
    const {culprit} = diagnosisOf(evidence)
    expect(culprit?.advice).toBe(rule?.advice)
    expect(culprit?.evidence[0]).toBe(rule?.title)
  })
})

describe('growth levels off', () => {
  it('if nothing was added while it was traced, and the app worked', async () => {
    const {culprit, outcome, sentences, speed, sure} = await diagnose({past: PASTS.young, second: {early: 240}})
    expect(outcome).toBe('levels-off')
    expect(told({sentences})).toContain('but nothing was added in the last 3 min: it stopped growing.')
    expect(sure).toBe(false)
    expect(speed).toMatchObject({perHour: null, quotaReachedInSeconds: null})
    // Not that of a rule that knows one dump only.
    expect(culprit?.advice).toMatch(/^Nothing, if this size is expected/)
  })

  it('not if the memory line climbs for hours: it only pauses', async () => {
    const {outcome, sentences, sure} = await diagnose({second: {early: 240}})
    expect([outcome, sure]).toEqual(['leak', true])
    expect(told({sentences})).toContain('It adds in bursts')
  })

  it('not if the app was idle meanwhile', async () => {
    const {outcome} = await diagnose({gcsTraced: 0, past: PASTS.young, second: {early: 240}})
    expect(outcome).not.toBe('levels-off')
  })

  it('if memory and old objects have been level for hours', async () => {
    const {outcome, sentences, sure} = await diagnose({past: PASTS.level, second: STEADY})
    expect([outcome, sure]).toEqual(['levels-off', true])
    expect(told({sentences})).toContain('memory and old objects are level')
  })
})

describe('native memory', () => {
  const records = [recordWith(60, 10), recordWith(100, 10)] as const

  it('is to blame if it grew and objects did not', async () => {
    const {culprit, outcome, sentences, sure} = await diagnose({past: PASTS.climbingOutside, records})
    expect([outcome, sure]).toEqual(['native', true])
    expect(culprit).toMatchObject({owner: 'native memory', rule: 'native-leak'})
    expect(told({sentences})).toMatch(/^Native memory grew by 4\d\.\d MB.*Ruby's objects do not account for it\.$/)
  })

  it('is only probable while the process is young, and no leak if its memory is level', async () => {
    const young = await diagnose({past: PASTS.young, records})
    expect([young.outcome, young.sure]).toEqual(['native', false])
    expect((await diagnose({past: PASTS.level, records})).outcome).toBe('levels-off')
  })

  it('is to blame without a record too, if the process grew and its heap did not', async () => {
    const {outcome} = await diagnose({past: PASTS.climbingOutside, processBytes: [300e6, 360e6]})
    expect(outcome).toBe('native')
  })
})

describe('waste', () => {
  it('is what grew if malloc keeps it free', async () => {
    const records = [recordWith(60, 10), recordWith(160, 110)] as const
    const {outcome, sentences} = await diagnose({past: PASTS.level, records})
    expect(outcome).toBe('waste')
    expect(told({sentences})).toContain('free memory in malloc')
  })

  it('is what the last dump shows if nothing grew', async () => {
    const {culprit, outcome} = await diagnose({first: {copies: 300}, past: PASTS.level})
    expect(outcome).toBe('waste')
    expect(culprit?.owner).toBe('Catalogue')
  })
})

describe('a healthy process', () => {
  it('does not grow, and nothing stands out', async () => {
    const {culprit, outcome, sentences} = await diagnose({...SMALL, past: PASTS.level})
    expect([outcome, culprit]).toEqual(['healthy', null])
    expect(sentences).toEqual(['Nothing grew noticeably in 15 min, and nothing stands out.'])
  })

  it('is told how little a few seconds show', async () => {
    const {outcome, sentences} = await diagnose({...SMALL, past: PASTS.level, seconds: 30})
    expect(outcome).toBe('healthy')
    expect(told({sentences})).toContain('A slow leak does not show in 30 s: use a longer --for.')
  })
})

describe('two dumps cannot tell yet', () => {
  it('if the app hardly worked between them', async () => {
    const idle = {...PASTS.level, points: PASTS.level.points.map(point => ({...point, gcs: PASTS.level.gcAtDump}))}
    const {outcome, sentences} = await diagnose({first: {before: 3}, past: idle})
    expect([outcome, sentences]).toEqual(['unclear', ['Hardly any GC ran between the dumps: the app was idle.']])
  })

  it('if the process has just started, and nothing was traced', async () => {
    const {outcome, sentences} = await diagnose({gcsTraced: 0, past: PASTS.young, second: {early: 240}})
    expect(outcome).toBe('unclear')
    expect(told({sentences})).toContain('the process has just started')
  })

  it('if the memory line grows, but not between these two', async () => {
    const {outcome, sentences} = await diagnose({first: {before: 3}})
    expect(outcome).toBe('unclear')
    expect(told({sentences})).toMatch(
      /^Nothing grew noticeably in 15 min, although the process grows\. Old objects climb/,
    )
  })

  it('if the process grew in a part that blames nobody', async () => {
    const evidence = await evidenceOf({...SMALL, past: PASTS.level})
    const parts = Object.fromEntries(PART_GROUPS.map(group => [group, 10e6])) as GroupBytes
    const growth = {...evidence.growth, memoryGrowth: memoryGrowth(parts, {...parts, other: 40e6})}
    const {outcome, sentences} = diagnosisOf({...evidence, growth})
    expect([outcome, sentences]).toEqual(['unclear', ['The process grew by 30.0 MB: 30.0 MB other.']])
  })

  it('if a dump is cut short, or of another process', async () => {
    const evidence = await evidenceOf({second: STEADY})
    const {growth} = evidence
    const dumps = growth.dumps.map(dump => ({...dump, truncated: true}))
    expect(diagnosisOf({...evidence, growth: {...growth, dumps}}).outcome).toBe('unclear')
    expect(diagnosisOf({...evidence, growth: {...growth, movement: 'other-process'}}).outcome).toBe('unclear')
  })

  it('without a second dump, but then it says what the first one shows', async () => {
    const evidence = await evidenceOf({...SMALL, first: {copies: 300}, past: PASTS.level})
    const {culprit, outcome, sentences} = diagnosisOf({
      ...evidence,
      growth: null,
      missing: 'web.1 restarted after 7 min.',
    })
    expect(outcome).toBe('unclear')
    expect(told({sentences})).toMatch(/^web\.1 restarted after 7 min\. The first dump alone shows: /)
    expect(culprit?.owner).toBe('Catalogue')
  })
})
