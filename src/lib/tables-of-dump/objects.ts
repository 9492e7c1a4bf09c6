// The table of objects.
import {addressesOf} from './addresses.js'
import {CONTENT_COLUMNS} from './content-columns.js'
import {HELD_COLUMNS} from './held-columns.js'
import type {Filled} from './object-column.js'
import {type Chunk, CHUNK_ROWS, type Table} from './table.js'

const COLUMNS = [...HELD_COLUMNS, ...CONTENT_COLUMNS]

export const objects: Table = {
  columns: COLUMNS,
  doc: 'an object in the heap',
  name: 'objects',
  rowsOf(subject, dump, options) {
    const {heap} = subject
    const opened = {addressOf: addressesOf(heap), dump, heap, options, subject}
    const filled = COLUMNS.map(({name, open}) => ({name, ...open(opened)}))
    return {
      chunks: chunksOf(heap.count, filled),
      texts: new Map(filled.flatMap(({name, texts}) => (texts === undefined ? [] : [[name, texts]]))),
    }
  },
}

function* chunksOf(count: number, columns: readonly Filled[]): Generator<Chunk> {
  for (let from = 0; from < count; from += CHUNK_ROWS) {
    const range = {from, to: Math.min(from + CHUNK_ROWS, count)}
    yield {columns: columns.map(({fill}) => fill(range)), rows: range.to - from}
  }
}
