import {describe, expect, it} from 'vitest'
import {readCatalogue} from '../../../src/lib/store/dump-key.js'

const STEM = 'heapdump/v1/20261128T090000Z-web.1-17-k3f9q2m8x1'
const growthOf = (facts: string) => {
  const objects = [`${STEM}.json.gz`, `${STEM},${facts}.facts`]
  return readCatalogue(objects.map(key => ({key, storedBytes: 1})))[0].growth
}

it('reads how much the process grew, and how much of it during dumps', () => {
  expect(growthOf('rss=1,dumps=3,grown=52000000,growndumping=4000000')).toEqual({
    bytes: 52e6,
    dumps: 3,
    whileDumping: 4e6,
  })
  // From an older agent, or invalid.
  expect(growthOf('rss=1')).toBeNull()
  expect(growthOf('rss=1,dumps=3,grown=-5,growndumping=4')).toBeNull()
})

describe('the time in a key', () => {
  const storedAt = new Date('2026-11-28T09:00:00Z')
  const known = (...keys: string[]) =>
    readCatalogue(keys.map(key => ({key, lastModified: storedAt, storedBytes: 1}))).map(({key}) => key)
  const ours = (time: string) => `heapdump/v1/${time}-web.1-17-k3f9q2m8x1.json.gz`
  const article = (time: string) => `${time}-process:878-heap.dump`

  it('is before the dump was stored, within the clock tolerance of S3', () => {
    const right = [ours('20261128T091500Z'), ours('20241128T090000Z'), article('2026-11-28T09:14:59Z')]
    expect(known(...right).toSorted()).toEqual(right.toSorted())
    expect(known(ours('20261128T091501Z'), ours('99990101T000000Z'), article('9999-01-01T00:00:00Z'))).toEqual([])
  })

  it('is trusted if the bucket has no time', () => {
    expect(readCatalogue([{key: ours('99990101T000000Z'), storedBytes: 1}])).toHaveLength(1)
  })
})
