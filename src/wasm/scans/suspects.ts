// What the suspects ask of very many objects.
import {UNREACHED} from './strengths'
import {IS_STRING} from '../types'
import {addWide, get, set, setWide, sizeAt, wide} from '../words-of-memory'
import {isCode} from './code'
import {count, details, generations, memsizeOf, sites, typeOf} from './heap'

/**
 * In the dominator tree, of which `order` has the nodes in preorder: bytes of objects allocated after generation `bootEnd` below each node that retains at least `leastBytes`, itself included: what lies below any other
 * node counts for the nearest one above it. What a byte of `explained` marks is left out with all it dominates; so is code. Lists these nodes to
 * `large`, the root first, each one after those that dominate it, and their bytes to `weights`; returns how many. `nearest`: a word a node,
 * which of them a node counts for, -1 for what is left out.
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

/** Numbers the entries of a column that are at least `least`, from 1 on; writes 0 for the others. Returns how many it has numbered. */
export function numberLarge(column: usize, length: i32, least: i32, numbers: usize): i32 {
  let last = 0
  for (let index = 0; index < length; index++) set(numbers, index, get(column, index) >= least ? ++last : 0)
  return last
}

/**
 * Lists the strings that have one of the texts of `textOf` (by value, from 1; 0 for others) and that a path reaches, and
 * counts them by text: `copies` and `memsizes`, zero before. Then leaves out those of texts with less than `least` copies. Returns how many are left.
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

/** The sum of what `tallySites` has counted. */
export let tallied: f64 = 0

/**
 * Bytes by site (zero before) of the last of `nodes` and all they dominate, of `left` objects at most, the last node first; lists the sites as they are met,
 * and returns how many. In the dominator tree `counts` and `ends`, by node, say where in `order` it and all below it are.
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
