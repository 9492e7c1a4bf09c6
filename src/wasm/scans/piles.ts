// What a node of the dominator tree dominates immediately, by group. The tree is in preorder: `order`, and by node how many it dominates, itself
// included (`counts`), and where these end (`ends`).
import {IS_IMEMO} from '../types'
import {add, get, set, sizeAt} from '../words-of-memory'
import {isBlock, isCode} from './code'
import {typeOf} from './heap'

/** A method made of a block (define_method): code, and all that the block closes over. */
function isBlockMethod(index: i32, order: usize, counts: usize, ends: usize): bool {
  if (typeOf(index) != IS_IMEMO) return false
  const end = get(ends, index)
  for (let at = end - get(counts, index) + 1; at < end; at += get(counts, get(order, at))) if (isBlock(get(order, at))) return true

  return false
}

@inline
function isMember(index: i32, order: usize, counts: usize, ends: usize): bool {
  return !isCode(index) || isBlockMethod(index, order, counts, ends)
}

/**
 * Counts the children of a node by group, code left out: how many, their retained bytes (floating point; both zero before) and the first of the largest.
 * Lists the groups as they are met, and returns how many.
 */
export function tallyChildren(
  node: i32, order: usize, counts: usize, ends: usize, sizes: usize, isWide: bool, groupOf: usize, children: usize, bytes: usize, largest: usize, met: usize,
): i32 {
  let metCount = 0
  const end = get(ends, node)
  for (let at = end - get(counts, node) + 1; at < end; at += get(counts, get(order, at))) {
    const child = get(order, at)
    if (!isMember(child, order, counts, ends)) continue
    const group = get(groupOf, child)
    const size = sizeAt(sizes, child, isWide)
    const known = get(children, group)
    if (known == 0) set(met, metCount++, group)
    if (known == 0 || size > sizeAt(sizes, get(largest, group), isWide)) set(largest, group, child)
    set(children, group, known + 1)
    add<f64>(bytes, group, size)
  }

  return metCount
}

/** Lists those children of some groups to `out`, from `places` on (by group, -1 for those that are not wanted), but for the one in `without`. */
export function listChildren(
  node: i32, order: usize, counts: usize, ends: usize, groupOf: usize, places: usize, without: usize, out: usize,
): void {
  const end = get(ends, node)
  for (let at = end - get(counts, node) + 1; at < end; at += get(counts, get(order, at))) {
    const child = get(order, at)
    const group = get(groupOf, child)
    const place = get(places, group)
    if (place < 0 || child == get(without, group) || !isMember(child, order, counts, ends)) continue
    set(out, place, child)
    set(places, group, place + 1)
  }
}
