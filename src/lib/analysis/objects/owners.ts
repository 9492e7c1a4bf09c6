// Whose an object is: the nearest thing above it that a person can search the code for, a named class or module, or a thread. Above is
// what dominates it; where several hold it, what is on a shortest path to it.
//
// Each object's owner is told here, as an object of this dump. Two files say more, and why: compare/owners.ts tells owners by names that
// another dump has too, owner.ts looks at one pile longer than can be done for all objects.
import type {HeapGraph} from '../../heap/heap-graph.js'
import {NONE} from '../../heap/columns.js'
import type {Heap} from '../../heap/heap.js'
import {TYPE} from '../../heap/object-types.js'
import {isAgents} from './agent-objects.js'
import {isNamedModule, moduleName} from './class-names.js'
import {dominatorsOf} from './dominators.js'

/** Object holds every constant at the top level, and so whatever two classes share: to name it, or what it is made of, says nothing. */
const SILENT = new Set(['BasicObject', 'Class', 'Kernel', 'Module', 'Object'])

/** Whether the name of a class or module says nothing where another one can be told. */
export function isSilent(name: string): boolean {
  return SILENT.has(name)
}

export function isThread(heap: Heap, index: number): boolean {
  return heap.columns.types[index] === TYPE.DATA && heap.detail(index) === 'VM/thread'
}

/** A named class or module, or a thread. No fiber: it is its thread's, or whoever's that has parked it, and that one has a name. */
export function isOwner(heap: Heap, index: number): boolean {
  return isNamedModule(heap, index) || isThread(heap, index)
}

/** From an object, itself included, up to what a root holds: its dominators, then along the shortest path from the last of them. */
export function* holders(graph: HeapGraph, index: number): Generator<number> {
  let top = index
  for (const node of dominatorsOf(graph, index)) {
    top = node
    yield node
  }

  yield* graph.pathFromRoot(top).slice(0, -1).toReversed()
}

/** What may stand above an object, by what it says of it. */
const NOBODY = 0
const OWNER = 1
const SILENT_OWNER = 2

function kindOf(heap: Heap, index: number): number {
  if (!isOwner(heap, index) || isAgents(heap, index)) return NOBODY
  return !isThread(heap, index) && isSilent(moduleName(heap, index)) ? SILENT_OWNER : OWNER
}

/**
 * By object: its owner's index; NONE where no class or thread is above it (a global variable, a finalizer) and for garbage. An owner's
 * own owner is the one above. One pass down the dominator tree; 4 bytes an object, and one while it runs.
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
  // Each one after its dominator.
  for (let at = 1; at < order.length; at++) {
    const index = order[at]
    const dominator = dominators[index]
    kinds[index] = kindOf(heap, index)
    if (kinds[dominator] === OWNER) owners[index] = dominator
    else owners[index] = kinds[dominator] === NOBODY ? owners[dominator] : ownerByPath(graph, index)
  }

  return owners
}

/** What no single class holds: the last one on a shortest path to it that says anything; else the last one. NONE: there is none. */
function ownerByPath({heap, pathParent, root}: HeapGraph, index: number): number {
  let last = NONE
  for (let above = pathParent(index); above !== root && above !== NONE; above = pathParent(above)) {
    const kind = kindOf(heap, above)
    if (kind === OWNER) return above
    if (kind === SILENT_OWNER && last === NONE) last = above
  }

  return last
}
