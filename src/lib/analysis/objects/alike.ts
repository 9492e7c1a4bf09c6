// Many objects in a few rows: objects of one class held by the same kind of reference form one row, with a label that
// fits them all.
import type {HeapGraph} from '../../heap/heap-graph.js'
import {NONE} from '../../heap/columns.js'
import type {Heap} from '../../heap/heap.js'
import {TYPE} from '../../heap/object-types.js'
import {labelOf} from './labels.js'
import type {Subject} from './subject.js'

export type AlikeRow = {
  readonly className: string
  readonly type: string
  /** The label of the only object, or one that fits all. */
  readonly label: string
  /** How they are held, or hold: `@cache`, `element`; null if there is no word for it. */
  readonly reference: string | null
  readonly objects: number
  /** Sums of shallow and retained sizes. Retained sizes may overlap. */
  readonly memsize: number
  readonly retainedSize: number
  /** The first ones, as many as rows per table. */
  readonly addresses: readonly string[]
}

type Row<Extra> = {
  readonly number: number
  readonly first: number
  readonly reference: string | null
  readonly extra: Extra
  label: string
  /** All of them are SQL. */
  sql: boolean
  objects: number
  memsize: number
  retainedSize: number
  readonly addresses: string[]
}

/** Objects are added one by one. A different `extra` (a plain value) makes a separate row. */
export class AlikeRows<Extra extends string | number | boolean | null = null> {
  readonly #rows = new Map<string, Row<Extra>>()
  readonly #graph: HeapGraph

  constructor(
    readonly subject: Subject,
    /** Addresses per row; 0 = all. */
    readonly top: number,
  ) {
    this.#graph = subject.graph
  }

  /** Returns the number of its row. */
  add(index: number, reference: string | null, extra: Extra): number {
    const {heap, classes} = this.subject
    const {types} = heap.columns
    // Each module has its own row; everything else is grouped by class.
    const module = types[index] === TYPE.CLASS || types[index] === TYPE.MODULE
    const className = classes.names[classes.groupOf[index]]
    const key = `${module ? labelOf(heap, index) : classes.groupOf[index]} ${types[index]} ${String(extra)} ${reference ?? ''}`
    let row = this.#rows.get(key)
    if (row === undefined) {
      row = {
        addresses: [],
        extra,
        first: index,
        label: labelOf(heap, index),
        memsize: 0,
        number: this.#rows.size,
        objects: 0,
        reference,
        retainedSize: 0,
        sql: isSql(heap, index),
      }
      this.#rows.set(key, row)
    } else if (row.label !== className && row.label !== labelOf(heap, index)) {
      row.label = className
    }

    if (row.sql && row.objects > 0) row.sql = isSql(heap, index)
    row.objects++
    row.memsize += heap.memsize(index)
    row.retainedSize += this.#graph.retainedSizes[index]
    if (this.top === 0 || row.addresses.length < this.top) row.addresses.push(heap.address(index))
    return row.number
  }

  /** By retained size, then by shallow size, then by number of objects. */
  rows(): readonly AlikeRow[] {
    return this.numberedRows().map(({row}) => row)
  }

  /** The same rows, each with its `extra` and its number. */
  numberedRows(): ReadonlyArray<{readonly row: AlikeRow; readonly extra: Extra; readonly number: number}> {
    const {heap, classes} = this.subject
    return [...this.#rows.values()]
      .toSorted(
        (a, b) =>
          b.retainedSize - a.retainedSize || b.memsize - a.memsize || b.objects - a.objects || a.first - b.first,
      )
      .map(({first, sql, label, extra, number, ...row}) => ({
        extra,
        number,
        row: {
          className: classes.names[classes.groupOf[first]],
          label: sql ? `${label}, SQL` : label,
          type: heap.typeName(first),
          ...row,
        },
      }))
  }
}

function isSql({columns, tables}: Heap, index: number): boolean {
  if (columns.types[index] !== TYPE.STRING || columns.details[index] === NONE) return false
  return tables.values.isSql(columns.details[index])
}
