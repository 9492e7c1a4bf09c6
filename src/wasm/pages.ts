// Addresses as codes: number of the page × slots + slot, as lib/heap/address-codes.ts has it, which says why and knows what to do with
// those that have none. Both number pages in the order in which either meets them.
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

let lastPage: u32 = 0
let lastBase: i32 = NO_CODE

export function setAlignment(bits: u32, most: u32): void {
  alignmentBits = bits
  slotBits = 16 - bits
  mostPages = most
}

/** Gives a page its number: the next one, if it has none. */
export function pageNumber(page: u32): i32 {
  // A page number alone would fill neighbouring slots.
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

/** NO_CODE: it is for AddressCodes to find one. */
@inline
export function codeOf(page: u32, low: u32): i32 {
  const aligned = low >> alignmentBits
  if (aligned << alignmentBits != low) return NO_CODE
  if (page != lastPage || lastBase == NO_CODE) {
    const number = pageNumber(page)
    if (number == NO_CODE) return NO_CODE
    lastPage = page
    lastBase = number << slotBits
  }

  return lastBase | <i32>aligned
}

/** Whether the dump has not yet said that slots of the page of `page` are of so many bytes. */
export function isNewSlotSize(page: u32, bytes: u32): bool {
  const slot = slotOf(keys, rotl(<u64>page * 0x9e3779b97f4a7c15, 32))
  if (note(slot) == bytes) return false
  setNote(slot, bytes)
  return true
}
