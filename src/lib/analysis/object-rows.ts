// One object as a row of a table.
import {NONE} from '../heap/heap.js'
import {NO_SITE} from '../heap/site-table.js'
import {labelOf} from './labels.js'
import type {Subject} from './subject.js'

export type ObjectRow = {
  readonly address: string
  readonly type: string
  readonly className: string
  readonly label: string
  readonly memsize: number
  /** 0 for garbage. */
  readonly retainedSize: number
  /** null: not traced. */
  readonly generation: number | null
  readonly site: {readonly file: string; readonly line: number | null} | null
}

export function objectRow({heap, graph, classes}: Subject, index: number): ObjectRow {
  const {generations, sites} = heap.columns
  const {siteTable} = heap.tables
  return {
    address: heap.address(index),
    className: classes.names[classes.groupOf[index]],
    generation: generations[index] === NONE ? null : generations[index],
    label: labelOf(heap, index),
    memsize: heap.memsize(index),
    retainedSize: graph.retainedSizes[index],
    site: sites[index] === NO_SITE ? null : {file: siteTable.file(sites[index]), line: siteTable.line(sites[index])},
    type: heap.typeName(index),
  }
}
