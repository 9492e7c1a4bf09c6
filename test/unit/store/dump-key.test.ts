import {expect, it} from 'vitest'
import {readCatalogue} from '../../../src/lib/store/dump-key.js'

const STEM = 'heapdump/v1/20261128T090000Z-web.1-17-k3f9q2m8x1'
const growthOf = (facts: string) => {
  const objects = [`${STEM}.json.gz`, `${STEM},${facts}.facts`]
  return readCatalogue(objects.map(key => ({key, lastModified: new Date(0), storedBytes: 1})))[0].growth
}

it('the facts of a dump tell how much its process grew by, and how much of that came with dumps', () => {
  expect(growthOf('rss=1,dumps=3,grown=52000000,growndumping=4000000')).toEqual({bytes: 52e6, dumps: 3, whileDumping: 4e6})
  // Of an older agent, or not what it writes.
  expect(growthOf('rss=1')).toBeNull()
  expect(growthOf('rss=1,dumps=3,grown=-5,growndumping=4')).toBeNull()
})
