// Groups of objects: classes, pairs of entries in two columns, kinds of records.
import {LARGE_MEMSIZE} from '../columns.js'
import {Scan} from './scan.js'
import type {Counts} from './tallies.js'

/** Pairs are numbered in order of appearance. */
export type Pairs = Counts & {
  /** By pair: the first object with it. */
  readonly firsts: Int32Array
}

export type PairNumbers = Pick<Pairs, 'firsts'> & {
  /** Pair by position in the list of objects. */
  readonly numbers: Int32Array
}

export class Groups extends Scan {
  /** Counts objects by pairs of entries in two columns. */
  pairs(indexes: Int32Array, first: Int32Array, second: Int32Array): Pairs {
    return this.with(null, () => {
      const listed = this.scratch.at(indexes)
      const numbers = this.scratch.take(indexes.length)
      const firsts = this.#numberPairs(listed, numbers, first, second)
      const [objects, memsizes] = [
        this.scratch.take(firsts.length).fill(0),
        this.scratch.takeWide(firsts.length).fill(0),
      ]
      this.code.tallyNumbers(listed, indexes.length, numbers.byteOffset, objects.byteOffset, memsizes.byteOffset)
      for (const [index, memsize] of this.large(null)) {
        const place = indexes.indexOf(index)
        if (place !== -1) memsizes[numbers[place]] += memsize - LARGE_MEMSIZE
      }

      return {firsts, memsizes: memsizes.slice(), objects: Uint32Array.from(objects)}
    })
  }

  /** Numbers the pairs of entries in two columns for some objects. */
  numberPairs(indexes: Int32Array, first: Int32Array, second: Int32Array | Uint8Array): PairNumbers {
    return this.with(null, () => {
      const numbers = this.scratch.take(indexes.length)
      return {firsts: this.#numberPairs(this.scratch.at(indexes), numbers, first, second), numbers: numbers.slice()}
    })
  }

  #numberPairs(listed: number, numbers: Int32Array, first: Int32Array, second: Int32Array | Uint8Array): Int32Array {
    return this.scratch.during(() => {
      const {length} = numbers
      const bits = Math.max(1, Math.floor(Math.log2(length)))
      const [heads, nexts, firsts] = [
        this.scratch.take(2 ** bits).fill(0),
        this.scratch.take(length),
        this.scratch.take(length),
      ]
      const count = this.code.numberPairs(
        listed,
        length,
        this.scratch.at(first),
        this.scratch.at(second),
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

  /**
   * One byte per object: the kind of a module, or the kind for an IMEMO's type or a DATA's struct; otherwise 0. The
   * column is kept.
   */
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
    const {count} = this.heap
    const {buffer, byteOffset} = this.scratch.take(Math.ceil(count / 4)).fill(0)
    this.scratch.during(() =>
      this.code.classify(
        byteOffset,
        namedModule,
        unnamedModule,
        this.scratch.at(imemoKinds),
        this.scratch.at(structKinds),
      ),
    )
    return new Uint8Array(buffer, byteOffset, count)
  }

  /**
   * Numbers classes in order of their first objects: the number by object, -1 without a class; and the first object of
   * each number.
   */
  numberClasses(): {readonly groupOf: Int32Array; readonly firsts: Int32Array} {
    const {count} = this.heap
    const groupOf = this.scratch.take(count)
    return this.scratch.during(() => {
      const [numbers, firsts] = [this.scratch.take(count).fill(0), this.scratch.take(count)]
      const found = this.code.numberClasses(numbers.byteOffset, groupOf.byteOffset, firsts.byteOffset)
      return {firsts: firsts.slice(0, found), groupOf}
    })
  }

  /** Replaces each entry of a column by `renamed[entry]`, except -1. */
  rename(column: Int32Array, renamed: Int32Array): void {
    this.scratch.during(() => this.code.rename(this.scratch.at(column), column.length, this.scratch.at(renamed)))
  }
}
