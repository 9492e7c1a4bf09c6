// The table of references: those in the dump, and those that it leaves out but the analysis follows. One row at a time
// into a chunk that grows, since the number of references is not known before.
import {referenceLabel, rootName} from '../analysis/objects/labels.js'
import type {Subject} from '../analysis/objects/subject.js'
import {NONE} from '../heap/columns.js'
import type {Heap} from '../heap/heap.js'
import {recordsOf, rootStrength, STRENGTH} from '../heap/ownership.js'
import {addressesOf} from './addresses.js'
import {DUMP} from './small-table.js'
import {type Chunk, CHUNK_ROWS, type Column, type Table} from './table.js'
import {bigints, codes, Texts} from './values.js'

const KINDS = ['reference', 'class', 'stack', 'root'] as const
const KIND = {class: 1, reference: 0, root: 3, stack: 2} as const

const COLUMNS: readonly Column[] = [
  DUMP,
  {
    doc: 'the address of the object that refers; NULL for a root',
    name: 'source',
    type: 'BIGINT',
    unit: 'address',
  },
  {
    doc: 'the address of the object it refers to; NULL if the dump has no object there',
    name: 'target',
    type: 'BIGINT',
    unit: 'address',
  },
  {
    doc: 'true if it is on a strongest path to the target: only these decide what is retained (docs/heap-graph.md)',
    name: 'owning',
    type: 'BOOLEAN',
    unit: null,
  },
  {
    doc: 'the instance variable, element, key or value, constant, or kind of root; NULL if there is no word for it',
    name: 'name',
    type: 'VARCHAR',
    unit: null,
  },
  {
    doc: 'reference: it is in the dump; class: to the class of the object; stack: the agent saw it on a stack; root',
    name: 'kind',
    type: 'VARCHAR',
    unit: null,
  },
]

/** Words of `referenceLabel` other than names of variables. */
const WORDS = [
  'element',
  'key or value',
  'member',
  'class',
  'singleton class',
  'its object',
  'superclass',
  'constant',
  'constant or variable',
  'local variable',
  'instance variable',
  'fiber-local',
  'stack',
  'stack or thread-local',
  'stack or fiber-local',
] as const

export const references: Table = {
  columns: COLUMNS,
  doc: 'a reference from an object or a root to an object',
  name: 'refs',
  rowsOf(subject, dump) {
    const names = namesOf(subject)
    return {
      chunks: chunksOf(subject, names),
      texts: new Map<string, readonly string[]>([
        ['dump', [dump.id]],
        ['name', names.all],
        ['kind', KINDS],
      ]),
    }
  },
}

/** All names that references of this heap may have. */
function namesOf({heap}: Subject): Texts {
  const names = new Texts()
  for (const word of WORDS) names.codeOf(word)
  for (const {name} of rootsOf(heap)) names.codeOf(name)
  for (const name of heap.tables.shapeTable.columns.names) if (name.startsWith('@')) names.codeOf(name)
  return names
}

type Root = {readonly name: string; readonly strength: number; readonly target: number}

/** In a dump of a fork the VM no longer holds the other threads; the agent's record shows that it did. */
function* rootsOf(heap: Heap): Generator<Root> {
  const {roots, rootCategory, rootCategories} = heap.columns
  for (let at = 0; at < roots.length; at++) {
    const name = rootName(rootCategories[rootCategory[at]])
    yield {name, strength: rootStrength(heap, at), target: roots[at]}
  }

  for (const target of recordsOf(heap).stacks.keys()) yield {name: rootName('vm'), strength: STRENGTH.owning, target}
}

/** Rows of a chunk, which doubles when it is full. */
class Rows {
  count = 0
  #capacity = CHUNK_ROWS
  #sources = new Int32Array(CHUNK_ROWS)
  #targets = new Int32Array(CHUNK_ROWS)
  #names = new Int32Array(CHUNK_ROWS)
  #kinds = new Uint8Array(CHUNK_ROWS)
  #owning = new Uint8Array(CHUNK_ROWS)

  add(source: number, target: number, name: number, kind: number, isOwning: boolean): void {
    if (this.count === this.#capacity) this.#grow()
    const at = this.count++
    this.#sources[at] = source
    this.#targets[at] = target
    this.#names[at] = name
    this.#kinds[at] = kind
    this.#owning[at] = isOwning ? 1 : 0
  }

  setLastKind(kind: number): void {
    this.#kinds[this.count - 1] = kind
  }

  /** Empties it. */
  take(addressOf: (index: number) => number): Chunk {
    const {count} = this
    const [sources, targets, names] = [this.#sources, this.#targets, this.#names]
    const range = {from: 0, to: count}
    const addresses = (indexes: Int32Array) =>
      bigints(
        range,
        at => addressOf(indexes[at]),
        at => indexes[at] !== NONE,
      )
    this.count = 0
    return {
      columns: [
        {valid: null, values: new Int32Array(count)},
        addresses(sources),
        addresses(targets),
        {valid: null, values: this.#owning.slice(0, count)},
        codes(range, at => names[at]),
        {valid: null, values: Int32Array.from(this.#kinds.subarray(0, count))},
      ],
      rows: count,
    }
  }

  #grow(): void {
    this.#capacity *= 2
    const grown = <Data extends Int32Array | Uint8Array>(column: Data, next: Data): Data => {
      next.set(column)
      return next
    }
    this.#sources = grown(this.#sources, new Int32Array(this.#capacity))
    this.#targets = grown(this.#targets, new Int32Array(this.#capacity))
    this.#names = grown(this.#names, new Int32Array(this.#capacity))
    this.#kinds = grown(this.#kinds, new Uint8Array(this.#capacity))
    this.#owning = grown(this.#owning, new Uint8Array(this.#capacity))
  }
}

function* chunksOf({graph, heap}: Subject, names: Texts): Generator<Chunk> {
  const {classes, edges, firstEdge} = heap.columns
  const {strengths} = graph.owned
  const addressOf = addressesOf(heap)
  const rows = new Rows()
  for (const {name, strength, target} of rootsOf(heap)) {
    const isOwning = target !== NONE && strength === strengths[target]
    rows.add(NONE, target, names.find(name), KIND.root, isOwning)
  }

  const nameOf = (source: number, target: number) => {
    const label = referenceLabel(heap, source, target)
    return label === null ? NONE : names.find(label)
  }

  for (let source = 0; source < heap.count; source++) {
    let known = 0
    for (let at = firstEdge[source]; at < firstEdge[source + 1]; at++) {
      if (edges[at] === NONE) rows.add(source, NONE, NONE, KIND.reference, false)
      else known++
    }

    // First its own references, then those of its recorded stack, then the one to its class.
    let seen = 0
    graph.eachReference(source, (target, strength) => {
      const kind = seen++ < known ? KIND.reference : KIND.stack
      rows.add(source, target, nameOf(source, target), kind, graph.owns(source, target, strength))
    })
    if (classes[source] !== NONE) rows.setLastKind(KIND.class)
    if (rows.count >= CHUNK_ROWS) yield rows.take(addressOf)
  }

  if (rows.count > 0) yield rows.take(addressOf)
}
