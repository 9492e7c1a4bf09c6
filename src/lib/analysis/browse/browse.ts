// Browsing the heap: one object at a time, and lists of related objects, one page at a time. The first request for a
// list costs one pass over the references or the objects; its pages then cost only what they show.
import type {Graph} from '../../graph/graph.js'
import {NONE} from '../../heap/columns.js'
import type {Heap} from '../../heap/heap.js'
import {referenceLabel, rootLabel} from '../objects/labels.js'
import {largestFirst} from '../objects/largest-first.js'
import {matching, narrows} from './matching.js'
import {objectRow, type ObjectRow} from '../objects/object-rows.js'
import type {Subject} from '../objects/subject.js'

export type ObjectQuery = {readonly address: string}

export type ObjectFacts = ObjectRow & {
  readonly retainedObjects: number
  /** False for garbage that has not been collected yet. */
  readonly alive: boolean
  /** `ROOT global variables`, if a root holds it directly. */
  readonly root: string | null
}

/** The contents of a list: objects related to an object, or the objects of a class or a line. */
export type ListSource =
  | {readonly kind: 'path' | 'referrers' | 'references' | 'children'; readonly address: string}
  | {readonly kind: 'class'; readonly name: string}
  | {readonly kind: 'site'; readonly file: string; readonly line: number | null}

export type ListQuery = {
  readonly source: ListSource
  /** Part of a class name or an address; '' for all. */
  readonly filter: string
  readonly offset: number
  readonly limit: number
}

export type LinkedRow = ObjectRow & {
  /** How it holds, or is held; null if there is no word for it. */
  readonly reference: string | null
}

export type ObjectPage = {
  readonly offset: number
  readonly rows: readonly LinkedRow[]
  /** All rows that match the filter. */
  readonly total: number
}

/** null: the dump has no such object. */
export function objectFacts(subject: Subject, {address}: ObjectQuery): ObjectFacts | null {
  const {graph, heap} = subject
  const index = heap.find(address)
  if (index === NONE) return null
  return {
    ...objectRow(subject, index),
    alive: graph.isReachable(index),
    retainedObjects: graph.retainedCounts[index],
    root: rootLabel(heap, index),
  }
}

export function objectPage(subject: Subject, {source, filter, offset, limit}: ListQuery): ObjectPage {
  const {heap, graph} = subject
  const list = listOf(subject, source, filter)
  const rows = Array.from(list.subarray(offset, offset + limit), (index, at): LinkedRow => ({
    ...objectRow(subject, index),
    reference: referenceOf(
      heap,
      source,
      index,
      filter === '' ? list[offset + at - 1] : graph.pathFromRoot(index).at(-2),
    ),
  }))
  return {offset, rows, total: list.length}
}

function referenceOf(heap: Heap, source: ListSource, index: number, before: number | undefined): string | null {
  switch (source.kind) {
    case 'path':
      return before === undefined ? rootLabel(heap, index) : referenceLabel(heap, before, index)
    case 'referrers':
      return referenceLabel(heap, index, heap.find(source.address))
    case 'references':
    case 'children':
      return referenceLabel(heap, heap.find(source.address), index)
    default:
      return null
  }
}

type Listed = {readonly source: string; readonly filter: string; readonly list: Int32Array}

/** The last list, whole and filtered: pages and filters of the same list are requested one after another. */
const lastLists = new WeakMap<Subject, {readonly whole: Listed; readonly filtered: Listed}>()

function listOf(subject: Subject, source: ListSource, filter: string): Int32Array {
  const key = JSON.stringify(source)
  const known = lastLists.get(subject)
  const whole = known?.whole.source === key ? known.whole : {filter: '', list: wholeList(subject, source), source: key}
  const before = known?.whole === whole && narrows(filter, known.filtered.filter) ? known.filtered : whole
  const filtered =
    before.filter === filter ? before : {filter, list: before.list.filter(matching(subject, filter)), source: key}
  lastLists.set(subject, {filtered, whole})
  return filtered.list
}

function wholeList(subject: Subject, source: ListSource): Int32Array {
  const {graph, heap, classes} = subject
  const sorted = (indexes: Int32Array) => largestFirst(indexes, graph.retainedSizes)
  if (source.kind === 'class') return sorted(indexesOf(classes.groupOf, classes.names.indexOf(source.name)))
  if (source.kind === 'site') return sorted(indexesOf(heap.columns.sites, siteOf(heap, source.file, source.line)))
  const index = heap.find(source.address)
  if (index === NONE) return new Int32Array(0)
  switch (source.kind) {
    case 'path':
      return graph.isReachable(index) ? Int32Array.from(graph.pathFromRoot(index)) : Int32Array.of(index)
    case 'referrers':
      return sorted(referrersOf(heap, index))
    case 'references':
      return sorted(withoutRepeats(targets(heap.columns, index)))
    case 'children':
      return sorted(Int32Array.from(graph.childrenOf(index)))
  }
}

function targets({firstEdge, edges}: Pick<Graph, 'firstEdge' | 'edges'>, index: number): Int32Array {
  return edges.slice(firstEdge[index], firstEdge[index + 1])
}

/** Addresses without a record are left out as well. */
function withoutRepeats(indexes: Int32Array): Int32Array {
  return indexes.toSorted().filter((index, at, all) => index !== NONE && index !== all[at - 1])
}

/** One pass over all references: tens of milliseconds for ten million, and nothing has to be stored. */
function referrersOf({columns: {count, firstEdge, edges}}: Heap, target: number): Int32Array {
  const referrers: number[] = []
  for (let source = 0; source < count; source++) {
    const end = firstEdge[source + 1]
    for (let at = firstEdge[source]; at < end; at++) {
      if (edges[at] !== target) continue
      referrers.push(source)
      break
    }
  }

  return Int32Array.from(referrers)
}

function siteOf({tables: {siteTable}}: Heap, file: string, line: number | null): number {
  for (let site = 0; site < siteTable.size; site++)
    if (siteTable.line(site) === line && siteTable.file(site) === file) return site
  return NONE
}

function indexesOf(column: Int32Array, wanted: number): Int32Array {
  if (wanted === NONE) return new Int32Array(0)
  let count = 0
  for (let index = 0; index < column.length; index++) if (column[index] === wanted) count++
  const indexes = new Int32Array(count)
  for (let index = 0, at = 0; at < count; index++) if (column[index] === wanted) indexes[at++] = index
  return indexes
}
