// A heap as plain facts and columns, so that it can be kept in a file, and back. String contents are not part of it,
// except for names of threads. What can be computed quickly is not either: the index of addresses and the graph.
import {AddressCodes} from './address-codes.js'
import {AddressIndex} from './address-index.js'
import type {HeapColumns} from './columns.js'
import {Heap} from './heap.js'
import {ShapeTable} from './shape-table.js'
import {SiteTable} from './site-table.js'
import {TextTable} from './text-table.js'
import {KeptValues} from './value-table.js'
import {wordsForGraph} from '../graph/scratch-for-graph.js'
import {Scratch} from '../wasm/scratch.js'

/** Their order in the memory of a restored heap. The names of HeapColumns, and of what the tables have. */
const WORD_COLUMNS = [
  'addresses',
  'memsizes',
  'classes',
  'sites',
  'generations',
  'details',
  'sizes',
  'shapes',
  'firstEdge',
  'edges',
  'roots',
  'pages',
  'slotSizes',
  'superclasses',
  'fileIds',
  'lines',
  'methodIds',
  'shapeTree',
  'sql',
] as const
const BYTE_COLUMNS = ['types', 'flags', 'rootCategory'] as const

type WordColumn = (typeof WORD_COLUMNS)[number]
type ByteColumn = (typeof BYTE_COLUMNS)[number]

/** Everything except columns, as JSON can write it. */
export type HeapFacts = {
  readonly alignmentBits: 2 | 3
  readonly irregular: readonly string[]
  readonly typeNames: readonly string[]
  readonly rootCategories: readonly string[]
  readonly texts: readonly string[]
  readonly files: readonly string[]
  readonly methods: readonly string[]
  readonly shapeNames: readonly string[]
  readonly largeMemsizes: ReadonlyArray<readonly [index: number, memsize: number]>
  readonly values: number
  /** Texts of values that are not secret: names of threads. */
  readonly names: ReadonlyArray<readonly [value: number, text: string]>
  /** Entries of each column, in the order in which the columns follow each other. */
  readonly lengths: readonly number[]
}

export type PlainHeap = {readonly facts: HeapFacts; /** In order. */ readonly columns: readonly Uint8Array[]}

/** The columns are views of the heap's own: nothing large is copied. */
export function plainHeap(heap: Heap, names: ReadonlyMap<number, string>): PlainHeap {
  const {codes, columns, tables} = heap
  const {files, methods, ...sites} = tables.siteTable.columns
  const shapes = tables.shapeTable.columns
  const words: Readonly<Record<WordColumn, Int32Array | Uint32Array>> = {
    ...columns,
    ...sites,
    pages: codes.pages,
    shapeTree: shapes.shapes,
    slotSizes: tables.slotSizes,
    sql: sqlOf(heap),
    superclasses: Int32Array.from([...tables.superclasses].flat()),
  }
  const all = [...WORD_COLUMNS.map(name => words[name]), ...BYTE_COLUMNS.map(name => columns[name])]
  return {
    columns: all.map(({buffer, byteLength, byteOffset}) => new Uint8Array(buffer, byteOffset, byteLength)),
    facts: {
      alignmentBits: codes.alignmentBits,
      files,
      irregular: codes.irregular,
      largeMemsizes: [...tables.largeMemsizes],
      lengths: all.map(({length}) => length),
      methods,
      names: [...names],
      rootCategories: columns.rootCategories,
      shapeNames: shapes.names,
      texts: tables.texts.all,
      typeNames: tables.typeNames,
      values: tables.values.size,
    },
  }
}

function sqlOf({tables: {values}}: Heap): Int32Array {
  const sql: number[] = []
  for (let id = 0; id < values.size; id++) if (values.isSql(id)) sql.push(id)
  return Int32Array.from(sql)
}

/** Columns never start at 0, which stands for no column in WebAssembly. */
const FIRST_BYTE = 64
const PAGE_BYTES = 1 << 16

/** The memory of a restored heap: its columns, one after another, and what computing needs besides. */
export class RestoredMemory {
  /** All columns: fill this before `heap`. */
  readonly bytes: Uint8Array
  readonly #memory: WebAssembly.Memory
  readonly #facts: HeapFacts

  constructor(facts: HeapFacts) {
    this.#facts = facts
    const {lengths} = facts
    const bytes = lengths.reduce((sum, length, at) => sum + length * (at < WORD_COLUMNS.length ? 4 : 1), 0)
    const [count, edges, roots] = [lengthOf(facts, 'addresses'), lengthOf(facts, 'edges'), lengthOf(facts, 'roots')]
    const {slotBits} = new AddressCodes(facts.alignmentBits)
    // As in HeapBuilder; the index of a dump without an order takes a column more.
    const more = AddressIndex.wordsFor({pageCount: lengthOf(facts, 'pages'), slotBits}) + 3 * roots + count
    const scratch = wordsForGraph(count + 1, edges, {more})
    const total = FIRST_BYTE + bytes + 16 + scratch * 4
    this.#memory = new WebAssembly.Memory({initial: Math.ceil(total / PAGE_BYTES)})
    this.bytes = new Uint8Array(this.#memory.buffer, FIRST_BYTE, bytes)
  }

  heap(): Heap {
    const facts = this.#facts
    const {buffer} = this.#memory
    let at = FIRST_BYTE
    const words = {} as Record<WordColumn, Int32Array>
    const bytes = {} as Record<ByteColumn, Uint8Array>
    for (const name of WORD_COLUMNS) {
      words[name] = new Int32Array(buffer, at, lengthOf(facts, name))
      at += words[name].byteLength
    }

    for (const name of BYTE_COLUMNS) {
      bytes[name] = new Uint8Array(buffer, at, lengthOf(facts, name))
      at += bytes[name].byteLength
    }

    const {memsizes, pages, shapeTree, slotSizes, sql, superclasses, fileIds, lines, methodIds, ...named} = words
    const columns: HeapColumns = {
      ...named,
      ...bytes,
      count: named.addresses.length,
      memsizes: new Uint32Array(buffer, memsizes.byteOffset, memsizes.length),
      rootCategories: facts.rootCategories,
    }
    const codes = AddressCodes.ofPages(facts.alignmentBits, pages)
    for (const digits of facts.irregular) codes.codeOfDigits(digits)
    const scratch = new Scratch(columns.count + 2, this.#memory, [new Int32Array(buffer, (at + 15) & ~15)])
    return new Heap(
      columns,
      {
        largeMemsizes: new Map(facts.largeMemsizes),
        shapeTable: ShapeTable.of({names: facts.shapeNames, shapes: shapeTree}),
        siteTable: SiteTable.of({fileIds, files: facts.files, lines, methodIds, methods: facts.methods}),
        slotSizes,
        superclasses: pairsOf(superclasses),
        texts: TextTable.of(facts.texts),
        typeNames: facts.typeNames,
        values: new KeptValues(facts.values, facts.names, sql),
      },
      codes,
      new AddressIndex(codes, columns.addresses, scratch),
      scratch,
    )
  }
}

function lengthOf({lengths}: HeapFacts, name: WordColumn | ByteColumn): number {
  return lengths[[...WORD_COLUMNS, ...BYTE_COLUMNS].indexOf(name)]
}

function pairsOf(column: Int32Array): ReadonlyMap<number, number> {
  const pairs = new Map<number, number>()
  for (let at = 0; at < column.length; at += 2) pairs.set(column[at], column[at + 1])
  return pairs
}
