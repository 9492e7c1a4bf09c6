// Replaces the scanner's keys with the heap's ids in the scanned records: lib/dump/record-scanner.ts assigns an id to
// each key once.
import {details, recordCount, sites} from './columns'
import {moved} from './memory'

/** By key of the site. */
let siteIds: usize = 0
let siteCapacity: u32 = 0
/** By key of the text, plus 1: only texts that are names have an id. */
let nameIds: usize = 0
let nameCapacity: u32 = 0
/** Records before this one have ids. */
let translated: u32 = 0

export function setSiteId(key: u32, id: i32): void {
  if (key >= siteCapacity) {
    const known = <usize>siteCapacity << 2
    siteCapacity = max(key + 1, max(siteCapacity << 1, 1 << 12))
    siteIds = moved(siteIds, known, <usize>siteCapacity << 2)
  }

  store<i32>(siteIds + (<usize>key << 2), id)
}

export function setNameId(key: u32, id: i32): void {
  if (key >= nameCapacity) {
    const known = <usize>nameCapacity << 2
    nameCapacity = max(key + 1, max(nameCapacity << 1, 1 << 12))
    nameIds = moved(nameIds, known, <usize>nameCapacity << 2)
  }

  store<i32>(nameIds + (<usize>key << 2), id + 1)
}

/** The key of a text that first needs an id, or -1 if all records have ids now. */
export function translate(): i32 {
  for (; translated < recordCount; translated++) {
    const word = <usize>translated << 2
    const detail = load<i32>(details + word)
    if (detail < -1) {
      const key = <u32>(-2 - detail)
      const id = key < nameCapacity ? load<i32>(nameIds + (<usize>key << 2)) : 0
      if (id == 0) return key
      store<i32>(details + word, id - 1)
    }

    const site = load<i32>(sites + word)
    if (site >= 0) store<i32>(sites + word, load<i32>(siteIds + (<usize>site << 2)))
  }

  return -1
}

/** Call this after adding a record that already has ids. */
export function skipTranslation(): void {
  translated = recordCount
}
