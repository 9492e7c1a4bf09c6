// Ruby's heap pages, by their numbers in AddressCodes: the objects on each, and the size of its slots.
import {YOUNG} from '../bytes'
import {get, set} from '../words-of-memory'
import {addresses, count, flagsOf, memsizeOf} from './heap'

let slotBits: i32 = 0
/** Codes from here on are addresses that are not in a page. */
let irregularStart: i32 = 0
/** The slot size of a page in bytes; 0 if the dump does not have it. */
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
 * Counts objects, and old ones, by page (initially zero), and those outside of pages in `elsewhere`. `pageBits`: how
 * many bits of a code are the position in its page. Returns the sum of bytes that all objects use in their slots.
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
