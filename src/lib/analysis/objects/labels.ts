// Labels for objects and for the references between them. They never contain the value of a string, because a report is
// shared more widely than a dump.
import type {HeapGraph} from '../../heap/heap-graph.js'
import {FLAG, NONE} from '../../heap/columns.js'
import type {Heap} from '../../heap/heap.js'
import {isTracer, recordsOf, rootStrength, STRENGTH, THREAD_STACK_CLASS} from '../../heap/ownership.js'
import {TYPE} from '../../heap/object-types.js'
import {formatBytes, formatCount} from '../../units.js'
import {className, moduleName} from './class-names.js'
import {dominatorsOf} from './dominators.js'
import {isThread} from './owners.js'
import {threadName} from './owner.js'
import {roleOf} from './role-of.js'
import type {Role} from './roles.js'

/**
 * Ruby's internal objects in words, by their name in the dump. Maps, because a dump may have the name `constructor`.
 */
const INTERNALS = new Map(
  Object.entries({
    ast: 'syntax tree',
    callcache: 'method cache',
    callinfo: 'call',
    constcache: 'constant cache',
    cref: 'scope',
    cvar_entry: 'class variable entry',
    env: 'variables of a block',
    fields: 'instance variables',
    ifunc: 'block of native code',
    iseq: 'code',
    memo: 'native temporary',
    ment: 'method',
    svar: 'special variables',
    throw_data: 'thrown value',
    tmpbuf: 'native buffer',
  }),
)

const ROOTS = new Map(
  Object.entries({
    end_proc: 'at_exit blocks',
    finalizers: 'finalizers',
    global_list: 'native code',
    global_symbols: 'symbols',
    global_tbl: 'global variables',
    machine_context: 'stack of the dumping thread',
    vm: 'VM',
  }),
)

/**
 * What a thread or a fiber refers to is on its stack or in one of its own variables. Without the agent's record the
 * dump does not show which.
 */
const STACKS = new Map(Object.entries({'VM/thread': 'stack or thread-local', fiber: 'stack or fiber-local'}))

/**
 * `IssuesQuery (class)`, `Hash, 15,003 entries`, `Array, 700,000 elements`, `String, 5.6 MB`, `StatementPool`,
 * `variables of a block`.
 */
export function labelOf(heap: Heap, index: number): string {
  const {types, sizes} = heap.columns
  const size = sizes[index]
  switch (types[index]) {
    case TYPE.CLASS:
    case TYPE.MODULE:
      return moduleLabel(heap, index)
    case TYPE.ICLASS:
      return `${heap.detail(index) ?? className(heap, index)} (included)`
    case TYPE.ARRAY:
      return `${className(heap, index)}, ${formatCount(size)} ${size === 1 ? 'element' : 'elements'}`
    case TYPE.HASH:
      return `${className(heap, index)}, ${formatCount(size)} ${size === 1 ? 'entry' : 'entries'}`
    case TYPE.STRING:
      return `${className(heap, index)}, ${formatBytes(size > 0 ? size : heap.memsize(index))}`
    case TYPE.IMEMO:
      return internalLabel(heap.detail(index))
    case TYPE.OBJECT: {
      const name = className(heap, index)
      return name === THREAD_STACK_CLASS ? 'recorded stack of a thread' : name
    }

    default:
      if (isThread(heap, index)) return threadName(heap, index)
      return isTracer(heap, index) ? 'allocation tracer' : className(heap, index)
  }
}

/** An IMEMO's type in words. */
export function internalLabel(kind: string | null): string {
  return kind === null ? 'internal object' : (INTERNALS.get(kind) ?? kind)
}

function moduleLabel(heap: Heap, index: number): string {
  const {flags, types} = heap.columns
  const singleton = (flags[index] & FLAG.singleton) !== 0
  if (singleton) return 'singleton class'
  const kind = types[index] === TYPE.MODULE ? 'module' : 'class'
  return (flags[index] & FLAG.named) === 0 ? `anonymous ${kind}` : `${moduleName(heap, index)} (${kind})`
}

/** `ROOT global variables` */
export function rootName(category: string): string {
  return `ROOT ${ROOTS.get(category) ?? category}`
}

const labelsByHeap = new WeakMap<Heap, ReadonlyMap<number, string>>()

/**
 * `ROOT global variables`: the kind of root that directly holds an object. Any other root takes precedence over the
 * stack of the dumping thread.
 */
export function rootLabels(heap: Heap): ReadonlyMap<number, string> {
  const known = labelsByHeap.get(heap)
  if (known !== undefined) return known
  const {roots, rootCategory, rootCategories} = heap.columns
  const labels = new Map<number, string>()
  labelsByHeap.set(heap, labels)
  for (const weak of [false, true]) {
    for (let at = 0; at < roots.length; at++) {
      const category = rootCategories[rootCategory[at]]
      if ((rootStrength(heap, at) !== STRENGTH.owning) !== weak || roots[at] === NONE || labels.has(roots[at])) continue
      labels.set(roots[at], rootName(category))
    }
  }

  // In a fork's dump the VM no longer holds the other threads; the agent's record shows that it did.
  for (const thread of recordsOf(heap).stacks.keys()) if (!labels.has(thread)) labels.set(thread, rootName('vm'))
  return labels
}

/** The same for one object; null if no root holds it. */
export function rootLabel(heap: Heap, index: number): string | null {
  return rootLabels(heap).get(index) ?? null
}

/**
 * How `source` holds `target`: `@cache`, `element`, `key or value`, `constant`, `constant or variable`; null if there
 * is no better word than "refers".
 */
export function referenceLabel(heap: Heap, source: number, target: number): string | null {
  const {types, classes} = heap.columns
  const apart = variableApart(heap, source, target)
  if (apart !== null) return apart
  switch (types[source]) {
    case TYPE.ARRAY:
      return classes[source] === target ? 'class' : 'element'
    case TYPE.HASH:
      return classes[source] === target ? 'class' : 'key or value'
    case TYPE.STRUCT:
      return classes[source] === target ? 'class' : 'member'
    case TYPE.CLASS:
    case TYPE.MODULE:
      if (classes[source] === target)
        return (heap.columns.flags[target] & FLAG.singleton) === 0 ? 'class' : 'singleton class'
      if ((heap.columns.flags[source] & FLAG.singleton) !== 0 && classes[target] === source) return 'its object'
      if (heap.tables.superclasses.get(source) === target) return 'superclass'
      if (types[target] === TYPE.CLASS || types[target] === TYPE.MODULE) return 'constant'
      return types[target] === TYPE.IMEMO || types[target] === TYPE.ICLASS ? null : 'constant or variable'
    case TYPE.OBJECT:
      return variableName(heap, source, target) ?? (classes[source] === target ? 'class' : null)
    case TYPE.IMEMO:
      return heap.detail(source) === 'env' ? 'local variable' : null
    case TYPE.DATA:
      if (classes[source] === target) return 'class'
      return isRecorded(heap, source)
        ? isFiberLocal(heap, source, target)
          ? FIBER_LOCAL
          : 'stack'
        : (STACKS.get(heap.detail(source) ?? '') ?? null)
    default:
      return classes[source] === target ? 'class' : null
  }
}

/** How a thread holds the values of Thread.current[…]. */
export const FIBER_LOCAL = 'fiber-local'

function isRecorded(heap: Heap, thread: number): boolean {
  return recordsOf(heap).stacks.has(thread)
}

/**
 * Whether it is in one of a thread's own variables. In a fork the other threads no longer have a stack, so their own
 * references are variables; the stack is in the agent's record.
 */
export function isFiberLocal(heap: Heap, thread: number, target: number): boolean {
  const {edges, firstEdge} = heap.columns
  return isRecorded(heap, thread) && edges.subarray(firstEdge[thread], firstEdge[thread + 1]).includes(target)
}

/**
 * The instance variable that refers to `target`; null if the dump does not show it (before 3.2, or with immediates
 * among the values).
 */
function variableName(heap: Heap, source: number, target: number): string | null {
  const {shapes, firstEdge, edges} = heap.columns
  if (shapes[source] === 0) return null
  const names = heap.tables.shapeTable.variables(shapes[source] - 1)
  const first = firstEdge[source]
  const end = firstEdge[source + 1]
  if (names.length !== end - first) return names.length === 1 ? names[0] : null
  for (let at = first; at < end; at++) if (edges[at] === target) return names[at - first]
  return null
}

type VariablesApart = {
  readonly source: number
  readonly names: readonly string[]
  readonly targets: Int32Array
}

/** A cache for the last object: its references are named one after another, and there may be a million. */
const lastApart = new WeakMap<Heap, VariablesApart>()

/** The variables that Ruby keeps in a separate record (src/lib/heap/variable-records.ts). */
function variablesApart(heap: Heap, source: number): VariablesApart {
  const last = lastApart.get(heap)
  if (last?.source === source) return last
  const {shapes, sizes, firstEdge, edges} = heap.columns
  const row = edges.subarray(firstEdge[source], firstEdge[source + 1])
  const before = row.findIndex(target => target !== NONE && heap.isVariableRecord(target))
  const next = {
    names: before === -1 || shapes[source] === 0 ? [] : heap.tables.shapeTable.variables(shapes[source] - 1),
    source,
    targets: before === -1 ? row.subarray(0, 0) : row.subarray(before + 1, before + 1 + sizes[row[before]]),
  }
  lastApart.set(heap, next)
  return next
}

function variableApart(heap: Heap, source: number, target: number): string | null {
  if (!heap.hasVariableRecords) return null
  const {names, targets} = variablesApart(heap, source)
  const at = targets.indexOf(target)
  if (at === -1) return null
  return names.length === targets.length ? names[at] : 'instance variable'
}

/** What every report shows about an object. */
export type Named = {
  readonly address: string
  readonly role: Role
  readonly type: string
  readonly className: string
  readonly label: string
}

export type Step = Named & {
  /** How the previous step holds this one; null if there is no word for it. */
  readonly reference: string | null
}

/** Objects in order, each held by the one before; the first by a root, or by an object left out before it. */
export function stepsOf(heap: Heap, indexes: readonly number[]): Step[] {
  return indexes.map((index, at) => ({
    address: heap.address(index),
    className: className(heap, index),
    label: labelOf(heap, index),
    reference: at === 0 ? rootLabel(heap, index) : referenceLabel(heap, indexes[at - 1], index),
    role: roleOf(heap, index),
    type: heap.typeName(index),
  }))
}

/** Immediate dominators from just below ROOT down to `index`, itself included. */
export function dominatorChain(graph: HeapGraph, index: number): number[] {
  return [...dominatorsOf(graph, index)].toReversed()
}
