// Who a person would search the code for: the nearest class, module or thread above an object. Collections, sets, closures and the
// framework's own objects only pass on what somebody else put into them.
import type {HeapGraph} from '../../heap/heap-graph.js'
import {FLAG, type Heap, NONE} from '../../heap/heap.js'
import {TYPE} from '../../heap/object-types.js'
import {className, moduleName} from '../class-names.js'
import {originOfName} from './frameworks.js'

export type OwnerKind = 'module' | 'instance' | 'framework' | 'thread' | 'global' | 'finalizer' | 'root'

export type Owner = {
  readonly name: string
  readonly kind: OwnerKind
  /** The object that has the name; NONE for a root. */
  readonly index: number
}

/** Collections of gems, and what ActiveRecord makes below each model: they hold what others put into them. */
const PASSES_ON = /^(?:Concurrent|ThreadSafe)::(?:\w*Map|Hash|Array|Set|Delay|Atomic\w+)\b|::ActiveRecord_(?:Relation|AssociationRelation|Associations_CollectionProxy|DisableJoinsAssociationRelation)$/

/** The owner of `index`, itself included. */
export function ownerOf(graph: HeapGraph, index: number): Owner {
  let best: Owner | null = null
  for (const node of holders(graph, index)) {
    const owner = ownerAt(graph.heap, node)
    if (owner === null) continue
    // The app's own name is the best answer wherever it stands, but a thread's things are its own; else the nearest one.
    if (owner.kind === 'module' || owner.kind === 'instance') return owner
    if (owner.kind === 'thread') return best ?? owner
    best ??= owner
  }

  return best !== null && best.kind !== 'root' ? best : (rootOwner(graph, index) ?? best ?? {index: NONE, kind: 'root', name: 'Ruby VM'})
}

/** From an object up to what a root holds: its dominators, then along the shortest path from the last of them. */
export function* holders(graph: HeapGraph, index: number): Generator<number> {
  let top = index
  for (let node = index; node !== graph.root && node !== NONE; node = graph.dominator(node)) {
    top = node
    yield node
  }

  yield* graph.pathFromRoot(top).slice(0, -1).toReversed()
}

function ownerAt(heap: Heap, node: number): Owner | null {
  const {types, flags} = heap.columns
  switch (types[node]) {
    case TYPE.CLASS:
    case TYPE.MODULE: {
      if ((flags[node] & FLAG.named) === 0 || (flags[node] & FLAG.singleton) !== 0) return null
      const name = moduleName(heap, node)
      // A constant at the top level is a variable of Object.
      if (name === 'Object') return {index: node, kind: 'root', name}
      const origin = originOfName(name)
      return {index: node, kind: origin === 'app' ? 'module' : 'framework', name}
    }

    case TYPE.IMEMO:
    case TYPE.ICLASS:
      return null
    case TYPE.DATA:
      if (heap.detail(node) === 'proc') return selfOfProc(heap, node)
      if (heap.detail(node) === 'VM/thread') return {index: node, kind: 'thread', name: threadName(heap, node)}
      break
    default:
      break
  }

  const name = className(heap, node)
  if (name.startsWith('(') || PASSES_ON.test(name)) return null
  const origin = originOfName(name)
  if (origin === 'core') return null
  return {index: node, kind: origin === 'app' ? 'instance' : 'framework', name}
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

/**
 * `Thread "puma srv tp 001"` where the name is in the dump (it is, if two threads or anything else share its text). thread_mark of
 * thread.c marks the name last, after the stack; what else is a String there is the app's, and no name.
 */
export function threadName(heap: Heap, thread: number): string {
  const {types, firstEdge, edges, details, flags} = heap.columns
  const last = firstEdge[thread] === firstEdge[thread + 1] ? NONE : edges[firstEdge[thread + 1] - 1]
  if (last !== NONE && types[last] === TYPE.STRING && details[last] !== NONE && (flags[last] & FLAG.frozen) !== 0) {
    const name = heap.tables.values.text(details[last])
    if (name !== null && name.length <= 40 && /^[\w .:#-]+$/.test(name)) return `Thread "${name}"`
  }

  return className(heap, thread)
}

function rootOwner(graph: HeapGraph, index: number): Owner | null {
  const {roots, rootCategory, rootCategories} = graph.heap.columns
  const at = roots.indexOf(topOf(graph, index))
  if (at === -1) return null
  switch (rootCategories[rootCategory[at]]) {
    case 'global_tbl':
      return {index: NONE, kind: 'global', name: 'global variable'}
    case 'finalizers':
      return {index: NONE, kind: 'finalizer', name: 'finalizers'}
    default:
      return null
  }
}

function topOf(graph: HeapGraph, index: number): number {
  let top = index
  for (let node = index; node !== graph.root && node !== NONE; node = graph.dominator(node)) top = node
  return graph.pathFromRoot(top)[0] ?? top
}
