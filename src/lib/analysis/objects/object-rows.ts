// One object as a row of a table. Where it is listed for what it is, when and where it was allocated stands beside (ObjectRow: largest,
// threads, explore); where it is listed for what it keeps alive, how many objects that are and what keeps it (Dominator, in dominators.ts).
import type {HeapGraph} from '../../heap/heap-graph.js'
import {NONE} from '../../heap/columns.js'
import {NO_SITE} from '../../heap/site-table.js'
import {className} from './class-names.js'
import {labelOf, type Named} from './labels.js'
import {roleOf} from './role-of.js'
import type {Subject} from './subject.js'

/** What every table tells of an object. */
export type NamedObject = Named & {
  readonly memsize: number
  /** Bytes that would be freed with it, its own included; 0 for garbage. */
  readonly retainedSize: number
}

export type ObjectRow = NamedObject & {
  /** null: not traced. */
  readonly generation: number | null
  readonly site: {readonly file: string; readonly line: number | null} | null
}

export function namedObject({heap, retainedSizes}: HeapGraph, index: number): NamedObject {
  return {
    address: heap.address(index),
    className: className(heap, index),
    label: labelOf(heap, index),
    memsize: heap.memsize(index),
    retainedSize: retainedSizes[index],
    role: roleOf(heap, index),
    type: heap.typeName(index),
  }
}

export function objectRow({heap, graph}: Subject, index: number): ObjectRow {
  const {generations, sites} = heap.columns
  const {siteTable} = heap.tables
  return {
    ...namedObject(graph, index),
    generation: generations[index] === NONE ? null : generations[index],
    site: sites[index] === NO_SITE ? null : {file: siteTable.file(sites[index]), line: siteTable.line(sites[index])},
  }
}
