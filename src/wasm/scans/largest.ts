// The largest of many numbers: a binary heap of the largest so far, the smallest of them on top.
import {get, set, sizeAt} from '../words-of-memory'
import {counts} from './heap'

let sizes: usize = 0
let areWide: bool = false

/** Of two equal sizes, the later one counts as less. */
@inline
function isLess(first: i32, second: i32): bool {
  const difference = sizeAt(sizes, first, areWide) - sizeAt(sizes, second, areWide)
  return difference < 0 || (difference == 0 && first > second)
}

/**
 * Writes the indexes of the `top` largest entries of a column to `out`, in no order. Returns how many: fewer than `top`
 * if fewer are above 0. `isWide`: entries are floating point. `ofObjects`: entries belong to objects, some of which may
 * not count.
 */
export function selectLargest(column: usize, length: i32, isWide: bool, ofObjects: bool, top: i32, out: usize): i32 {
  sizes = column
  areWide = isWide
  let end = 0
  let least: f64 = 0
  for (let index = 0; index < length; index++) {
    const size = sizeAt(column, index, isWide)
    if (size <= least || (ofObjects && !counts(index))) continue
    if (end < top) {
      set(out, end, index)
      rise(out, end++)
    } else {
      set(out, 0, index)
      sink(out, end)
    }

    if (end == top) least = sizeAt(column, get(out, 0), isWide)
  }

  return end
}

function rise(out: usize, from: i32): void {
  const index = get(out, from)
  let at = from
  while (at > 0) {
    const above = (at - 1) >> 1
    if (!isLess(index, get(out, above))) break
    set(out, at, get(out, above))
    at = above
  }

  set(out, at, index)
}

function sink(out: usize, end: i32): void {
  const index = get(out, 0)
  let at = 0
  while (true) {
    let below = 2 * at + 1
    if (below >= end) break
    if (below + 1 < end && isLess(get(out, below + 1), get(out, below))) below++
    if (!isLess(get(out, below), index)) break
    set(out, at, get(out, below))
    at = below
  }

  set(out, at, index)
}
