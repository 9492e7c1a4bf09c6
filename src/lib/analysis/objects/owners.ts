// An object's owner: the nearest named class, module or thread above it that you can grep for. "Above" means its
// dominators; if several classes hold it, the objects on a shortest path to it.
//
// This file finds the owner of every object, as an object of this dump. Two other files do it differently:
// compare/owners.ts by names that another dump has too; owner.ts for one accumulation, with more work than is possible
// for all objects.
import type {HeapGraph} from '../../heap/heap-graph.js'
import {NONE} from '../../heap/columns.js'
import type {Heap} from '../../heap/heap.js'
import {TYPE} from '../../heap/object-types.js'
import {agentObjects} from './agent-objects.js'
import {isNamedModule, moduleName} from './class-names.js'
import {dominatorsOf} from './dominators.js'

/**
 * Object holds every top-level constant, and so whatever two classes share: naming it, or its ancestors, says nothing.
 */
const SILENT = new Set(['BasicObject', 'Class', 'Kernel', 'Module', 'Object'])

/** Whether the name of a class or module says nothing, so that another owner is better. */
export function isSilent(name: string): boolean {
  return SILENT.has(name)
}

export function isThread(heap: Heap, index: number): boolean {
  return heap.columns.types[index] === TYPE.DATA && heap.detail(index) === 'VM/thread'
}

/**
 * A named class or module, or a thread. Not a fiber: it belongs to its thread, or to the object that keeps it, which
 * has a name.
 */
export function isOwner(heap: Heap, index: number): boolean {
  return isNamedModule(heap, index) || isThread(heap, index)
}

/**
 * From an object, itself included, up to an object that a root holds: its dominators, then the shortest path from the
 * last of them.
 */
export function* holders(graph: HeapGraph, index: number): Generator<number> {
  let top = index
  for (const node of dominatorsOf(graph, index)) {
    top = node
    yield node
  }

  yield* graph.pathFromRoot(top).slice(0, -1).toReversed()
}

/** Kinds of nodes above an object. */
const NOBODY = 0
const OWNER = 1
const SILENT_OWNER = 2

/** By node; only classes, modules and threads are looked at. */
function kindsOf({heap, root}: HeapGraph): Uint8Array {
  const kinds = new Uint8Array(heap.count + 1)
  for (const index of heap.scans.select.ofTypes([TYPE.CLASS, TYPE.MODULE]))
    if (isNamedModule(heap, index)) kinds[index] = isSilent(moduleName(heap, index)) ? SILENT_OWNER : OWNER
  for (const index of heap.natives('VM/thread')) kinds[index] = OWNER
  for (const index of agentObjects(heap).indexes) kinds[index] = NOBODY
  kinds[root] = SILENT_OWNER
  return kinds
}

/** Not looked up yet. */
const UNKNOWN = -2

/**
 * Looks up owners one by one: the index of a class, module or thread; NONE for garbage, and if none of these is above
 * the object (a global variable, a finalizer). An owner's own owner is the one above it. What was found for an object is
 * kept for those below it: 8 bytes per object.
 */
export class OwnerLookup {
  readonly #graph: HeapGraph
  readonly #kinds: Uint8Array
  /** By object. */
  readonly #owners: Int32Array
  /** By object: the nearest telling owner on the shortest path to it, itself included, otherwise the nearest one. */
  readonly #onPath: Int32Array

  constructor(graph: HeapGraph) {
    this.#graph = graph
    this.#kinds = kindsOf(graph)
    this.#owners = new Int32Array(graph.heap.count).fill(UNKNOWN)
    this.#onPath = new Int32Array(graph.heap.count).fill(UNKNOWN)
  }

  ownerOf(index: number): number {
    const owners = this.#owners
    const kinds = this.#kinds
    if (!this.#graph.isReachable(index)) return NONE
    const {dominators} = this.#graph.tree
    let top = index
    while (owners[top] === UNKNOWN && kinds[dominators[top]] === NOBODY) top = dominators[top]
    const dominator = dominators[top]
    const owner =
      owners[top] !== UNKNOWN
        ? owners[top]
        : kinds[dominator] === OWNER
          ? dominator
          : this.#nearestOnPath(this.#graph.pathParent(top))
    for (let node = index; node !== top; node = dominators[node]) owners[node] = owner
    owners[top] = owner
    return owner
  }

  /** For an object that no single class holds. */
  #nearestOnPath(from: number): number {
    const {pathParent, root} = this.#graph
    const onPath = this.#onPath
    const unknown: number[] = []
    let node = from
    for (; node !== root && node !== NONE && onPath[node] === UNKNOWN; node = pathParent(node)) unknown.push(node)
    let found = node === root || node === NONE ? NONE : onPath[node]
    for (let at = unknown.length - 1; at >= 0; at--) {
      const kind = this.#kinds[unknown[at]]
      const isBetter = kind === OWNER || (kind === SILENT_OWNER && (found === NONE || this.#kinds[found] !== OWNER))
      if (isBetter) found = unknown[at]
      onPath[unknown[at]] = found
    }

    return found
  }
}

/** The owner of each object, as `OwnerLookup` finds it. */
export function ownersOf(graph: HeapGraph): Int32Array {
  const {order} = graph.retained
  const owners = new Int32Array(graph.heap.count).fill(NONE)
  const lookup = new OwnerLookup(graph)
  for (let at = 1; at < order.length; at++) owners[order[at]] = lookup.ownerOf(order[at])
  return owners
}
