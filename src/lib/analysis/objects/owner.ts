// Who a person would search the code for, of one pile: by judgement, which costs too much, and says too much, for each object of a heap
// (owners.ts). Instances of the app's own classes are owners too: a pile below a Cart is the Cart's. In a sum over all objects each Cart's
// texts would go to Cart, and nobody would see what keeps the Carts. A framework's class only passes on what somebody else put into
// it, so the app's is preferred where both hold. A block is its self's.
import type {HeapGraph} from '../../heap/heap-graph.js'
import {NONE} from '../../heap/columns.js'
import type {Heap} from '../../heap/heap.js'
import {TYPE} from '../../heap/object-types.js'
import {onceAHeap} from '../../heap/once-a-heap.js'
import {isAgents} from './agent-objects.js'
import {className, isNamedModule, moduleName} from './class-names.js'
import {isMainScript, MAIN_SCRIPT} from './main-script.js'
import {holders, isSilent, isThread} from './owners.js'
import {givenName} from './thread-names.js'
import {originOfName} from './frameworks.js'
import {sampleOf} from './sample.js'

const SAMPLE = 300
/** References of a thread among which its block is. */
const BLOCK_WITHIN = 200

export type OwnerKind = 'module' | 'instance' | 'framework' | 'thread' | 'global' | 'finalizer' | 'root'

export type Owner = {
  readonly name: string
  readonly kind: OwnerKind
  /** The object that has the name; NONE for a root. */
  readonly index: number
}

/** Collections of gems, and what ActiveRecord makes below each model: they hold what others put into them. */
const PASSES_ON =
  /^(?:Concurrent|ThreadSafe)::(?:\w*Map|Hash|Array|Set|Delay|Atomic\w+)\b|::ActiveRecord_(?:Relation|AssociationRelation|Associations_CollectionProxy|DisableJoinsAssociationRelation)$/

/** The owner of `index`, itself included. */
export function ownerOf(graph: HeapGraph, index: number): Owner {
  const {heap} = graph
  const best = nearest(heap, holders(graph, index))
  if (best !== null && best.kind !== 'root') return best
  // Object alone dominates what two classes share: then the one that is nearer to a root is told.
  const path = graph.pathFromRoot(index)
  const onPath = nearest(heap, path.toReversed())
  if (onPath !== null && onPath.kind !== 'root') return onPath
  return rootOwner(heap, path[0] ?? index) ?? best ?? {index: NONE, kind: 'root', name: 'Ruby VM'}
}

/** Whoever holds most of some nodes, by a sample. */
export function mostFrequentOwner(graph: HeapGraph, nodes: ArrayLike<number>): Owner {
  const seen = new Map<string, {owner: Owner; count: number}>()
  for (const node of sampleOf(nodes, SAMPLE)) {
    const owner = ownerOf(graph, node)
    const known = seen.get(owner.name)
    if (known) known.count++
    else seen.set(owner.name, {count: 1, owner})
  }

  return [...seen.values()].toSorted((a, b) => b.count - a.count)[0].owner
}

/** `nodes`: each held by the next one. The app's own name is the best answer wherever it stands, but a thread's things are its own; else the nearest one. */
function nearest(heap: Heap, nodes: Iterable<number>): Owner | null {
  let best: Owner | null = null
  for (const node of nodes) {
    const owner = ownerAt(heap, node)
    if (owner === null) continue
    if (owner.kind === 'module' || owner.kind === 'instance') return owner
    if (owner.kind === 'thread') return best ?? owner
    best ??= owner
  }

  return best
}

function ownerAt(heap: Heap, node: number): Owner | null {
  if (isAgents(heap, node)) return null
  switch (heap.columns.types[node]) {
    case TYPE.CLASS:
    case TYPE.MODULE: {
      if (!isNamedModule(heap, node)) return null
      const name = moduleName(heap, node)
      // A constant at the top level is a variable of Object.
      if (isSilent(name)) return {index: node, kind: 'root', name}
      const origin = originOfName(name)
      return {index: node, kind: origin === 'app' ? 'module' : 'framework', name}
    }

    case TYPE.IMEMO:
    case TYPE.ICLASS:
      return null
    case TYPE.DATA:
      if (heap.detail(node) === 'proc') return selfOfProc(heap, node)
      if (isThread(heap, node)) return {index: node, kind: 'thread', name: threadName(heap, node)}
      break
    default:
      break
  }

  const name = instanceName(heap, node)
  return name === null ? null : {index: node, kind: originOfName(name) === 'app' ? 'instance' : 'framework', name}
}

/** The class of an instance that a person can search the code for; null for Ruby's own objects, code, and what only passes on. */
export function instanceName(heap: Heap, node: number): string | null {
  const type = heap.columns.types[node]
  if (type === TYPE.CLASS || type === TYPE.MODULE || type === TYPE.ICLASS || type === TYPE.IMEMO) return null
  const name = className(heap, node)
  return name.startsWith('(') || PASSES_ON.test(name) || originOfName(name) === 'core' ? null : name
}

/** The owner that a block's `self` is; null if it is main or a core object. It is the first thing the Proc refers to that is no code and no variables. */
export function selfOfProc(heap: Heap, proc: number): Owner | null {
  const {types, firstEdge, edges} = heap.columns
  for (let at = firstEdge[proc]; at < firstEdge[proc + 1]; at++) {
    const target = edges[at]
    if (target === NONE || types[target] === TYPE.IMEMO || target === proc) continue
    if (types[target] !== TYPE.CLASS && types[target] !== TYPE.MODULE && types[target] !== TYPE.OBJECT) return null
    const owner = ownerAt(heap, target)
    return owner?.kind === 'root' ? null : owner
  }

  return null
}

/** `Thread "puma srv tp 001"` where its name is known; else `Thread of Reaper`, by the block that it runs. */
export function threadName(heap: Heap, thread: number): string {
  const name = givenName(heap, thread)
  if (name !== null) return `Thread "${name}"`
  const starter = starterOf(heap, thread)
  return starter === null ? className(heap, thread) : `Thread of ${starter.name}`
}

/**
 * Whose block the thread runs: the `self` of its Proc; null where the dump does not tell, or it is main or a core
 * object.
 */
export function starterOf(heap: Heap, thread: number): Owner | null {
  const {firstEdge, edges} = heap.columns
  const end = Math.min(firstEdge[thread + 1], firstEdge[thread] + BLOCK_WITHIN)
  for (let at = firstEdge[thread]; at < end; at++) {
    const self = edges[at] !== NONE && heap.detail(edges[at]) === 'proc' ? selfOfProc(heap, edges[at]) : null
    if (self !== null) return self
  }

  return null
}

const heldByRoots = onceAHeap(({columns: {roots, rootCategory, rootCategories}}) => {
  const heldBy = (category: string) => {
    const code = rootCategories.indexOf(category)
    const held = new Set<number>()
    if (code !== NONE) for (let at = 0; at < roots.length; at++) if (rootCategory[at] === code) held.add(roots[at])
    return held
  }

  return {finalizers: heldBy('finalizers'), globals: heldBy('global_tbl')}
})

/** Of what a root holds itself: a global variable, or what the VM runs when an object is gone. */
function rootOwner(heap: Heap, top: number): Owner | null {
  const {finalizers, globals} = heldByRoots(heap)
  if (globals.has(top)) return {index: NONE, kind: 'global', name: 'global variable'}
  if (isMainScript(heap, top)) return {index: NONE, kind: 'root', name: MAIN_SCRIPT}
  return finalizers.has(top) ? {index: NONE, kind: 'finalizer', name: 'finalizers'} : null
}
