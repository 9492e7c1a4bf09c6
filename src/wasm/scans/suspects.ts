// Scans for the suspects that visit very many objects.
import {UNREACHED} from './strengths'
import {IS_STRING} from '../types'
import {addWide, get, set, setWide, sizeAt, wide} from '../words-of-memory'
import {isCode} from './code'
import {count, details, generations, memsizeOf, sites, typeOf} from './heap'

/**
 * For each node that retains at least `leastBytes`: the bytes of objects allocated after generation `bootEnd` below it,
 * itself included. `order` has the nodes of the dominator tree in preorder. Objects marked in `explained`, one byte
 * each, are left out with everything they dominate; so is code. Lists these nodes in `large`, the root first and each
 * one after those that dominate it, and their bytes in `weights`. Returns how many there are. `nearest`: one word per
 * node, the nearest of these nodes above it, or -1 if it is left out.
 */
export function newBytesBelow(
  reached: i32, order: usize, dominators: usize, sizes: usize, isWide: bool, explained: usize, leastBytes: f64, bootEnd: i32, nearest: usize, large: usize,
  weights: usize,
): i32 {
  const root = get(order, 0)
  let end = 1
  set(large, 0, root)
  setWide(weights, 0, 0)
  set(nearest, root, 0)
  for (let place = 1; place < reached; place++) {
    const node = get(order, place)
    let number = get(nearest, get(dominators, node))
    if (load<u8>(explained + node) != 0) number = -1
    else if (number != -1 && sizeAt(sizes, node, isWide) >= leastBytes) {
      number = end++
      set(large, number, node)
      setWide(weights, number, 0)
    }

    set(nearest, node, number)
    if (number != -1 && get(generations, node) > bootEnd && !isCode(node)) addWide(weights, number, <f64>memsizeOf(node))
  }

  for (let number = end - 1; number > 0; number--) {
    const above = get(nearest, get(dominators, get(large, number)))
    addWide(weights, above, wide(weights, number))
  }

  return end
}

/**
 * Numbers the entries of a column that are at least `least`, starting from 1, and writes 0 for the others. Returns how
 * many are numbered.
 */
export function numberLarge(column: usize, length: i32, least: i32, numbers: usize): i32 {
  let last = 0
  for (let index = 0; index < length; index++) set(numbers, index, get(column, index) >= least ? ++last : 0)
  return last
}

/**
 * Lists the reachable strings with one of the texts in `textOf` (by value, from 1; 0 for others), and counts them by
 * text in `copies` and `memsizes`, initially zero. Then drops those whose text has fewer than `least` copies. Returns
 * how many are left.
 */
export function listRepeated(
  textOf: usize, strengths: usize, least: i32, out: usize, copies: usize, memsizes: usize,
): i32 {
  let end = 0
  for (let index = 0; index < count; index++) {
    if (typeOf(index) != IS_STRING || <i32>load<u8>(strengths + index) == UNREACHED) continue
    const value = get(details, index)
    if (value < 0) continue
    const text = get(textOf, value)
    if (text == 0) continue
    set(out, end++, index)
    set(copies, text, get(copies, text) + 1)
    addWide(memsizes, text, <f64>memsizeOf(index))
  }

  let kept = 0
  for (let at = 0; at < end; at++) {
    const index = get(out, at)
    if (get(copies, get(textOf, get(details, index))) >= least) set(out, kept++, index)
  }

  return kept
}

/** The sum that `tallySites` counted. */
export let tallied: f64 = 0

/**
 * Counts bytes by site (initially zero) for `nodes`, the last one first, and everything they dominate, for at most
 * `left` objects. Lists the sites in the order of their first objects, and returns how many there are. `counts` and
 * `ends`, by node, say where a node and everything below it are in `order`, the preorder of the dominator tree.
 */
export function tallySites(
  nodes: usize, length: i32, order: usize, counts: usize, ends: usize, left: i32, bytes: usize, met: usize,
): i32 {
  let metCount = 0
  tallied = 0
  for (let at = length - 1; at >= 0 && left > 0; at--) {
    const first = get(nodes, at)
    // Garbage dominates nothing, not even itself.
    const dominated = get(counts, first)
    const start = get(ends, first) - dominated
    const end = start + max(1, min(dominated, left))
    left -= end - start
    for (let place = start; place < end; place++) {
      const node = dominated == 0 ? first : get(order, place)
      const site = get(sites, node)
      if (site < 0) continue
      if (wide(bytes, site) == 0) set(met, metCount++, site)
      const memsize = <f64>memsizeOf(node)
      addWide(bytes, site, memsize)
      tallied += memsize
    }
  }

  return metCount
}
