// Answers for the rows of a table: a chunk per question, so that neither thread ever has more than one. The iteration
// stays in the worker between questions.
import type {Chunk, KnownDump, RowOptions, TableRows} from '../../tables-of-dump/table.js'
import type {TableName} from '../../tables-of-dump/table-names.js'
import {tableNamed} from '../../tables-of-dump/tables.js'
import type {Subject} from '../objects/subject.js'

export type TableQuery = {
  readonly table: TableName
  readonly dump: KnownDump
  readonly options: RowOptions
  /** Number of chunks received so far: 0 starts, anything else continues. */
  readonly at: number
}

export type TableAnswer = {
  /** Of the table's columns by name (TableRows); null: sent with the first chunk. */
  readonly texts: TableRows['texts'] | null
  /** null: there are no more rows. */
  readonly chunk: Chunk | null
}

/** How many rows the large tables have, at most. */
export type TableSizes = {readonly objects: number; readonly refs: number}

export function tableSizes({heap: {columns, count}}: Subject): TableSizes {
  return {objects: count, refs: columns.edges.length + count + columns.roots.length}
}

type Started = {readonly table: string; readonly iterator: Iterator<Chunk>; at: number}

const started = new WeakMap<Subject, Started>()

/** One table at a time: starting another one ends the previous one. */
export function tableChunk(subject: Subject, {at, dump, options, table}: TableQuery): TableAnswer {
  let texts: TableAnswer['texts'] = null
  if (at === 0) {
    const rows = tableNamed(table).rowsOf(subject, dump, options)
    texts = rows.texts
    started.set(subject, {at: 0, iterator: rows.chunks[Symbol.iterator](), table})
  }

  const going = started.get(subject)
  if (going?.table !== table || going.at !== at) throw new Error(`Chunk ${at} of ${table} is not the next one.`)
  going.at++
  const next = going.iterator.next()
  if (next.done) started.delete(subject)
  return {chunk: next.done ? null : next.value, texts}
}

/** The memory of its columns, to move to another thread instead of a copy. */
export function buffersOf({chunk}: TableAnswer): readonly ArrayBuffer[] {
  const arrays = (chunk?.columns ?? []).flatMap(({valid, values}) => [valid, values])
  return [...new Set(arrays.flatMap(one => (ArrayBuffer.isView(one) ? [one.buffer as ArrayBuffer] : [])))]
}
