// Growth that no single collection shows. Rooms with members each, a tree of small nodes, a list of articles that remember who looked
// at them: the containers are as many as ever, or all small, and what lies below them grows. Each object's age is known, so it is
// added up by whoever dominates it.
import {NO_NODE} from '../../graph/graph.js'
import type {HeapGraph} from '../../heap/heap-graph.js'
import {TYPE} from '../../heap/object-types.js'
import type {ClassGroups} from '../objects/class-groups.js'
import {isThread} from '../objects/owners.js'
import {reservedStack} from '../objects/threads.js'
import {isCode, isMachinery, type MemberGroup} from './accumulations.js'
import type {AgeProfile, Ages} from './ages.js'
import {removalsFrom} from './removals.js'

export type Below = {
  readonly age: AgeProfile
  /** The objects below, code left out; the first ones of very many. */
  readonly members: Int32Array
  /** Of what came after boot; of all, where the dump does not tell. */
  readonly bytes: number
  readonly groups: readonly MemberGroup[]
  /** How many of the tops have something new below them. */
  readonly branches: number
}

/** Objects of one place that are looked at. */
const OBJECT_LIMIT = 400_000
/** Fewer are no pattern. */
const LEAST_OBJECTS = 64
/** Spread: so large a part of the branches has something new. */
const LEAST_BRANCHES = 0.1
/** Most of the weight in one branch: the story is further down. */
const MOST = 0.5
/** A cache's object, and perhaps one in between, to its collection. */
const COLLECTION_DEPTH = 2
/** Share of the collections that turn over. */
const LEAST_TURNING = 0.3
/** Whatever was allocated came after it; what was not traced has generation -1. */
const EVER = -2

export type Look = {
  readonly graph: HeapGraph
  readonly classes: ClassGroups
  readonly ages: Ages
  ageOf(members: ArrayLike<number>, from?: {readonly tops?: ArrayLike<number>}): AgeProfile
}

/** Whether what is new is spread over the tops, and not below a few of them. */
export function isSpread({branches}: Below, tops: ArrayLike<number>): boolean {
  return branches >= tops.length * LEAST_BRANCHES
}

/**
 * Whether what is below `tops`, objects that do not dominate each other, grows there: below many of them, and not as in
 * caches that turn over.
 */
export function growsBelow(look: Look, tops: ArrayLike<number>, below: Below): boolean {
  const {growth} = below.age
  return (growth === 'growing' || growth === 'mixed') && isSpread(below, tops) && !turnOver(look, tops)
}

/** Many of the tops are collections that entries are taken out of: caches that turn over, busy ones and idle ones. */
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

/** What lies below `tops`, whatever its age; null if that is little. `explained` are left out with all they dominate. */
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
 * Objects below which at least `leastBytes` are new and no single branch has most of it: where growth spreads out. `explained` are left
 * out with all they dominate. Linear in the objects.
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
  // Of all, where the dump does not tell.
  const bootEnd = ages.tellsGenerations ? ages.bootEnd : EVER
  const weights = heap.scans.accumulations.newBytesBelow(
    {dominators, order, sizes: retainedSizes},
    explained,
    leastBytes,
    bootEnd,
  )
  const weightOf = (node: number) => weights.get(node) ?? 0
  // Each of them but the root is below another one.
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
