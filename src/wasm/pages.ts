// Addresses as codes: page number × slots + slot. lib/heap/address-codes.ts explains them, and handles addresses
// without a code. Both sides number pages in the order in which either finds them.
import {initialize, keep, keyPlusOne, note, setNote, slotOf} from './keys'
import {allocate} from './memory'

export const NO_CODE: i32 = -1

const keys = initialize(memory.data(12, 4), 1 << 12)

let alignmentBits: u32 = 3
let slotBits: u32 = 13
let mostPages: u32 = 0
/** Pages by their numbers. */
export let pages: usize = 0
let pageCapacity: u32 = 0
export let pageCount: u32 = 0

/** Recently used pages, indexed by their lowest bits: the page's number above the slot bits, plus 1. */
const LATELY_MASK: u32 = 1023
const lately: usize = memory.data(8 * 1024, 16)

export function setAlignment(bits: u32, most: u32): void {
  alignmentBits = bits
  slotBits = 16 - bits
  mostPages = most
}

/** The number of a page: the next one, if it has none. */
export function pageNumber(page: u32): i32 {
  // Page numbers alone would fill adjacent slots.
  const hash = <u64>page * 0x9e3779b97f4a7c15
  const slot = slotOf(keys, rotl(hash, 32))
  if (keyPlusOne(slot) != 0) return <i32>(keyPlusOne(slot) - 1)
  if (pageCount == mostPages) return NO_CODE
  if (pageCount == pageCapacity) growPages()
  store<u32>(pages + (<usize>pageCount << 2), page)
  pageCount++
  return <i32>keep(keys, slot, rotl(hash, 32), 0)
}

function growPages(): void {
  const old = pages
  pageCapacity = pageCapacity == 0 ? 1 << 12 : pageCapacity << 1
  pages = allocate(<usize>pageCapacity << 2)
  memory.copy(pages, old, <usize>pageCount << 2)
}

/** The code of an address; NO_CODE if AddressCodes must assign one. */
@inline
export function codeOf(page: u32, low: u32): i32 {
  const aligned = low >> alignmentBits
  if (aligned << alignmentBits != low) return NO_CODE
  const place = lately + (<usize>(page & LATELY_MASK) << 3)
  if (load<u32>(place) != page || load<i32>(place, 4) == 0) {
    const number = pageNumber(page)
    if (number == NO_CODE) return NO_CODE
    store<u32>(place, page)
    store<i32>(place, (number << slotBits) | 1, 4)
  }

  return (load<i32>(place, 4) ^ 1) | <i32>aligned
}

/** Whether this slot size is new for the page. */
export function isNewSlotSize(page: u32, bytes: u32): bool {
  const slot = slotOf(keys, rotl(<u64>page * 0x9e3779b97f4a7c15, 32))
  if (note(slot) == bytes) return false
  setNote(slot, bytes)
  return true
}
