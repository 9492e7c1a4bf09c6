// Where memory accumulates: many similar objects below one holder, and single large objects.
//
// In the dominator tree an accumulation point is a node with many children of one class that together retain much. The
// node is usually the collection itself. If two collections or many holders list the same objects, the node is their
// common dominator, and the collection is found among the objects' referrers. If one member has most of the bytes, that
// member is examined instead.
import {NO_NODE} from '../../graph/graph.js'
import type {ChildGroups} from '../../heap/scans/child-groups.js'
import type {HeapGraph} from '../../heap/heap-graph.js'
import {FLAG, NONE} from '../../heap/columns.js'
import type {Heap} from '../../heap/heap.js'
import {isTracer, UNREACHED} from '../../heap/ownership.js'
import {TYPE} from '../../heap/object-types.js'
import type {ClassGroups} from '../objects/class-groups.js'

export type MemberGroup = {readonly className: string; readonly count: number; readonly bytes: number}

export type AccumulationPoint = {
  /** The node that dominates the members; the graph's root if there is no single one. */
  readonly dominator: number
  /** The object that lists the members: the dominator, or the collection that refers to most of them. */
  readonly container: number
  readonly members: Int32Array
  /** By bytes. */
  readonly groups: readonly MemberGroup[]
  readonly bytes: number
  readonly objects: number
}

export type GiantObject = {readonly index: number; readonly bytes: number}

const LEAST_MEMBERS = 16
/** A member with more than this share of its group's bytes is left out of the group. */
const OUTLIER_SHARE = 0.5
/** The number of members for which referrers are examined. */
const SAMPLE = 2000
/** A collection lists at least this share of the members. */
const COVERAGE = 0.4

/**
 * All accumulation points of at least `leastBytes`, and collections of at least `partBytes`, because many small ones
 * may belong together. Largest first; those inside the members of another one are left out.
 */
export function accumulationPoints(
  graph: HeapGraph,
  classes: ClassGroups,
  leastBytes: number,
  partBytes: number,
): readonly AccumulationPoint[] {
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
    outermost.add(nodes.filter(isLarge).flatMap(node => pointsAt(graph, classes, children, counts, node, leastBytes)))
    const parts = nodes.filter(node => !isLarge(node) && isCollection(graph, node) && !outermost.hasInside(node))
    outermost.add(parts.flatMap(node => pointsAt(graph, classes, children, counts, node, partBytes)))
  })
  return outermost.points
}

/** Objects with a shallow size of at least `leastBytes`, largest first: one String, one Array of numbers. */
export function giantObjects({heap, owned}: HeapGraph, leastBytes: number): readonly GiantObject[] {
  const found: GiantObject[] = []
  for (const index of heap.scans.select.atLeast(heap.memsizes, leastBytes)) {
    if (owned.strengths[index] !== UNREACHED && !isMachinery(heap, index))
      found.push({bytes: heap.memsizes[index], index})
  }

  return found.toSorted((a, b) => b.bytes - a.bytes)
}

/** Internal objects of a thread, the VM or the tracer. */
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

/** Code rather than data: methods, scopes, included modules, named classes; and symbols, which are names. */
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

/** Children by class, without a single one that has most of the bytes of its class. */
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

function pointsAt(
  graph: HeapGraph,
  {names}: ClassGroups,
  children: ChildGroups,
  counts: Int32Array,
  node: number,
  leastBytes: number,
): AccumulationPoint[] {
  const {heap, root} = graph
  const like = likeChildren(graph, names, children, node)
  // A collection's elements belong together; objects below a class or ROOT do not, unless one collection lists them.
  if (isCollection(graph, node)) {
    const bytes = like.reduce((sum, one) => sum + one.bytes, heap.memsize(node))
    return like.length === 0 || bytes < leastBytes ? [] : [point(graph, node, node, like, bytes)]
  }

  const points = new Map<number, {like: Like[]; bytes: number}>()
  for (const one of like) {
    // Small groups near the roots are numerous and not worth reporting.
    if (one.bytes < leastBytes / 4) continue
    const container = commonReferrer(graph, one.members, counts) ?? (node === root ? NONE : node)
    // Strings shared by code all over the app have nothing in common.
    if (container === NONE) continue
    const known = points.get(container) ?? {bytes: heap.memsize(container), like: []}
    known.like.push(one)
    known.bytes += one.bytes
    points.set(container, known)
  }

  return [...points]
    .filter(([, {bytes}]) => bytes >= leastBytes)
    .map(([container, {like: groups, bytes}]) => point(graph, node, container, groups, bytes))
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

function point(
  graph: HeapGraph,
  dominator: number,
  container: number,
  like: readonly Like[],
  bytes: number,
): AccumulationPoint {
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
 * The collection (or other object) that refers to most of the members; null if none refers to many. `counts` has a zero
 * for each object, and is zeroed again on return: a widely shared string may have a hundred thousand referrers.
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

/** Leaves out points inside the members of a larger one, and other entries of its collection. */
class Outermost {
  readonly points: AccumulationPoint[] = []
  readonly #graph: HeapGraph
  readonly #isMember: Uint8Array
  readonly #collections = new Set<number>()

  constructor(graph: HeapGraph) {
    this.#graph = graph
    this.#isMember = new Uint8Array(graph.heap.count + 1)
  }

  /** Whether a node is a member, or dominated by one. */
  hasInside(node: number): boolean {
    for (let at = node; at !== this.#graph.root && at !== NO_NODE; at = this.#graph.dominator(at))
      if (this.#isMember[at] === 1) return true
    return false
  }

  /** Must be called with smaller and smaller points. */
  add(found: readonly AccumulationPoint[]): void {
    for (const one of found.toSorted((a, b) => b.bytes - a.bytes)) {
      // Entries that another object also holds form a separate point in the same collection.
      if (this.#collections.has(one.container) || this.hasInside(one.dominator)) continue
      this.points.push(one)
      if (isCollection(this.#graph, one.container)) this.#collections.add(one.container)
      for (const member of one.members) this.#isMember[member] = 1
    }
  }
}
