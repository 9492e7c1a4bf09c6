// The table of strings that are in memory more than once: the rows of analyze's duplicate strings, all of them.
import {aliveMask} from '../analysis/objects/alive.js'
import {countValues, valueCounts} from '../analysis/objects/value-counts.js'
import type {Subject} from '../analysis/objects/subject.js'
import {isRedacted} from '../analysis/report/mask-text.js'
import {NONE} from '../heap/columns.js'
import {TYPE} from '../heap/object-types.js'
import {hashesOf} from './content-columns.js'
import {DUMP} from './small-table.js'
import {type Chunk, CHUNK_ROWS, type Column, type RowOptions, type Table, type Values} from './table.js'
import {bigints, integers} from './values.js'

const COLUMNS: readonly Column[] = [
  DUMP,
  {
    doc: 'as in objects, by which the copies can be found there',
    name: 'value_hash',
    type: 'BIGINT',
    unit: null,
  },
  {doc: 'how many strings are equal, at least 2', name: 'copies', type: 'INTEGER', unit: 'objects'},
  {doc: 'length of one', name: 'bytesize', type: 'INTEGER', unit: 'bytes of text'},
  {doc: 'size of all copies', name: 'memsize', type: 'BIGINT', unit: 'bytes'},
  {doc: 'what one shared copy would save', name: 'wasted', type: 'BIGINT', unit: 'bytes'},
  {doc: 'how many of the copies are live', name: 'live_copies', type: 'INTEGER', unit: 'objects'},
  {
    doc: 'what one shared copy of the live ones would save: the figure of analyze',
    name: 'live_wasted',
    type: 'BIGINT',
    unit: 'bytes',
  },
  {doc: 'true if the dump has a salted hash instead of the contents', name: 'redacted', type: 'BOOLEAN', unit: null},
  {
    doc: 'the contents, cut after 1,000 bytes; NULL without --show-values, and for redacted ones',
    name: 'text',
    type: 'VARCHAR',
    unit: null,
  },
]

export const strings: Table = {
  columns: COLUMNS,
  doc: 'a string that is in memory more than once, if the dump has its contents or a hash of them',
  name: 'strings',
  rowsOf: (subject, dump, options) => ({chunks: chunksOf(subject, options), texts: new Map([['dump', [dump.id]]])}),
}

function wasted(copies: number, memsize: number): number {
  return copies === 0 ? 0 : Math.floor(((copies - 1) * memsize) / copies)
}

function* chunksOf({heap}: Subject, {hashes, showValues}: RowOptions): Generator<Chunk> {
  const {columns, scans, tables} = heap
  const {values} = tables
  const all = valueCounts(heap)
  const live = countValues(heap, aliveMask(heap, {top: 0}))
  const repeated = scans.select.atLeast(all.objects.subarray(0, values.size), 2)
  const lengths = new Int32Array(values.size)
  for (let index = 0; index < heap.count; index++) {
    if (columns.types[index] === TYPE.STRING && columns.details[index] !== NONE)
      lengths[columns.details[index]] = columns.sizes[index]
  }

  for (let from = 0; from < repeated.length; from += CHUNK_ROWS) {
    const range = {from, to: Math.min(from + CHUNK_ROWS, repeated.length)}
    const of = (counts: ArrayLike<number>) => (at: number) => counts[repeated[at]]
    const wastedOf =
      ({memsizes, objects}: typeof all) =>
      (at: number) =>
        wasted(objects[repeated[at]], memsizes[repeated[at]])
    yield {
      columns: [
        {valid: null, values: new Int32Array(range.to - from)},
        hashes ? hashesOf(values, range, at => repeated[at]) : bigints(range, at => repeated[at]),
        integers(range, of(all.objects)),
        integers(range, of(lengths)),
        bigints(range, of(all.memsizes)),
        bigints(range, wastedOf(all)),
        integers(range, of(live.objects)),
        bigints(range, wastedOf(live)),
        ...textsOf(
          Array.from(repeated.subarray(from, range.to), value => values.text(value)),
          showValues,
        ),
      ],
      rows: range.to - from,
    }
  }
}

/** The columns `redacted` and `text`. A heap from the cache has no texts. */
function textsOf(texts: ReadonlyArray<string | null>, showValues: boolean): readonly [Values, Values] {
  const isShown = (text: string | null) => showValues && text !== null && !isRedacted(text)
  return [
    {
      valid: Uint8Array.from(texts, text => (text === null ? 0 : 1)),
      values: Uint8Array.from(texts, text => (text !== null && isRedacted(text) ? 1 : 0)),
    },
    {
      valid: Uint8Array.from(texts, text => (isShown(text) ? 1 : 0)),
      values: texts.map(text => (isShown(text) ? (text ?? '') : '')),
    },
  ]
}
