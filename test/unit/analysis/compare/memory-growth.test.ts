// How much of a process's growth is objects, free memory, native memory, compiled code; and who is to blame.
import {expect, it} from 'vitest'
import {nativeSuspect} from '../../../../src/lib/analysis/compare/native-suspect.js'
import {memoryGrowth} from '../../../../src/lib/analysis/tables/memory-growth.js'
import {sincePrevious, sincePreviousInWords} from '../../../../src/lib/analysis/report/since-previous.js'
import {PART_KINDS, type ProcessParts} from '../../../../src/lib/analysis/tables/process-parts.js'
import {type GroupBytes, PART_GROUPS, type PartGroup} from '../../../../src/lib/analysis/tables/part-groups.js'

const MB = 1e6
const FIRST = Object.fromEntries(PART_GROUPS.map(group => [group, 20 * MB])) as GroupBytes
const GEMS = [{gem: 'oj', objects: [], version: '3.14.2'}]

function after(changes: Partial<Record<PartGroup, number>>) {
  const last = Object.fromEntries(PART_GROUPS.map(group => [group, FIRST[group] + (changes[group] ?? 0)])) as GroupBytes
  return memoryGrowth(FIRST, last)!
}

it.each([
  [{native: 60 * MB, objects: 2 * MB}, 'native', '60.0 MB native memory, 2.0 MB live objects. C extensions'],
  [
    {allocator: 50 * MB, objects: 9 * MB},
    'allocator',
    '50.0 MB free memory in malloc, 9.0 MB live objects. Free memory is no leak',
  ],
  [{jit: 40 * MB}, 'jit', '40.0 MB compiled code. Compiled code levels off'],
  [{slots: 40 * MB}, 'slots', '40.0 MB garbage and free slots. Free slots are no leak'],
  [{native: 2 * MB, objects: 70 * MB}, 'objects', '70.0 MB live objects, 2.0 MB native memory.'],
  [{allocator: 20 * MB, native: 20 * MB, objects: 20 * MB}, null, '20.0 MB'],
] as const)('%o is growth of %s', (changes, cause, words) => {
  const growth = after(changes)
  expect(growth.cause).toBe(cause)
  expect(growth.bytes).toBe(Object.values(changes).reduce((sum, change) => sum + change, 0))
  expect(growth.text).toContain(words)
})

it('what comes and goes is no growth', () => {
  expect(after({native: 4 * MB})).toMatchObject({cause: null, text: 'The process did not grow noticeably (+4.0 MB).'})
  expect(after({allocator: -80 * MB, native: 4 * MB})).toMatchObject({
    cause: null,
    text: 'The process shrank by 76.0 MB.',
  })
})

it('native memory that takes over free memory grows, although the process does not', () => {
  const growth = after({allocator: -13 * MB, native: 19 * MB})
  expect(growth).toMatchObject({
    cause: 'native',
    text: 'The process did not grow noticeably (+6.0 MB). But 19.0 MB more is native memory that took over free memory.',
  })
  const suspect = nativeSuspect(growth, GEMS, null)
  expect(suspect).toMatchObject({severity: 'medium', share: 1, title: 'Native memory grew by 19.0 MB'})
  expect(suspect?.evidence).toContain('13.0 MB of it was free in malloc before')
  expect(after({allocator: 13 * MB, objects: -19 * MB}).cause).toBeNull()
})

it('a rate is told from five minutes on', () => {
  expect(nativeSuspect(after({native: 60 * MB}), GEMS, 0.05)?.title).not.toContain('an hour')
})

it('is unknown if a dump has no record', () => {
  expect(memoryGrowth(null, FIRST)).toBeNull()
  expect(memoryGrowth(FIRST, null)).toBeNull()
})

it('native growth is a suspect with the likeliest extension, its share and its rate', () => {
  expect(nativeSuspect(after({native: 60 * MB, objects: 2 * MB}), GEMS, 3)).toMatchObject({
    evidence: [
      'the process grew by 62.0 MB, its live objects by 2.0 MB',
      'C extensions that allocate memory of their own, likeliest first: oj 3.14.2',
    ],
    kind: 'leak',
    rule: 'native-leak',
    severity: 'high',
    title: 'Native memory grew by 60.0 MB, 20.0 MB an hour, 97 % of the growth',
  })
  expect(nativeSuspect(after({native: 12 * MB}), GEMS, null)?.severity).toBe('medium')
  expect(nativeSuspect(after({allocator: 60 * MB}), GEMS, 3)).toBeNull()
})

it('since the previous dump, the largest part of the growth is named', () => {
  const reportWith = (bytes: number) => {
    const parts = PART_KINDS.map(kind => ({bytes: kind === 'native' ? bytes : 10 * MB, kind}))
    return {
      dominators: [],
      history: null,
      process: {parts} as unknown as ProcessParts,
      suspects: [],
      totals: {aliveMemsize: 20 * MB} as never,
    }
  }
  const dump = (id: string, createdAt: string, memoryBytes: number) => ({createdAt, id, key: id, memoryBytes})
  const before = dump('d38', '2026-11-24T08:00:00Z', 190 * MB)
  const now = dump('d41', '2026-11-24T11:00:00Z', 252 * MB)
  const since = sincePrevious(before, now, reportWith(80 * MB), reportWith(20 * MB))
  expect(since.part).toEqual({bytes: 60 * MB, group: 'native'})
  expect(sincePreviousInWords(since)).toBe(
    'Since d38, taken 3 h earlier: process +62.0 MB (60.0 MB native memory), live objects +0 B.',
  )
  expect(sincePrevious(before, now, reportWith(80 * MB), null).part).toBeNull()
})
