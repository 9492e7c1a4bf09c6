import {describe, expect, it} from 'vitest'
import {readCatalogue} from '../../../src/lib/store/dump-key.js'
import {dumpsToRemove} from '../../../src/lib/store/retention.js'

const DAY_MS = 86_400_000
const NOW = Date.parse('2026-03-10T00:00:00Z')
const at = (day: number, pid = 1) => ({
  key: `heapdump/v1/202603${String(day).padStart(2, '0')}T000000Z-web.1-${pid}-abcdefghij.json.gz`,
  storedBytes: 1,
})
const days = (dumps: ReturnType<typeof dumpsToRemove>) => dumps.map(dump => Number(dump.createdAt.slice(8, 10)))

describe('the dumps to delete', () => {
  const dumps = readCatalogue([1, 3, 5, 7, 9].map(day => at(day)))

  it('are neither among the newest nor young, oldest first', () => {
    expect(days(dumpsToRemove(dumps, {keep: 2, maxAgeMs: null}, NOW))).toEqual([1, 3, 5])
    expect(days(dumpsToRemove(dumps, {keep: null, maxAgeMs: 4 * DAY_MS}, NOW))).toEqual([1, 3, 5])
    expect(days(dumpsToRemove(dumps, {keep: 4, maxAgeMs: 2 * DAY_MS}, NOW))).toEqual([1])
    expect(days(dumpsToRemove(dumps, {keep: 1, maxAgeMs: 6 * DAY_MS}, NOW))).toEqual([1, 3])
    expect(days(dumpsToRemove(dumps, {keep: 9, maxAgeMs: null}, NOW))).toEqual([])
  })

  it('never include the newest complete dump, nor one that is still being uploaded', () => {
    expect(days(dumpsToRemove(dumps, {keep: null, maxAgeMs: DAY_MS / 2}, NOW))).toEqual([1, 3, 5, 7])
    const uploading = readCatalogue([at(2), at(10)], false)
    expect(days(dumpsToRemove([...uploading, ...dumps], {keep: 1, maxAgeMs: null}, NOW))).toEqual([1, 3, 5, 7])
    expect(dumpsToRemove([], {keep: 1, maxAgeMs: null}, NOW)).toEqual([])
  })
})
