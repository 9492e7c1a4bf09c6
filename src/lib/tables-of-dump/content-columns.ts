// Columns of the table of objects: where and when an object was allocated, and what it contains.
import {siteOrigins} from '../analysis/objects/site-origins.js'
import {FLAG, NONE} from '../heap/columns.js'
import type {Heap} from '../heap/heap.js'
import {TYPE} from '../heap/object-types.js'
import {NO_LINE, NO_SITE} from '../heap/site-table.js'
import {type Filled, hasFlag, type ObjectColumn, TEXTUAL} from './object-column.js'
import type {Values} from './table.js'
import {bigints, booleans, codes, integers, type Range, Texts} from './values.js'

const COUNTED: ReadonlySet<number> = new Set([TYPE.ARRAY, TYPE.HASH, TYPE.OBJECT])

/** The size of objects of some types; NULL for others. */
function sizeOf(those: ReadonlySet<number>): ObjectColumn['open'] {
  return ({heap: {columns}}) => {
    const {sizes, types} = columns
    return {
      fill: range =>
        integers(
          range,
          index => sizes[index],
          index => those.has(types[index]),
        ),
    }
  }
}

/** A column of sites; -1: NULL. */
const ofSite = (texts: readonly string[], codeOfSite: (site: number) => number, heap: Heap): Filled => {
  const {sites} = heap.columns
  return {fill: range => codes(range, index => (sites[index] === NO_SITE ? -1 : codeOfSite(sites[index]))), texts}
}

export const CONTENT_COLUMNS: readonly ObjectColumn[] = [
  {
    doc: 'the file of the code that allocated it; NULL if it was not traced',
    name: 'file',
    open({heap}) {
      const {siteTable} = heap.tables
      return ofSite(siteTable.files.all, site => siteTable.fileId(site), heap)
    },
    type: 'VARCHAR',
    unit: null,
  },
  {
    doc: 'the line of that code; NULL if it was not traced, or if native code allocated it',
    name: 'line',
    open({heap}) {
      const {sites} = heap.columns
      const lines = Int32Array.from(
        {length: heap.tables.siteTable.size},
        (_, site) => heap.tables.siteTable.line(site) ?? NO_LINE,
      )
      const isKnown = (index: number) => sites[index] !== NO_SITE && lines[sites[index]] !== NO_LINE
      return {fill: range => integers(range, index => lines[sites[index]], isKnown)}
    },
    type: 'INTEGER',
    unit: null,
  },
  {
    doc: 'a method of that line; NULL if it was not traced, or if it is in no method',
    name: 'method',
    open({heap}) {
      const {siteTable} = heap.tables
      return ofSite(siteTable.methods.all, site => siteTable.methodId(site), heap)
    },
    type: 'VARCHAR',
    unit: null,
  },
  {
    doc: 'the gem of that file with its version, or app, stdlib, boot or (eval); NULL if it was not traced',
    name: 'gem',
    open({heap}) {
      const names = new Texts()
      const codeOf = siteOrigins(heap).map(({name}) => names.codeOf(name))
      return ofSite(names.all, site => codeOf[site], heap)
    },
    type: 'VARCHAR',
    unit: null,
  },
  {
    doc: 'how many GCs had run when it was allocated; NULL if it was not traced',
    name: 'generation',
    open({heap: {columns}}) {
      const {generations} = columns
      return {
        fill: range =>
          integers(
            range,
            index => generations[index],
            index => generations[index] !== NONE,
          ),
      }
    },
    type: 'INTEGER',
    unit: null,
  },
  {
    doc: 'true if it has survived three GCs, or if Ruby does not track its age',
    name: 'old',
    open: ({heap: {columns}}) => ({
      fill: range => booleans(range, index => (columns.flags[index] & FLAG.young) === 0),
    }),
    type: 'BOOLEAN',
    unit: null,
  },
  {doc: 'true if it is frozen', name: 'frozen', open: hasFlag(FLAG.frozen), type: 'BOOLEAN', unit: null},
  {
    doc: 'true if its contents are in its slot, without memory from malloc',
    name: 'embedded',
    open: hasFlag(FLAG.embedded),
    type: 'BOOLEAN',
    unit: null,
  },
  {
    doc: 'true if its contents are in a buffer of another object',
    name: 'shared',
    open: hasFlag(FLAG.shared),
    type: 'BOOLEAN',
    unit: null,
  },
  {
    doc: 'elements of an array, entries of a hash, instance variables of an object; NULL for other types',
    name: 'length',
    open: sizeOf(COUNTED),
    type: 'INTEGER',
    unit: null,
  },
  {
    doc: 'length of a string or symbol; NULL for other types',
    name: 'bytesize',
    open: sizeOf(TEXTUAL),
    type: 'INTEGER',
    unit: 'bytes of text',
  },
  {
    doc: 'a hash of the contents of a string or symbol, equal for equal ones of any dump; NULL if the dump lacks them',
    name: 'value_hash',
    open({heap, options: {hashes}}) {
      const {
        columns: {details, types},
        tables: {values},
      } = heap
      const isKnown = (index: number) => TEXTUAL.has(types[index]) && details[index] !== NONE
      if (!hashes) return {fill: range => bigints(range, index => details[index], isKnown)}
      return {fill: range => hashesOf(values, range, index => details[index], isKnown)}
    },
    type: 'BIGINT',
    unit: null,
  },
  {
    doc: 'the number of its shape, which lists its instance variables; NULL before Ruby 3.2',
    name: 'shape',
    open({heap: {columns}}) {
      const {shapes} = columns
      return {
        fill: range =>
          integers(
            range,
            index => shapes[index] - 1,
            index => shapes[index] > 0,
          ),
      }
    },
    type: 'INTEGER',
    unit: null,
  },
]

/** Values of the column `value_hash`, by the number of the value. */
export function hashesOf(
  values: Heap['tables']['values'],
  {from, to}: Range,
  valueOf: (index: number) => number,
  isKnown: (index: number) => boolean = () => true,
): Values {
  const hashes = new BigInt64Array(to - from)
  const words = new Int32Array(hashes.buffer)
  const valid = new Uint8Array(to - from)
  for (let index = from, at = 0; index < to; index++, at += 2) {
    if (!isKnown(index)) continue
    const {high, low} = values.hash(valueOf(index))
    words[at] = low
    words[at + 1] = high
    valid[index - from] = 1
  }

  return {valid, values: hashes}
}
