// Ruby's heap pages, by their numbers in AddressCodes: what is on each, and what slots take.
import {YOUNG} from '../bytes'
import {get, set} from '../words-of-memory'
import {addresses, count, flagsOf, memsizeOf} from './heap'

let slotBits: i32 = 0
/** Codes from here on are of addresses that are in no page. */
let irregularStart: i32 = 0
/** Bytes of a page's slots; 0 where the dump does not say. */
let slotSizes: usize = 0
let slotSizeElsewhere: u32 = 0

export let elsewhere: i32 = 0

export function setPages(slotBitsOfCodes: i32, firstIrregular: i32, slotSizesAt: usize, otherSlotSize: u32): void {
  slotBits = slotBitsOfCodes
  irregularStart = firstIrregular
  slotSizes = slotSizesAt
  slotSizeElsewhere = otherSlotSize
}

@inline
function isInPage(code: i32): bool {
  return code >= 0 && code < irregularStart
}

@inline
export function slotSizeOf(index: i32): u32 {
  const code = get(addresses, index)
  if (!isInPage(code)) return slotSizeElsewhere
  const known = <u32>get(slotSizes, code >> slotBits)
  return known > 0 ? known : slotSizeElsewhere
}

/**
 * Counts objects, and those that are old, by page (zero before), and those that are in no page in `elsewhere`.
 * `pageBits`: how many bits of a code say where in its page it is. Returns what all take of their slots, in bytes.
 */
export function tallyPages(pageBits: i32, objects: usize, oldObjects: usize): f64 {
  let slotBytes: u64 = 0
  elsewhere = 0
  for (let index = 0; index < count; index++) {
    slotBytes += <u64>min(memsizeOf(index), slotSizeOf(index))
    const code = get(addresses, index)
    if (!isInPage(code)) {
      elsewhere++
      continue
    }

    const page = code >> pageBits
    set(objects, page, get(objects, page) + 1)
    if ((flagsOf(index) & YOUNG) == 0) set(oldObjects, page, get(oldObjects, page) + 1)
  }

  return <f64>slotBytes
}
