// Arrays, hashes and strings: the largest ones, the empty ones, and unused capacity.
import {LARGE_MEMSIZE, NONE} from '../columns.js'
import {type Only, Scan} from './scan.js'

export type FoundCollections = {
  /**
   * Indexes of the arrays and hashes with most elements, largest first, and of the collections with most unused
   * capacity.
   */
  readonly longest: Int32Array
  readonly oversized: readonly number[]
  /** Indexes of the empty ones. */
  readonly empty: Int32Array
  /** Unused capacity of all of them, in bytes. */
  readonly unused: number
}

export class Collections extends Scan {
  /** Arrays, hashes and strings. `top`: maximum number of each kind; 0 = all. */
  find(top: number, only: Only = null): FoundCollections {
    return this.with(only, () => {
      const [found, lengths, unused] = [this.scratch.take(), this.scratch.take(), this.scratch.take()]
      let count = 0
      const empty = this.scratch.during(() => {
        const all = this.scratch.take()
        count = this.code.listCollections(found.byteOffset, lengths.byteOffset, unused.byteOffset, all.byteOffset)
        return all.slice(0, this.code.emptyCount.value)
      })
      let unusedBytes = this.code.unusedTotal.value
      const all = found.subarray(0, count)
      const large: number[] = []
      for (const [index] of this.large(only)) {
        if (!all.includes(index)) continue
        large.push(index)
        unusedBytes += this.capacityOf(index).unused - this.code.unusedIn(index, LARGE_MEMSIZE)
      }

      const indexesOf = (sizes: Int32Array) =>
        this.largestOf(new Uint32Array(sizes.buffer, sizes.byteOffset, count), top, false).map(place => found[place])
      const oversized = [...new Set([...large, ...indexesOf(unused)])].filter(
        index => this.capacityOf(index).unused > 0,
      )
      return {empty, longest: indexesOf(lengths), oversized, unused: unusedBytes}
    })
  }

  /**
   * Capacity of an array, hash or string in elements, entries or bytes (null: unknown), and its unused capacity in
   * bytes.
   */
  capacityOf(index: number): {readonly capacity: number | null; readonly unused: number} {
    const unused = this.code.unusedIn(index, this.heap.memsize(index))
    return {capacity: this.code.capacity.value === NONE ? null : this.code.capacity.value, unused}
  }
}
