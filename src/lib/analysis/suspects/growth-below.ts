// Growth that no single collection shows: chat rooms with members, a tree of small nodes, articles that remember their
// viewers. The number of containers is constant, or all are small, but the objects below them grow. Each object's age
// is known, so ages are summed up by dominator.
import {NO_NODE} from '../../graph/graph.js'
import type {HeapGraph} from '../../heap/heap-graph.js'
import {TYPE} from '../../heap/object-types.js'
import type {ClassGroups} from '../objects/class-groups.js'
import {isThread} from '../objects/owners.js'
import {reservedStack} from '../objects/reserved-stack.js'
import {isCode, isMachinery, type MemberGroup} from './accumulation-points.js'
import type {AgeProfile, Ages} from './ages.js'
import {removalsFrom} from './removals.js'

export type Below = {
  readonly age: AgeProfile
  /** The objects below, without code; limited to the first ones if there are very many. */
  readonly members: Int32Array
  /** Bytes allocated after boot; all bytes if the dump does not show boot. */
  readonly bytes: number
  readonly groups: readonly MemberGroup[]
  /** The number of tops with something new below them. */
  readonly branches: number
}

/** The number of objects examined below one holder. */
const OBJECT_LIMIT = 400_000
/** Fewer are not a pattern. */
const LEAST_OBJECTS = 64
/** Growth is spread if at least this share of the branches has something new. */
const LEAST_BRANCHES = 0.1
/** If one branch has most of the weight, the cause is further down. */
const MOST = 0.5
/** Steps from a cache object to its collection, with perhaps one object in between. */
const COLLECTION_DEPTH = 2
/** The share of collections that has to turn over. */
const LEAST_TURNING = 0.3
/** Lower than any generation; untraced objects have -1. */
const EVER = -2

export type Look = {
  readonly graph: HeapGraph
  readonly classes: ClassGroups
  readonly ages: Ages
  ageOf(members: ArrayLike<number>, from?: {readonly tops?: ArrayLike<number>}): AgeProfile
}

/** Whether new objects are spread over the tops, and not below just a few of them. */
export function isSpread({branches}: Below, tops: ArrayLike<number>): boolean {
  return branches >= tops.length * LEAST_BRANCHES
}

/**
 * Whether the objects below `tops`, which do not dominate each other, grow: below many of the tops, and not as in
 * caches that turn over.
 */
export function growsBelow(look: Look, tops: ArrayLike<number>, below: Below): boolean {
  const {growth} = below.age
  return (growth === 'growing' || growth === 'mixed') && isSpread(below, tops) && !turnOver(look, tops)
}

/** Whether many of the tops are collections with removals: caches that turn over, some busy and some idle. */
function turnOver({graph}: Look, tops: ArrayLike<number>): boolean {
  const {types, sizes} = graph.heap.columns
  let collections = 0
  let turning = 0
  for (let top = 0; top < tops.length; top++) {
    let largest = NO_NODE
    const open = [{depth: 0, node: tops[top]}]
    while (open.length > 0) {
      const {node, depth} = open.pop()!
      if (types[node] === TYPE.HASH || types[node] === TYPE.ARRAY) {
        if (largest === NO_NODE || sizes[node] > sizes[largest]) largest = node
      } else if (depth < COLLECTION_DEPTH) {
        for (const child of graph.childrenOf(node)) open.push({depth: depth + 1, node: child})
      }
    }

    if (largest === NO_NODE) continue
    collections++
    if (removalsFrom(graph, largest, () => false) === 'some') turning++
  }

  return turning > 0 && turning >= collections * LEAST_TURNING
}

/**
 * The objects below `tops`, whatever their age; null if there are few. `explained` are left out with all they dominate.
 */
export function allBelow(look: Look, tops: ArrayLike<number>, explained?: Uint8Array): Below | null {
  const {graph, classes, ages} = look
  const {
    heap,
    retained: {counts, ends, order},
  } = graph
  const members: number[] = []
  const tallies = new Map<number, {count: number; bytes: number}>()
  let bytes = 0
  let branches = 0
  for (let top = 0; top < tops.length && members.length < OBJECT_LIMIT; top++) {
    let hasNew = false
    const open = [tops[top]]
    while (open.length > 0) {
      const node = open.pop() as number
      for (let at = ends[node] - counts[node] + 1; at < ends[node]; at += counts[order[at]]) {
        const child = order[at]
        if (explained?.[child] !== 1 && !isCode(heap, child)) open.push(child)
      }

      if (node === tops[top]) continue
      members.push(node)
      hasNew ||= ages.isNew(node)
      if (ages.tellsGenerations && !ages.isAfterBoot(node)) continue
      const own = heap.memsize(node) - (isThread(heap, node) ? reservedStack(heap, node) : 0)
      bytes += own
      const group = classes.groupOf[node]
      const tally = tallies.get(group)
      if (tally === undefined) tallies.set(group, {bytes: own, count: 1})
      else {
        tally.count++
        tally.bytes += own
      }
    }

    if (hasNew) branches++
  }

  if (members.length < LEAST_OBJECTS) return null
  const groups = [...tallies]
    .map(([group, tally]) => ({className: classes.names[group], ...tally}))
    .toSorted((a, b) => b.bytes - a.bytes)
  return {age: look.ageOf(members, {tops}), branches, bytes, groups, members: Int32Array.from(members)}
}

/**
 * Objects with at least `leastBytes` of new objects below them, and no single branch with most of it: where growth
 * spreads out. `explained` are left out with all they dominate. Linear in the number of objects.
 */
export function spreadingPoints(
  {graph, classes, ages}: Look,
  explained: Uint8Array,
  leastBytes: number,
): readonly number[] {
  const {
    heap,
    root,
    retainedSizes,
    retained: {order},
    tree: {dominators},
  } = graph
  // Everything counts if the dump has no generations.
  const bootEnd = ages.tellsGenerations ? ages.bootEnd : EVER
  const weights = heap.scans.accumulations.newBytesBelow(
    {dominators, order, sizes: retainedSizes},
    explained,
    leastBytes,
    bootEnd,
  )
  const weightOf = (node: number) => weights.get(node) ?? 0
  // Each of them except the root is below another one.
  const below = new Map<number, number[]>()
  for (const [node, weight] of weights) {
    if (node === root || weight < leastBytes) continue
    const siblings = below.get(dominators[node])
    if (siblings === undefined) below.set(dominators[node], [node])
    else siblings.push(node)
  }

  const found: number[] = []
  const open = [root]
  while (open.length > 0) {
    const node = open.pop() as number
    const further = below.get(node) ?? []
    const largest = further.reduce(
      (most, child) => (most === NO_NODE || weightOf(child) > weightOf(most) ? child : most),
      NO_NODE,
    )
    const isHolder = node === root || isMachinery(heap, node)
    const goesOn =
      largest !== NO_NODE &&
      weightOf(largest) > weightOf(node) * MOST &&
      classes.groupOf[largest] !== classes.groupOf[node]
    if (isHolder || goesOn) for (const child of further) open.push(child)
    else if (heap.memsize(node) < weightOf(node) * MOST) found.push(node)
  }

  return found
}
