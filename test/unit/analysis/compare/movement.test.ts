// Strings with a unique value after a compaction, and after a program freed and created them again.
import {describe, expect, it} from 'vitest'
import {growth} from '../../../../src/lib/analysis/compare/growth.js'
import {takeSnapshot} from '../../../../src/lib/analysis/compare/snapshot.js'
import {heapOf} from '../../../support/heaps.js'

const PAGES = 24
const STRINGS_A_PAGE = 10

const addressOf = (page: number, slot: number) => `0x${(0x7f0000000000 + page * 0x10000 + slot * 40).toString(16)}`

/** A heap with strings at the addresses from `placeOf`; `slot` is the one in the earlier dump. */
async function heapWith(placeOf: (page: number, slot: number) => readonly [page: number, slot: number]) {
  const lines = Array.from({length: PAGES * STRINGS_A_PAGE}, (_, number) => {
    const [page, slot] = placeOf(Math.floor(number / STRINGS_A_PAGE), number % STRINGS_A_PAGE)
    return `s${number} STRING:String 40 value="text ${number}" address=${addressOf(page, slot)}`
  })
  const {subject} = await heapOf(`
    ROOT vm > list
    String CLASS 500 name=String address=0x7e0000000028
    list   ARRAY:String 40 address=0x7e0000000050 > ${lines.map((_, number) => `s${number}`).join(' ')}
    ${lines.join('\n')}`)
  return subject
}

async function movement(placeOf: Parameters<typeof heapWith>[0]): Promise<string> {
  const before = await heapWith((page, slot) => [page + 1, slot])
  const earlier = [takeSnapshot(before)]
  return growth(await heapWith(placeOf), {earlier, hours: [null], movement: 'none', top: 0}).movement
}

const LAST_SLOT = STRINGS_A_PAGE - 1
/** Pages of the later dump: shuffled, and in reverse order. */
const shuffled = (page: number) => 40 + ((page * 7) % PAGES)
const reversed = (page: number) => 40 + PAGES - page

describe('strings at other addresses', () => {
  it('were moved by a compaction if the order in each page is reversed: Ruby 2.7, 3.2 and later', async () => {
    expect(await movement((page, slot) => [shuffled(page), LAST_SLOT - slot])).toBe('compacted')
  })

  it('were moved by a compaction if the order of the pages is reversed: Ruby 3.1', async () => {
    expect(await movement((page, slot) => [reversed(page), slot])).toBe('compacted')
  })

  it('were created again if neither is reversed', async () => {
    expect(await movement((page, slot) => [shuffled(page), slot])).toBe('none')
    expect(await movement((page, slot) => [shuffled(page), (slot * 7) % STRINGS_A_PAGE])).toBe('none')
  })

  it('prove nothing if there are few', async () => {
    const moving = (count: number) =>
      movement((page, slot) => (slot < count ? [shuffled(page), LAST_SLOT - slot] : [page + 1, slot]))
    expect(await moving(4)).toBe('compacted')
    expect(await moving(3)).toBe('none')
  })
})
