// Lists of objects that the tables examine more closely than a scan can.
import {IS_STRING} from '../types'
import {get, set, sizeAt} from '../words-of-memory'
import {count, counts, details, firstEdge, typeOf} from './heap'

/** Lists objects of the types whose bits are set in `mask` (types beyond 31 have none). Returns how many there are. */
export function selectTypes(mask: u32, out: usize): i32 {
  let end = 0
  for (let index = 0; index < count; index++) {
    const type = typeOf(index)
    if (type < 32 && ((mask >> type) & 1) != 0 && counts(index)) set(out, end++, index)
  }

  return end
}

/** Lists the entries of a column that equal `wanted`. */
export function selectEqual(column: usize, length: i32, wanted: i32, out: usize): i32 {
  let end = 0
  for (let index = 0; index < length; index++) if (get(column, index) == wanted) set(out, end++, index)
  return end
}

/** Lists the objects that refer to `target`, once each. */
export function selectReferrers(edges: usize, target: i32, out: usize): i32 {
  let end = 0
  let at = get(firstEdge, 0)
  for (let index = 0; index < count; index++) {
    const last = get(firstEdge, index + 1)
    for (; at < last; at++) {
      if (get(edges, at) != target) continue
      set(out, end++, index)
      break
    }

    at = last
  }

  return end
}

/** Writes a byte for each entry of a column of bytes: 0 if it equals `unwanted`, otherwise 1. */
export function markUnlike(column: usize, length: i32, unwanted: u8, out: usize): void {
  for (let index = 0; index < length; index++) store<u8>(out + <usize>index, load<u8>(column + <usize>index) == unwanted ? 0 : 1)
}

/** Lists strings with a value that has a byte in `isWanted`. */
export function selectValues(isWanted: usize, out: usize): i32 {
  let end = 0
  for (let index = 0; index < count; index++) {
    if (typeOf(index) != IS_STRING) continue
    const value = get(details, index)
    if (value >= 0 && load<u8>(isWanted + value) != 0 && counts(index)) set(out, end++, index)
  }

  return end
}

/** Lists the entries of a column of sizes that are at least `least`. */
export function selectLarge(column: usize, length: i32, isWide: bool, least: f64, out: usize): i32 {
  let end = 0
  for (let index = 0; index < length; index++) if (sizeAt(column, index, isWide) >= least) set(out, end++, index)
  return end
}
