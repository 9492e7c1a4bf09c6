// The owner of one accumulation, found with more effort and detail than for each object of a heap (owners.ts).
// Instances of the app's own classes are owners too: an accumulation below a Cart belongs to the Cart. In a sum over
// all objects that would attribute each Cart's strings to Cart, and hide what keeps the Carts. A framework's class only
// passes on what others put into it, so the app's class is preferred if both hold it. A block belongs to its self.
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
/** A thread's block is among this many first references. */
const BLOCK_WITHIN = 200

export type OwnerKind = 'module' | 'instance' | 'framework' | 'thread' | 'global' | 'finalizer' | 'root'

export type Owner = {
  readonly name: string
  readonly kind: OwnerKind
  /** The object with the name; NONE for a root. */
  readonly index: number
}

/**
 * Collections of gems, and the classes that ActiveRecord defines below each model: they hold what others put into them.
 */
const PASSES_ON =
  /^(?:Concurrent|ThreadSafe)::(?:\w*Map|Hash|Array|Set|Delay|Atomic\w+)\b|::ActiveRecord_(?:Relation|AssociationRelation|Associations_CollectionProxy|DisableJoinsAssociationRelation)$/

/** The owner of `index`, itself included. */
export function ownerOf(graph: HeapGraph, index: number): Owner {
  const {heap} = graph
  const best = nearest(heap, holders(graph, index))
  if (best !== null && best.kind !== 'root') return best
  // Only Object dominates what two classes share: then take the one on the shortest path.
  const path = graph.pathFromRoot(index)
  const onPath = nearest(heap, path.toReversed())
  if (onPath !== null && onPath.kind !== 'root') return onPath
  return rootOwner(heap, path[0] ?? index) ?? best ?? {index: NONE, kind: 'root', name: 'Ruby VM'}
}

/** The owner of most of the nodes, estimated from a sample. */
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

/**
 * `nodes`: each held by the next. The app's own name is the best answer wherever it is, but what a thread holds is its
 * own; otherwise the nearest.
 */
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
      // A top-level constant is a constant of Object.
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

/**
 * The class of an instance, if you can grep for it; null for Ruby's own objects, code, and collections that only pass
 * on.
 */
export function instanceName(heap: Heap, node: number): string | null {
  const type = heap.columns.types[node]
  if (type === TYPE.CLASS || type === TYPE.MODULE || type === TYPE.ICLASS || type === TYPE.IMEMO) return null
  const name = className(heap, node)
  return name.startsWith('(') || PASSES_ON.test(name) || originOfName(name) === 'core' ? null : name
}

/**
 * The `self` of a block as an owner; null if it is main or a core object. It is the Proc's first reference that is
 * neither code nor variables.
 */
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

/**
 * `Thread "puma srv tp 001"` if its name is known and wanted; otherwise `Thread of Reaper`, by the block that it runs.
 */
export function threadName(heap: Heap, thread: number, wantsName = true): string {
  const name = wantsName ? givenName(heap, thread) : null
  if (name !== null) return `Thread "${name}"`
  const starter = starterOf(heap, thread)
  return starter === null ? className(heap, thread) : `Thread of ${starter.name}`
}

/**
 * The `self` of the block that the thread runs; null if the dump does not show it, or if it is main or a core object.
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

/** The owner of an object that a root holds directly: a global variable, or a finalizer. */
function rootOwner(heap: Heap, top: number): Owner | null {
  const {finalizers, globals} = heldByRoots(heap)
  if (globals.has(top)) return {index: NONE, kind: 'global', name: 'global variable'}
  if (isMainScript(heap, top)) return {index: NONE, kind: 'root', name: MAIN_SCRIPT}
  return finalizers.has(top) ? {index: NONE, kind: 'finalizer', name: 'finalizers'} : null
}
