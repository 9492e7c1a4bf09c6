// One object as a row of a table. Tables about objects themselves add when and where they were allocated (ObjectRow:
// largest, threads, explore); tables about what they retain add the number of retained objects and the dominator
// (Dominator, in dominators.ts).
import type {HeapGraph} from '../../heap/heap-graph.js'
import {NONE} from '../../heap/columns.js'
import {NO_SITE} from '../../heap/site-table.js'
import {className} from './class-names.js'
import {labelOf, type Named} from './labels.js'
import {roleOf} from './role-of.js'
import type {Subject} from './subject.js'

/** What every table shows about an object. */
export type NamedObject = Named & {
  readonly memsize: number
  /** Bytes that would be freed with it, including itself; 0 for garbage. */
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
