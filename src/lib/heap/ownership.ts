// Which references own. Everything a reference leads to stays alive, but not every holder is to blame: an inline cache that has
// once looked up a constant did not put it there. So references have a strength, a path is as strong as its weakest reference,
// and an object is owned along its strongest paths only (docs/heap-graph.md has the rules and the reasons).
import type {Graph} from '../graph/graph.js'
import {FLAG, type Heap, NONE} from './heap.js'
import {TYPE} from './object-types.js'

export const STRENGTH = {
  /** Put there by code that wants to keep it: variables, elements, constants, closures, methods. */
  owning: 1,
  /** Keeps alive by the way: the class of an object, a superclass, a thread's stack. */
  incidental: 2,
  /** Would let go of it at once: inline caches, the allocation tracer. */
  cache: 3,
} as const

/** Strength of what nothing reaches. */
export const UNREACHED = 255

export type OwnedHeap = {
  /** The owning references among the objects; node `heap.count` is ROOT. Garbage has no edges. */
  readonly graph: Graph
  readonly root: number
  /** By object: strength of its strongest path from ROOT; UNREACHED for garbage. */
  readonly strengths: Uint8Array
}

/** What a record is, as far as it matters to the strength of its references; 0 for nearly all. */
const NAMED_MODULE = 1
const INLINE_CACHE = 2
const STACK = 3
const UNNAMED_MODULE = 4

const INLINE_CACHES = new Set(['callcache', 'constcache', 'callinfo'])
const TRACER_STRUCT = 'ObjectTracing/allocation_info_tracer'
const STACK_STRUCTS = new Set(['VM/thread', 'fiber'])
/** The agent's record of what a thread's stack holds: a fork has no stacks but one. */
const THREAD_STACK_CLASS = 'Heapdump::ThreadStack'

export function isTracer(heap: Heap, index: number): boolean {
  return heap.columns.types[index] === TYPE.DATA && heap.detail(index) === TRACER_STRUCT
}

/** Time linear in objects and references; 4 bytes a reference and 5 an object are kept. */
export function ownedHeap(heap: Heap): OwnedHeap {
  const kinds = recordKinds(heap)
  const strengths = pathStrengths(heap, kinds)
  return {graph: owningGraph(heap, kinds, strengths), root: heap.count, strengths}
}

/** What each record is to the strength of its references: one byte an object, for `referenceStrength`. */
export function recordKinds(heap: Heap): Uint8Array {
  const {types, flags, details, classes, firstEdge, edges} = heap.columns
  const {texts} = heap.tables
  const kinds = new Uint8Array(heap.count)
  const cacheText = new Uint8Array(texts.size)
  const stackText = new Uint8Array(texts.size)
  for (let text = 0; text < texts.size; text++) {
    const name = texts.text(text)
    if (INLINE_CACHES.has(name)) cacheText[text] = 1
    if (STACK_STRUCTS.has(name)) stackText[text] = 1
  }

  let stackClass = NONE
  for (let index = 0; index < heap.count; index++) {
    const type = types[index]
    const detail = details[index]
    if (type === TYPE.CLASS || type === TYPE.MODULE) {
      const named = (flags[index] & FLAG.named) !== 0 && (flags[index] & FLAG.singleton) === 0
      kinds[index] = named ? NAMED_MODULE : UNNAMED_MODULE
      if (named && texts.text(detail) === THREAD_STACK_CLASS) stackClass = index
    } else if (type === TYPE.IMEMO) {
      if (detail !== NONE && cacheText[detail] === 1) kinds[index] = INLINE_CACHE
    } else if (type === TYPE.DATA && detail !== NONE) {
      if (stackText[detail] === 1) kinds[index] = STACK
      else if (isTracer(heap, index)) kinds[index] = INLINE_CACHE
    }
  }

  // The record of a stack is an object with an Array: what the Array lists is what the stack holds.
  if (stackClass === NONE) return kinds
  for (let index = 0; index < heap.count; index++) {
    if (classes[index] !== stackClass || types[index] !== TYPE.OBJECT) continue
    kinds[index] = STACK
    for (let at = firstEdge[index]; at < firstEdge[index + 1]; at++) {
      const target = edges[at]
      if (target !== NONE && types[target] === TYPE.ARRAY) kinds[target] = STACK
    }
  }

  return kinds
}

/** Strength of one reference by itself. */
export function referenceStrength(heap: Heap, kinds: Uint8Array, source: number, target: number): number {
  switch (kinds[source]) {
    case INLINE_CACHE:
      return STRENGTH.cache
    case STACK:
      return STRENGTH.incidental
    case NAMED_MODULE:
    case UNNAMED_MODULE:
      return kinds[target] === NAMED_MODULE && heap.tables.superclasses.get(source) === target ? STRENGTH.incidental : STRENGTH.owning
    default:
      // A class belongs to the module it is named in, not to whoever uses it.
      return kinds[target] === NAMED_MODULE ? STRENGTH.incidental : STRENGTH.owning
  }
}

/** The stack of the thread that dumps is scanned for whatever looks like an address. */
export function rootStrength(heap: Heap, root: number): number {
  return heap.columns.rootCategories[heap.columns.rootCategory[root]] === 'machine_context' ? STRENGTH.incidental : STRENGTH.owning
}

/** The object's class is no reference in the dump, but the collector marks it. */
export function classStrength(kinds: Uint8Array, owner: number): number {
  return kinds[owner] === NAMED_MODULE ? STRENGTH.incidental : STRENGTH.owning
}

/** Breadth-first once for each strength: with references of at least that strength, from all that was reached before. */
function pathStrengths(heap: Heap, kinds: Uint8Array): Uint8Array {
  const {count, firstEdge, edges, classes, roots} = heap.columns
  const strengths = new Uint8Array(count).fill(UNREACHED)
  const queue = new Int32Array(count)
  let end = 0
  for (let strength: number = STRENGTH.owning; strength <= STRENGTH.cache; strength++) {
    for (let at = 0; at < roots.length; at++) {
      const target = roots[at]
      if (target !== NONE && strengths[target] === UNREACHED && rootStrength(heap, at) <= strength) {
        strengths[target] = strength
        queue[end++] = target
      }
    }

    for (let at = 0; at < end; at++) {
      const source = queue[at]
      for (let edge = firstEdge[source]; edge < firstEdge[source + 1]; edge++) {
        const target = edges[edge]
        if (target !== NONE && strengths[target] === UNREACHED && referenceStrength(heap, kinds, source, target) <= strength) {
          strengths[target] = strength
          queue[end++] = target
        }
      }

      const owner = classes[source]
      if (owner !== NONE && strengths[owner] === UNREACHED && classStrength(kinds, owner) <= strength) {
        strengths[owner] = strength
        queue[end++] = owner
      }
    }
  }

  return strengths
}

/** A reference owns if it is on a strongest path: the weaker of the source's strength and its own is the target's. */
function owningGraph(heap: Heap, kinds: Uint8Array, strengths: Uint8Array): Graph {
  const {count, firstEdge, edges, classes, roots} = heap.columns
  const owns = (source: number, target: number) =>
    target !== NONE && Math.max(strengths[source], referenceStrength(heap, kinds, source, target)) === strengths[target]
  const ownsClass = (source: number, owner: number) =>
    owner !== NONE && Math.max(strengths[source], classStrength(kinds, owner)) === strengths[owner]

  const ownedRoots = new Set<number>()
  for (let at = 0; at < roots.length; at++) {
    if (roots[at] !== NONE && rootStrength(heap, at) === strengths[roots[at]]) ownedRoots.add(roots[at])
  }

  const first = new Int32Array(count + 2)
  let total = 0
  for (let source = 0; source < count; source++) {
    first[source] = total
    if (strengths[source] === UNREACHED) continue
    for (let edge = firstEdge[source]; edge < firstEdge[source + 1]; edge++) if (owns(source, edges[edge])) total++
    if (ownsClass(source, classes[source])) total++
  }

  first[count] = total
  first[count + 1] = total + ownedRoots.size
  const targets = new Int32Array(total + ownedRoots.size)
  let at = 0
  for (let source = 0; source < count; source++) {
    if (strengths[source] === UNREACHED) continue
    for (let edge = firstEdge[source]; edge < firstEdge[source + 1]; edge++) {
      if (owns(source, edges[edge])) targets[at++] = edges[edge]
    }

    if (ownsClass(source, classes[source])) targets[at++] = classes[source]
  }

  targets.set(Int32Array.from(ownedRoots), total)
  return {edges: targets, firstEdge: first, nodeCount: count + 1}
}
