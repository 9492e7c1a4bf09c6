// Lists of objects: what the tables look at more closely than a scan can.
import {IS_STRING} from '../types'
import {get, set, sizeAt} from '../words-of-memory'
import {count, counts, details, typeOf} from './heap'

/** Objects of the types whose bits are set in `mask` (types beyond 31 have none); returns how many. */
export function selectTypes(mask: u32, out: usize): i32 {
  let end = 0
  for (let index = 0; index < count; index++) {
    const type = typeOf(index)
    if (type < 32 && ((mask >> type) & 1) != 0 && counts(index)) set(out, end++, index)
  }

  return end
}

/** Entries of a column that are `wanted`. */
export function selectEqual(column: usize, length: i32, wanted: i32, out: usize): i32 {
  let end = 0
  for (let index = 0; index < length; index++) if (get(column, index) == wanted) set(out, end++, index)
  return end
}

/** A byte for each of a column of bytes: 0 for those that are `unwanted`, else 1. */
export function markUnlike(column: usize, length: i32, unwanted: u8, out: usize): void {
  for (let index = 0; index < length; index++) store<u8>(out + <usize>index, load<u8>(column + <usize>index) == unwanted ? 0 : 1)
}

/** Strings with one of the values that `isWanted` has a byte for. */
export function selectValues(isWanted: usize, out: usize): i32 {
  let end = 0
  for (let index = 0; index < count; index++) {
    if (typeOf(index) != IS_STRING) continue
    const value = get(details, index)
    if (value >= 0 && load<u8>(isWanted + value) != 0 && counts(index)) set(out, end++, index)
  }

  return end
}

/** Entries of a column of sizes that are at least `least`. */
export function selectLarge(column: usize, length: i32, isWide: bool, least: f64, out: usize): i32 {
  let end = 0
  for (let index = 0; index < length; index++) if (sizeAt(column, index, isWide) >= least) set(out, end++, index)
  return end
}
