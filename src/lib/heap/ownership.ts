// Which references own their target. Every reference keeps its target alive, but not every holder is to blame: an
// inline cache that once looked up a constant did not put it there. So references have a strength, a path is as strong
// as its weakest reference, and an object is owned only along its strongest paths (docs/heap-graph.md has the rules and
// the reasons).
import type {Graph} from '../graph/graph.js'
import type {Scratch} from '../wasm/scratch.js'
import {NONE} from './columns.js'
import type {Heap} from './heap.js'
import {TYPE} from './object-types.js'
import {onceAHeap} from './once-a-heap.js'
import {scanCode} from './scans/scan-code.js'

export const STRENGTH = {
  /** Set by code to keep the object: variables, elements, constants, closures, methods. */
  owning: 1,
  /** Keeps the object alive as a side effect: the class of an object, a superclass, a thread's stack. */
  incidental: 2,
  /** Could be dropped at any time: inline caches, the allocation tracer. */
  cache: 3,
} as const

/** The strength of unreachable objects. */
export const UNREACHED = 255

export type OwnedHeap = {
  readonly root: number
  /** By object: the strength of its strongest path from ROOT; UNREACHED for garbage. */
  readonly strengths: Uint8Array
  readonly records: Records
}

/** Kinds of records that matter for the strength of their references; 0 for nearly all records. */
const NAMED_MODULE = 1
const INLINE_CACHE = 2
const STACK = 3
const UNNAMED_MODULE = 4
/**
 * The agent's record of a stack: its elements count as the thread's own references. The VM holds every running thread.
 */
const STACK_RECORD = 5

const INLINE_CACHES = new Set(['callcache', 'constcache', 'callinfo'])
const TRACER_STRUCT = 'ObjectTracing/allocation_info_tracer'
const STACK_STRUCTS = new Set(['VM/thread', 'fiber'])
/** The agent's record of what a thread's stack holds: a fork has only one stack. */
export const THREAD_STACK_CLASS = 'Heapdump::ThreadStack'

export function isTracer(heap: Heap, index: number): boolean {
  return heap.columns.types[index] === TYPE.DATA && heap.detail(index) === TRACER_STRUCT
}

/** The tracer's objects: at most one, unless the file has two dumps. */
export function tracersOf(heap: Heap): readonly number[] {
  return heap.natives(TRACER_STRUCT)
}

/**
 * The owned heap, and the graph of owning references; node `heap.count` is ROOT. Garbage has no edges. Takes time
 * linear in objects and references. The graph takes 4 bytes of scratch per reference and 4 per object; 2 bytes per
 * object are kept.
 */
export function ownedHeap(heap: Heap, scratch: Scratch): {readonly owned: OwnedHeap; readonly graph: Graph} {
  const records = recordsOf(heap)
  const {graph, strengths} = owningGraph(heap, records, scratch)
  return {graph, owned: {records, root: heap.count, strengths}}
}

export type Records = {
  readonly kinds: Uint8Array
  /** Thread → the Array in which the agent listed what its stack holds. */
  readonly stacks: ReadonlyMap<number, number>
}

/** The kind of each record. */
export const recordsOf = onceAHeap(classifyRecords)

function classifyRecords(heap: Heap): Records {
  const {types, details, classes, firstEdge, edges} = heap.columns
  const {texts} = heap.tables
  // Kinds by the name of an IMEMO's type or a DATA's struct.
  const imemoKinds = new Uint8Array(texts.size)
  const structKinds = new Uint8Array(texts.size)
  for (let text = 0; text < texts.size; text++) {
    const name = texts.text(text)
    if (INLINE_CACHES.has(name)) imemoKinds[text] = INLINE_CACHE
    if (STACK_STRUCTS.has(name)) structKinds[text] = STACK
    else if (name === TRACER_STRUCT) structKinds[text] = INLINE_CACHE
  }

  const kinds = heap.scans.groups.classify({
    imemoKinds,
    namedModule: NAMED_MODULE,
    structKinds,
    unnamedModule: UNNAMED_MODULE,
  })
  const stacks = new Map<number, number>()
  const stackName = texts.find(THREAD_STACK_CLASS)
  const stackClass =
    stackName === NONE
      ? undefined
      : heap.scans.select.placesOf(details, stackName).findLast(index => kinds[index] === NAMED_MODULE)
  if (stackClass === undefined) return {kinds, stacks}
  for (const index of heap.scans.select.placesOf(classes, stackClass)) {
    if (types[index] !== TYPE.OBJECT) continue
    const fields = Array.from(edges.subarray(firstEdge[index], firstEdge[index + 1])).filter(target => target !== NONE)
    const thread = fields.find(target => kinds[target] === STACK)
    const list = fields.find(target => types[target] === TYPE.ARRAY)
    if (thread === undefined || list === undefined) continue
    stacks.set(thread, list)
    kinds[list] = STACK_RECORD
    kinds[index] = STACK_RECORD
  }

  return {kinds, stacks}
}

/** The strength of a single reference. */
function referenceStrength(heap: Heap, kinds: Uint8Array, source: number, target: number): number {
  switch (kinds[source]) {
    case STACK_RECORD:
      return UNREACHED
    case INLINE_CACHE:
      return STRENGTH.cache
    case STACK:
      return STRENGTH.incidental
    case NAMED_MODULE:
    case UNNAMED_MODULE:
      return kinds[target] === NAMED_MODULE && heap.tables.superclasses.get(source) === target
        ? STRENGTH.incidental
        : STRENGTH.owning
    default:
      // A class belongs to the module that names it, not to code that uses it.
      return kinds[target] === NAMED_MODULE ? STRENGTH.incidental : STRENGTH.owning
  }
}

/** The stack of the dumping thread is scanned conservatively, so its references are incidental. */
export function rootStrength(heap: Heap, root: number): number {
  return heap.columns.rootCategories[heap.columns.rootCategory[root]] === 'machine_context'
    ? STRENGTH.incidental
    : STRENGTH.owning
}

/** The class of an object is not a reference in the dump, but the collector marks it. */
function classStrength(kinds: Uint8Array, owner: number): number {
  return kinds[owner] === NAMED_MODULE ? STRENGTH.incidental : STRENGTH.owning
}

/**
 * Every reference of an object: its own, those of its stack if it is a thread with a record, and the one to its class,
 * which is not a reference in the dump, but the collector marks it.
 */
export function eachReference(
  heap: Heap,
  {kinds, stacks}: Records,
  source: number,
  visit: (target: number, strength: number) => void,
): void {
  const {firstEdge, edges, classes} = heap.columns
  for (let at = firstEdge[source]; at < firstEdge[source + 1]; at++) {
    if (edges[at] !== NONE) visit(edges[at], referenceStrength(heap, kinds, source, edges[at]))
  }

  const list = kinds[source] === STACK ? stacks.get(source) : undefined
  if (list !== undefined) {
    for (let at = firstEdge[list]; at < firstEdge[list + 1]; at++)
      if (edges[at] !== NONE) visit(edges[at], STRENGTH.incidental)
  }

  const owner = classes[source]
  if (owner !== NONE) visit(owner, classStrength(kinds, owner))
}

/** Pairs of words, sorted by the first one, and their number. */
function pairsOf(pairs: Iterable<readonly [number, number]>): {readonly column: Int32Array; readonly count: number} {
  const sorted = [...pairs].toSorted(([a], [b]) => a - b)
  return {column: Int32Array.from(sorted.flat()), count: sorted.length}
}

/**
 * The graph and the strengths of paths, computed by src/wasm/scans/strengths.ts, which repeats the rules of
 * `referenceStrength`.
 */
function owningGraph(
  heap: Heap,
  {kinds, stacks}: Records,
  scratch: Scratch,
): {readonly strengths: Uint8Array; readonly graph: Graph} {
  const {count, roots, firstEdge, edges, classes} = heap.columns
  const code = scanCode(scratch.memory)
  const [listed, superclasses] = [pairsOf(stacks), pairsOf(heap.tables.superclasses)]
  code.setHeap(
    scratch.at(kinds),
    scratch.at(classes),
    scratch.at(firstEdge),
    scratch.at(edges),
    scratch.at(listed.column),
    listed.count,
    scratch.at(superclasses.column),
    superclasses.count,
  )

  const met = new Int32Array(2 * (roots.length + stacks.size))
  let metEnd = 0
  const meet = (record: number, strength: number): void => {
    met[metEnd++] = record
    met[metEnd++] = strength
  }

  for (let at = 0; at < roots.length; at++) if (roots[at] !== NONE) meet(roots[at], rootStrength(heap, at))
  for (const thread of stacks.keys()) meet(thread, STRENGTH.owning)
  const bytes = scratch.take(Math.ceil(count / 4))
  const strengths = new Uint8Array(bytes.buffer, bytes.byteOffset, count)
  const queue = scratch.take()
  code.pathStrengths(count, scratch.at(met), metEnd / 2, scratch.at(strengths), scratch.at(queue))
  scratch.give(queue)

  // An upper bound; unwritten parts take no memory.
  let most = edges.length + count + Math.min(count, metEnd / 2)
  for (const list of stacks.values()) most += firstEdge[list + 1] - firstEdge[list]
  const first = scratch.take(count + 2)
  const targets = scratch.take(most)
  let end = code.owningEdges(count, scratch.at(strengths), scratch.at(first), scratch.at(targets))
  first[count] = end
  // Each root once, in order.
  const listedRoots = new Uint8Array(count)
  for (let at = 0; at < metEnd; at += 2) {
    const record = met[at]
    if (strengths[record] !== met[at + 1] || listedRoots[record] === 1) continue
    listedRoots[record] = 1
    targets[end++] = record
  }

  first[count + 1] = end
  return {graph: {edges: scratch.trim(targets, end), firstEdge: first, nodeCount: count + 1}, strengths}
}
