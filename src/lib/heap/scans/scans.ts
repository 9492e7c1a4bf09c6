// Scans over all objects, in WebAssembly (src/wasm/scans): V8 takes longer to warm up and to compile a loop than it takes to go through a million
// objects once. What an object of 4 GiB and more takes, the columns don't hold: it is added here.
import type {Grouping, Retained} from '../../graph/retained.js'
import type {Scratch} from '../../wasm/scratch.js'
import {ChildGroups} from './child-groups.js'
import {LARGE_MEMSIZE, NONE} from '../columns.js'
import type {Heap} from '../heap.js'
import {type ScanCode, scanCode} from './scan-code.js'

/** By group, as many as were asked for; what has none comes after them all. */
export type Counts = {readonly objects: Uint32Array; readonly memsizes: Float64Array}

export type PageCounts = {
  /** By heap page (`Heap.pageBits`), in order of the codes of addresses. */
  readonly objects: Int32Array
  /** Of these, what has survived three collections. */
  readonly oldObjects: Int32Array
  /** Objects that are in no page. */
  readonly elsewhere: number
  /** What all objects take of their slots. */
  readonly slotBytes: number
}

export type FoundCollections = {
  /** Indexes of the arrays and hashes with most elements, largest first, and of the collections with most bytes that nothing is in. */
  readonly longest: Int32Array
  readonly roomiest: readonly number[]
  /** Indexes of those that have no content. */
  readonly empty: Int32Array
  /** Bytes of all of them that nothing is in. */
  readonly unused: number
}

/** Pairs are numbered in the order in which they are met. */
export type Pairs = Counts & {
  /** By pair: the first object that has it. */
  readonly firsts: Int32Array
}

export type PairNumbers = Pick<Pairs, 'firsts'> & {
  /** Pair by place in the list of objects. */
  readonly numbers: Int32Array
}

export type SitesBelow = {readonly bytesBySite: Float64Array; readonly met: readonly number[]; readonly total: number}

type TallyOptions = {
  /** The least number. */
  readonly first?: number
  readonly only?: Only
  readonly types?: readonly number[]
}

export type RepeatedTexts = {
  readonly members: Int32Array
  readonly texts: ReadonlyArray<{readonly objects: number; readonly memsize: number}>
}

/** Which objects count: a byte each, 0 for those that don't. null: all do. */
export type Only = Uint8Array | null

const ALL_TYPES = 0
const NO_NAME = -2

/** What takes no columns of the caller's gives arrays of its own. Made once a heap (`heap.scans`). */
export class Scans {
  readonly #heap: Heap
  readonly #scratch: Scratch
  readonly #code: ScanCode
  #pages: PageCounts | null = null

  constructor(heap: Heap) {
    this.#heap = heap
    this.#scratch = heap.scratch
    this.#code = scanCode(heap.scratch.memory)
    const {columns, codes, tables} = heap
    const at = (column: Int32Array | Uint8Array | Uint32Array) => heap.scratch.at(column)
    this.#code.setColumns(
      columns.count,
      at(columns.types),
      at(columns.flags),
      at(columns.memsizes),
      at(columns.addresses),
      at(columns.classes),
      at(columns.details),
      at(columns.firstEdge),
      at(columns.generations),
      at(columns.sites),
      at(columns.sizes),
    )
    this.#code.setPages(codes.slotBits, codes.irregularStart, at(tables.slotSizes), heap.otherSlotSize)
    this.#code.setRoom(codes.alignmentBits === 3)
    // What is not there is no detail of any object; -1 is.
    const nameOf = (text: string) => (tables.texts.find(text) === NONE ? NO_NAME : tables.texts.find(text))
    this.#code.setDataNames(nameOf('env'), nameOf('ifunc'), nameOf('proc'))
  }

  /** Bytes of all objects. */
  get memsize(): number {
    const {
      columns: {memsizes},
      tables: {largeMemsizes},
    } = this.#heap
    let sum = this.#code.sumOfWords(this.#scratch.at(memsizes), memsizes.length)
    for (const memsize of largeMemsizes.values()) sum += memsize - LARGE_MEMSIZE
    return sum
  }

  /** By a column of numbers from `first` on (-1: none), of the objects of some types. */
  tally(keys: Int32Array, groups: number, {first = 0, only = null, types}: TallyOptions = {}): Counts {
    const mask = types === undefined ? ALL_TYPES : maskOf(types)
    return this.#counted(
      groups,
      only,
      (objects, memsizes) => this.#code.tally(this.#scratch.at(keys), first, groups, mask, objects, memsizes),
      index => {
        if (types !== undefined && !types.includes(this.#heap.columns.types[index])) return groups + 1
        return keys[index] === NONE ? groups : keys[index] - first
      },
    )
  }

  /** By code of the type. */
  tallyTypes(only: Only = null): Counts {
    return this.#counted(
      this.#heap.tables.typeNames.length,
      only,
      (objects, memsizes) => this.#code.tallyTypes(objects, memsizes),
      index => this.#heap.columns.types[index],
    )
  }

  /** Counts some objects by what two columns say of each. */
  pairs(indexes: Int32Array, first: Int32Array, second: Int32Array): Pairs {
    return this.#with(null, () => {
      const listed = this.#scratch.at(indexes)
      const numbers = this.#scratch.take(indexes.length)
      const firsts = this.#numberPairs(listed, numbers, first, second)
      const [objects, memsizes] = [
        this.#scratch.take(firsts.length).fill(0),
        this.#scratch.takeWide(firsts.length).fill(0),
      ]
      this.#code.tallyNumbers(listed, indexes.length, numbers.byteOffset, objects.byteOffset, memsizes.byteOffset)
      for (const [index, memsize] of this.#large(null)) {
        const place = indexes.indexOf(index)
        if (place !== -1) memsizes[numbers[place]] += memsize - LARGE_MEMSIZE
      }

      return {firsts, memsizes: memsizes.slice(), objects: Uint32Array.from(objects)}
    })
  }

  /** Numbers the pairs of what two columns say of some objects. */
  numberPairs(indexes: Int32Array, first: Int32Array, second: Int32Array | Uint8Array): PairNumbers {
    return this.#with(null, () => {
      const numbers = this.#scratch.take(indexes.length)
      return {firsts: this.#numberPairs(this.#scratch.at(indexes), numbers, first, second), numbers: numbers.slice()}
    })
  }

  #numberPairs(listed: number, numbers: Int32Array, first: Int32Array, second: Int32Array | Uint8Array): Int32Array {
    return this.#scratch.during(() => {
      const {length} = numbers
      const bits = Math.max(1, Math.floor(Math.log2(length)))
      const [heads, nexts, firsts] = [
        this.#scratch.take(2 ** bits).fill(0),
        this.#scratch.take(length),
        this.#scratch.take(length),
      ]
      const count = this.#code.numberPairs(
        listed,
        length,
        this.#scratch.at(first),
        this.#scratch.at(second),
        second instanceof Uint8Array,
        heads.byteOffset,
        bits,
        nexts.byteOffset,
        numbers.byteOffset,
        firsts.byteOffset,
      )
      return firsts.slice(0, count)
    })
  }

  /** References by site of the object that refers; those of objects without one come after them all. */
  tallyReferences(only: Only = null): Uint32Array {
    const groups = this.#heap.tables.siteTable.size
    return this.#with(only, () => {
      const references = this.#scratch.take(groups + 1).fill(0)
      this.#code.tallyReferences(groups, references.byteOffset)
      return Uint32Array.from(references)
    })
  }

  /** Counted once. */
  get pages(): PageCounts {
    this.#pages ??= this.#tallyPages()
    return this.#pages
  }

  #tallyPages(): PageCounts {
    const {
      codes: {alignmentBits, pageCount},
      pageBits,
    } = this.#heap
    const count = pageCount << (16 - pageBits)
    return this.#scratch.during(() => {
      const [objects, oldObjects] = [this.#scratch.take(count).fill(0), this.#scratch.take(count).fill(0)]
      const slotBytes = this.#code.tallyPages(pageBits - alignmentBits, objects.byteOffset, oldObjects.byteOffset)
      return {
        elsewhere: this.#code.elsewhere.value,
        objects: objects.slice(),
        oldObjects: oldObjects.slice(),
        slotBytes,
      }
    })
  }

  countFlagged(flag: number, only: Only = null): number {
    return this.#with(only, () => this.#code.countFlagged(flag))
  }

  /** The least and the most entry of a column, without those that are -1; null if all are. */
  spanOf(column: Int32Array): {readonly least: number; readonly most: number} | null {
    this.#code.spanOf(this.#scratch.at(column), column.length)
    return this.#code.most.value === NONE ? null : {least: this.#code.least.value, most: this.#code.most.value}
  }

  /** Indexes of the objects of some types. */
  ofTypes(types: readonly number[], only: Only = null): Int32Array {
    return this.#listed(only, out => this.#code.selectTypes(maskOf(types), out))
  }

  /** Places of a column that have this number. */
  placesOf(column: Int32Array, wanted: number): Int32Array {
    return this.#listed(null, out => this.#code.selectEqual(this.#scratch.at(column), column.length, wanted, out))
  }

  /** A byte an object: 0 for those that a column has `unwanted` of, else 1. */
  unlike(column: Uint8Array, unwanted: number): Uint8Array {
    return this.#with(null, () => {
      const {buffer, byteOffset} = this.#scratch.take(Math.ceil(column.length / 4))
      this.#code.markUnlike(this.#scratch.at(column), column.length, unwanted, byteOffset)
      return new Uint8Array(buffer, byteOffset, column.length).slice()
    })
  }

  /** Indexes of strings that have one of these values. */
  ofValues(values: readonly number[], only: Only = null): Int32Array {
    return this.#listed(only, out => {
      const {buffer, byteOffset} = this.#scratch.take(Math.ceil(this.#heap.tables.values.size / 4)).fill(0)
      const isWanted = new Uint8Array(buffer, byteOffset)
      for (const value of values) isWanted[value] = 1
      return this.#code.selectValues(byteOffset, out)
    })
  }

  /** Places of a column of sizes that are at least so large. */
  atLeast(sizes: Float64Array | Uint32Array, least: number): Int32Array {
    return this.#listed(null, out =>
      this.#code.selectLarge(this.#scratch.at(sizes), sizes.length, sizes instanceof Float64Array, least, out),
    )
  }

  /** Indexes of the `top` objects (0: all) with most of what a column says of each, largest first, ties in order; those with 0 are left out. */
  largest(sizes: Float64Array | Int32Array | Uint32Array, top: number, only: Only = null): Int32Array {
    return this.#with(only, () => this.#largest(sizes, top, true))
  }

  /** A byte an object: what modules are, and what the text of an IMEMO's type or of a DATA's struct says of it; else 0. The column stays. */
  classify({
    imemoKinds,
    namedModule,
    structKinds,
    unnamedModule,
  }: {
    imemoKinds: Uint8Array
    namedModule: number
    structKinds: Uint8Array
    unnamedModule: number
  }): Uint8Array {
    const {count} = this.#heap
    const {buffer, byteOffset} = this.#scratch.take(Math.ceil(count / 4)).fill(0)
    this.#scratch.during(() =>
      this.#code.classify(
        byteOffset,
        namedModule,
        unnamedModule,
        this.#scratch.at(imemoKinds),
        this.#scratch.at(structKinds),
      ),
    )
    return new Uint8Array(buffer, byteOffset, count)
  }

  /** For many nodes; its columns are the caller's, who gives them back (`Scratch.during`). */
  childGroups(retained: Retained, grouping: Grouping): ChildGroups {
    return new ChildGroups(this.#code, this.#scratch, retained, grouping)
  }

  /** Numbers classes as their objects come: by object, -1 without a class; and the first object of each number. */
  numberClasses(): {readonly groupOf: Int32Array; readonly firsts: Int32Array} {
    const {count} = this.#heap
    const groupOf = this.#scratch.take(count)
    return this.#scratch.during(() => {
      const [numbers, firsts] = [this.#scratch.take(count).fill(0), this.#scratch.take(count)]
      const found = this.#code.numberClasses(numbers.byteOffset, groupOf.byteOffset, firsts.byteOffset)
      return {firsts: firsts.slice(0, found), groupOf}
    })
  }

  /** Puts `renamed[entry]` in place of each entry of a column that is not -1. */
  rename(column: Int32Array, renamed: Int32Array): void {
    this.#scratch.during(() => this.#code.rename(this.#scratch.at(column), column.length, this.#scratch.at(renamed)))
  }

  /** Arrays, hashes and strings. `top`: how many of each kind at most; 0 = all. */
  collections(top: number, only: Only = null): FoundCollections {
    return this.#with(only, () => {
      const [found, lengths, unused] = [this.#scratch.take(), this.#scratch.take(), this.#scratch.take()]
      let count = 0
      const empty = this.#scratch.during(() => {
        const all = this.#scratch.take()
        count = this.#code.listCollections(found.byteOffset, lengths.byteOffset, unused.byteOffset, all.byteOffset)
        return all.slice(0, this.#code.emptyCount.value)
      })
      let unusedBytes = this.#code.unusedTotal.value
      const all = found.subarray(0, count)
      const large: number[] = []
      for (const [index] of this.#large(only)) {
        if (!all.includes(index)) continue
        large.push(index)
        unusedBytes += this.roomOf(index).unused - this.#code.unusedIn(index, LARGE_MEMSIZE)
      }

      const indexesOf = (sizes: Int32Array) =>
        this.#largest(new Uint32Array(sizes.buffer, sizes.byteOffset, count), top, false).map(place => found[place])
      const roomiest = [...new Set([...large, ...indexesOf(unused)])].filter(index => this.roomOf(index).unused > 0)
      return {empty, longest: indexesOf(lengths), roomiest, unused: unusedBytes}
    })
  }

  /** Bytes allocated for what is not in an array, hash or string, and for how many elements, entries or bytes it has room: null where nobody can tell. */
  roomOf(index: number): {readonly capacity: number | null; readonly unused: number} {
    const unused = this.#code.unusedIn(index, this.#heap.memsize(index))
    return {capacity: this.#code.capacity.value === NONE ? null : this.#code.capacity.value, unused}
  }

  /**
   * Bytes of what came after generation `bootEnd` below the nodes of the dominator tree that retain at least `leastBytes`: src/wasm/scans/suspects.ts.
   * An object of 4 GiB and more counts as 4 GiB.
   */
  newBytesBelow(
    {
      dominators,
      order,
      sizes,
    }: {readonly dominators: Int32Array; readonly order: Int32Array; readonly sizes: Float64Array | Uint32Array},
    explained: Uint8Array,
    leastBytes: number,
    bootEnd: number,
  ): Map<number, number> {
    return this.#with(null, () => {
      const [nearest, large, weights] = [this.#scratch.take(), this.#scratch.take(), this.#scratch.takeWide()]
      const at = (column: Float64Array | Int32Array | Uint8Array | Uint32Array) => this.#scratch.at(column)
      const count = this.#code.newBytesBelow(
        order.length,
        at(order),
        at(dominators),
        at(sizes),
        sizes instanceof Float64Array,
        at(explained),
        leastBytes,
        bootEnd,
        at(nearest),
        at(large),
        at(weights),
      )
      return new Map(Array.from(large.subarray(0, count), (node, number) => [node, weights[number]]))
    })
  }

  /**
   * Strings of the texts that at least `least` of those have that a path reaches (`strengths`), and what these take, by text. `counts`: of all strings, by
   * value.
   */
  repeatedTexts(counts: Uint32Array, least: number, strengths: Uint8Array): RepeatedTexts {
    return this.#with(null, () => {
      const [found, textOf] = [this.#scratch.take(), this.#scratch.take(counts.length)]
      const texts = this.#code.numberLarge(this.#scratch.at(counts), counts.length, least, textOf.byteOffset)
      const [copies, memsizes] = [this.#scratch.take(texts + 1).fill(0), this.#scratch.takeWide(texts + 1).fill(0)]
      const end = this.#code.listRepeated(
        textOf.byteOffset,
        this.#scratch.at(strengths),
        least,
        found.byteOffset,
        copies.byteOffset,
        memsizes.byteOffset,
      )
      const all = Array.from(copies, (objects, text) => ({memsize: memsizes[text], objects}))
      return {members: found.slice(0, end), texts: all.filter(({objects}) => objects >= least)}
    })
  }

  /**
   * Bytes by site of the last of `nodes` and all they dominate, of `most` objects at most, and the sites in the order in which they are met. An object of
   * 4 GiB and more counts as 4 GiB.
   */
  sitesBelow({counts, ends, order}: Retained, nodes: Int32Array, most: number): SitesBelow {
    return this.#with(null, () => {
      const {
        count: objects,
        tables: {siteTable},
      } = this.#heap
      const bytes = this.#scratch.takeWide(siteTable.size).fill(0)
      // Whatever takes nothing may be met again and again.
      const met = this.#scratch.take(Math.max(siteTable.size, Math.min(most, objects)))
      const at = (column: Float64Array | Int32Array) => this.#scratch.at(column)
      const count = this.#code.tallySites(
        at(nodes),
        nodes.length,
        at(order),
        at(counts),
        at(ends),
        most,
        at(bytes),
        at(met),
      )
      return {bytesBySite: bytes.slice(), met: [...met.subarray(0, count)], total: this.#code.tallied.value}
    })
  }

  #counted(
    groups: number,
    only: Only,
    count: (objects: number, memsizes: number) => void,
    groupOf: (index: number) => number,
  ): Counts {
    return this.#with(only, () => {
      const [objects, memsizes] = [this.#scratch.take(groups + 1).fill(0), this.#scratch.takeWide(groups + 1).fill(0)]
      count(objects.byteOffset, memsizes.byteOffset)
      for (const [index, memsize] of this.#large(only))
        if (groupOf(index) <= groups) memsizes[groupOf(index)] += memsize - LARGE_MEMSIZE
      return {memsizes: memsizes.slice(), objects: Uint32Array.from(objects)}
    })
  }

  #large(only: Only): ReadonlyArray<readonly [index: number, memsize: number]> {
    const {largeMemsizes} = this.#heap.tables
    return largeMemsizes.size === 0 ? [] : [...largeMemsizes].filter(([index]) => only === null || only[index] !== 0)
  }

  #largest(sizes: Float64Array | Int32Array | Uint32Array, top: number, ofObjects: boolean): Int32Array {
    const most = top === 0 ? sizes.length : Math.min(top, sizes.length)
    const places = this.#scratch.take(most)
    const isWide = sizes instanceof Float64Array
    const count = this.#code.selectLargest(
      this.#scratch.at(sizes),
      sizes.length,
      isWide,
      ofObjects,
      most,
      places.byteOffset,
    )
    return places.subarray(0, count).toSorted((a, b) => sizes[b] - sizes[a] || a - b)
  }

  #listed(only: Only, list: (out: number) => number): Int32Array {
    return this.#with(only, () => {
      const out = this.#scratch.take()
      return out.slice(0, list(out.byteOffset))
    })
  }

  /** Gives back what is taken meanwhile. */
  #with<Result>(only: Only, run: () => Result): Result {
    return this.#scratch.during(() => {
      this.#code.setOnly(only === null ? 0 : this.#scratch.at(only))
      try {
        return run()
      } finally {
        this.#code.setOnly(0)
      }
    })
  }
}

/** Types are few; those that Ruby does not have are never asked for. */
function maskOf(types: readonly number[]): number {
  return types.reduce((mask, type) => mask | (1 << type), 0)
}
