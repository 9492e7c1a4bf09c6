// Where memory piles up: many like objects under one holder, and single objects that are large themselves.
//
// In the dominator tree a pile is a node with many children of one class that together retain much. The node is usually the
// collection itself; where two collections list the same objects, or many holders do, it is whatever they have in common, and the
// collections are found among the objects' referrers. A pile whose bytes are one member's is no pile: the member is looked at.
import {NO_NODE} from '../../graph/graph.js'
import type {ChildGroups} from '../../heap/scans/child-groups.js'
import type {HeapGraph} from '../../heap/heap-graph.js'
import {FLAG, NONE} from '../../heap/columns.js'
import type {Heap} from '../../heap/heap.js'
import {isTracer, UNREACHED} from '../../heap/ownership.js'
import {TYPE} from '../../heap/object-types.js'
import type {ClassGroups} from '../objects/class-groups.js'

export type MemberGroup = {readonly className: string; readonly count: number; readonly bytes: number}

export type Accumulation = {
  /** What dominates the members; the graph's root if nothing single does. */
  readonly dominator: number
  /** What lists the members: the dominator, or the collection most of them are referred from. */
  readonly container: number
  readonly members: Int32Array
  /** By bytes. */
  readonly groups: readonly MemberGroup[]
  readonly bytes: number
  readonly objects: number
}

export type GiantObject = {readonly index: number; readonly bytes: number}

const LEAST_MEMBERS = 16
/** A member with more than this share of its group's bytes makes the group its own story. */
const OUTLIER_SHARE = 0.5
/** Members whose referrers are looked at. */
const SAMPLE = 2000
/** A collection lists at least this share of the members. */
const COVERAGE = 0.4

/**
 * All piles of at least `leastBytes`, and collections of at least `partBytes`, for many of them may be one story.
 * Largest first; one
 * inside another's members is left out.
 */
export function accumulations(
  graph: HeapGraph,
  classes: ClassGroups,
  leastBytes: number,
  partBytes: number,
): readonly Accumulation[] {
  const {heap, retained, retainedCounts, retainedSizes, scratch} = graph
  const outermost = new Outermost(graph)
  scratch.during(() => {
    const children = heap.scans.accumulations.childGroups(retained, {
      groupCount: classes.names.length,
      groupOf: classes.groupOf,
    })
    const nodes = Array.from(heap.scans.select.atLeast(retainedSizes, partBytes)).filter(
      node => retainedCounts[node] > LEAST_MEMBERS,
    )
    const counts = scratch.take(heap.count).fill(0)
    const isLarge = (node: number) => retainedSizes[node] >= leastBytes
    outermost.add(nodes.filter(isLarge).flatMap(node => pilesAt(graph, classes, children, counts, node, leastBytes)))
    const parts = nodes.filter(node => !isLarge(node) && isCollection(graph, node) && !outermost.hasInside(node))
    outermost.add(parts.flatMap(node => pilesAt(graph, classes, children, counts, node, partBytes)))
  })
  return outermost.piles
}

/** Objects whose own memory is at least `leastBytes`, largest first: one String, one Array of numbers. */
export function giantObjects({heap, owned}: HeapGraph, leastBytes: number): readonly GiantObject[] {
  const found: GiantObject[] = []
  for (const index of heap.scans.select.atLeast(heap.memsizes, leastBytes)) {
    if (owned.strengths[index] !== UNREACHED && !isMachinery(heap, index))
      found.push({bytes: heap.memsizes[index], index})
  }

  return found.toSorted((a, b) => b.bytes - a.bytes)
}

/** What a thread, the VM or the tracer needs for itself. */
export function isMachinery(heap: Heap, index: number): boolean {
  const {types, classes} = heap.columns
  const type = types[index]
  if (type === TYPE.IMEMO || type === TYPE.CLASS || type === TYPE.MODULE || type === TYPE.ICLASS) return true
  if (classes[index] === NONE) return true
  if (type !== TYPE.DATA) return false
  const struct = heap.detail(index)
  return (
    struct === 'VM' ||
    struct === 'VM/thread' ||
    struct === 'fiber' ||
    struct === 'ractor' ||
    struct === 'iseqw' ||
    isTracer(heap, index)
  )
}

/** Code is no data: methods, scopes, included modules, named classes. Symbols are names. */
export function isCode(heap: Heap, index: number): boolean {
  const {types, flags} = heap.columns
  switch (types[index]) {
    case TYPE.IMEMO:
      return heap.detail(index) !== 'env' && heap.detail(index) !== 'ifunc'
    case TYPE.ICLASS:
    case TYPE.SYMBOL:
    case TYPE.MODULE:
      return true
    case TYPE.CLASS:
      return (flags[index] & (FLAG.named | FLAG.singleton)) !== 0
    default:
      return false
  }
}

type Like = {readonly className: string; readonly count: number; readonly bytes: number; readonly members: Int32Array}

/** Children of one class; without the one that is most of their bytes, if there is one. */
function likeChildren(
  graph: HeapGraph,
  names: readonly string[],
  children: ChildGroups,
  node: number,
): readonly Like[] {
  const groups = children.of(node).map(({bytes, count, group, largest}) => {
    const outlier = graph.retainedSizes[largest]
    const isOutlier = outlier > bytes * OUTLIER_SHARE && count > 1
    return {
      bytes: isOutlier ? bytes - outlier : bytes,
      count: isOutlier ? count - 1 : count,
      group,
      without: isOutlier ? largest : NO_NODE,
    }
  })
  const large = groups.filter(({count}) => count >= LEAST_MEMBERS)
  const members = children.membersOf(node, large)
  return large
    .map(({bytes, count, group}, at) => ({bytes, className: names[group], count, members: members[at]}))
    .toSorted((one, two) => two.bytes - one.bytes)
}

function pilesAt(
  graph: HeapGraph,
  {names}: ClassGroups,
  children: ChildGroups,
  counts: Int32Array,
  node: number,
  leastBytes: number,
): Accumulation[] {
  const {heap, root} = graph
  const like = likeChildren(graph, names, children, node)
  // A collection's elements belong together; what lies under a class or under ROOT does not, unless one collection lists it.
  if (isCollection(graph, node)) {
    const bytes = like.reduce((sum, one) => sum + one.bytes, heap.memsize(node))
    return like.length === 0 || bytes < leastBytes ? [] : [pile(graph, node, node, like, bytes)]
  }

  const piles = new Map<number, {like: Like[]; bytes: number}>()
  for (const one of like) {
    // Small groups on the way to the roots are many, and no story.
    if (one.bytes < leastBytes / 4) continue
    const container = commonReferrer(graph, one.members, counts) ?? (node === root ? NONE : node)
    // Texts that code shares all over the place have nothing in common.
    if (container === NONE) continue
    const known = piles.get(container) ?? {bytes: heap.memsize(container), like: []}
    known.like.push(one)
    known.bytes += one.bytes
    piles.set(container, known)
  }

  return [...piles]
    .filter(([, {bytes}]) => bytes >= leastBytes)
    .map(([container, {like: groups, bytes}]) => pile(graph, node, container, groups, bytes))
}

function isCollection(
  {
    heap: {
      columns: {types},
    },
    root,
  }: HeapGraph,
  node: number,
): boolean {
  return node !== root && (types[node] === TYPE.HASH || types[node] === TYPE.ARRAY)
}

function pile(
  graph: HeapGraph,
  dominator: number,
  container: number,
  like: readonly Like[],
  bytes: number,
): Accumulation {
  const members = new Int32Array(like.reduce((sum, {count}) => sum + count, 0))
  let end = 0
  for (const one of like) {
    members.set(one.members, end)
    end += one.count
  }

  return {
    bytes,
    container,
    dominator,
    groups: like.map(({bytes: groupBytes, className, count}) => ({bytes: groupBytes, className, count})),
    members,
    objects: members.reduce((sum, member) => sum + graph.retainedCounts[member], 1),
  }
}

/**
 * The collection (or other object) that refers to most of the members; null if none refers to many. `counts`: a zero
 * for each object, and zeros when it is done: a text that everybody has may have a hundred thousand owners.
 */
function commonReferrer(graph: HeapGraph, members: Int32Array, counts: Int32Array): number | null {
  const {root, heap} = graph
  const step = Math.max(1, Math.floor(members.length / SAMPLE))
  let sampled = 0
  const eachReferrer = (visit: (referrer: number) => void) => {
    for (let at = 0; at < members.length; at += step) {
      let last = NO_NODE
      graph.eachOwner(members[at], referrer => {
        if (referrer === root || referrer === last) return
        last = referrer
        visit(referrer)
      })
      sampled++
    }
  }

  eachReferrer(referrer => counts[referrer]++)
  const least = sampled * COVERAGE
  let best: number | null = null
  let most = 0
  eachReferrer(referrer => {
    const count = counts[referrer]
    counts[referrer] = 0
    if (count < least || count <= most || heap.columns.types[referrer] === TYPE.IMEMO) return
    best = referrer
    most = count
  })
  return best
}

/** Leaves out piles that lie inside the members of a larger one, and other entries of its collection. */
class Outermost {
  readonly piles: Accumulation[] = []
  readonly #graph: HeapGraph
  readonly #isMember: Uint8Array
  readonly #collections = new Set<number>()

  constructor(graph: HeapGraph) {
    this.#graph = graph
    this.#isMember = new Uint8Array(graph.heap.count + 1)
  }

  /** Whether a node is a member, or inside of one. */
  hasInside(node: number): boolean {
    for (let at = node; at !== this.#graph.root && at !== NO_NODE; at = this.#graph.dominator(at))
      if (this.#isMember[at] === 1) return true
    return false
  }

  /** None of them larger than those before. */
  add(found: readonly Accumulation[]): void {
    for (const one of found.toSorted((a, b) => b.bytes - a.bytes)) {
      // Entries that somebody else holds too are a pile of their own, in the same collection.
      if (this.#collections.has(one.container) || this.hasInside(one.dominator)) continue
      this.piles.push(one)
      if (isCollection(this.#graph, one.container)) this.#collections.add(one.container)
      for (const member of one.members) this.#isMember[member] = 1
    }
  }
}
