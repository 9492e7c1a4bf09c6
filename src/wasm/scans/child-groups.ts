// A node's children in the dominator tree, by group. The tree is in preorder in `order`. By node, `counts` is how many
// nodes it dominates, itself included, and `ends` where they end.
import {IS_IMEMO} from '../types'
import {add, get, set, sizeAt} from '../words-of-memory'
import {isBlock, isCode} from './code'
import {typeOf} from './heap'

/** A method made from a block (define_method): code, and everything that the block closes over. */
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
 * Counts a node's children by group, without code: how many, their retained bytes (floating point; both initially
 * zero), and the first of the largest. Lists the groups in the order of their first children, and returns how many
 * there are.
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

/**
 * Lists the children of some groups in `out`, each group from its entry in `places` on (-1 for unwanted groups), except
 * the one in `without`.
 */
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
