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
import {isAgents} from './agent-objects.js'
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

function kindOf(heap: Heap, index: number): number {
  if (!isOwner(heap, index) || isAgents(heap, index)) return NOBODY
  return !isThread(heap, index) && isSilent(moduleName(heap, index)) ? SILENT_OWNER : OWNER
}

/**
 * The index of each object's owner; NONE for garbage, and if no class or thread is above it (a global variable, a
 * finalizer). An owner's own owner is the one above it. One pass down the dominator tree; 4 bytes per object, and one
 * more while it runs.
 */
export function ownersOf(graph: HeapGraph): Int32Array {
  const {
    heap,
    root,
    retained: {order},
    tree: {dominators},
  } = graph
  const owners = new Int32Array(heap.count).fill(NONE)
  const kinds = new Uint8Array(heap.count + 1)
  kinds[root] = SILENT_OWNER
  // Each node comes after its dominator.
  for (let at = 1; at < order.length; at++) {
    const index = order[at]
    const dominator = dominators[index]
    kinds[index] = kindOf(heap, index)
    if (kinds[dominator] === OWNER) owners[index] = dominator
    else owners[index] = kinds[dominator] === NOBODY ? owners[dominator] : ownerByPath(graph, index)
  }

  return owners
}

/**
 * For an object that no single class holds: the nearest telling owner on a shortest path to it, otherwise the nearest
 * one, or NONE.
 */
function ownerByPath({heap, pathParent, root}: HeapGraph, index: number): number {
  let last = NONE
  for (let above = pathParent(index); above !== root && above !== NONE; above = pathParent(above)) {
    const kind = kindOf(heap, above)
    if (kind === OWNER) return above
    if (kind === SILENT_OWNER && last === NONE) last = above
  }

  return last
}
