// Arrays, hashes and strings: the largest, the empty, and what nothing is in.
import {LARGE_MEMSIZE, NONE} from '../columns.js'
import {type Only, Scan} from './scan.js'

export type FoundCollections = {
  /** Indexes of the arrays and hashes with most elements, largest first, and of the collections with most bytes that nothing is in. */
  readonly longest: Int32Array
  readonly roomiest: readonly number[]
  /** Indexes of those that have no content. */
  readonly empty: Int32Array
  /** Bytes of all of them that nothing is in. */
  readonly unused: number
}

export class Collections extends Scan {
  /** Arrays, hashes and strings. `top`: how many of each kind at most; 0 = all. */
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
        unusedBytes += this.roomOf(index).unused - this.code.unusedIn(index, LARGE_MEMSIZE)
      }

      const indexesOf = (sizes: Int32Array) =>
        this.largestOf(new Uint32Array(sizes.buffer, sizes.byteOffset, count), top, false).map(place => found[place])
      const roomiest = [...new Set([...large, ...indexesOf(unused)])].filter(index => this.roomOf(index).unused > 0)
      return {empty, longest: indexesOf(lengths), roomiest, unused: unusedBytes}
    })
  }

  /** Bytes allocated for what is not in an array, hash or string, and for how many elements, entries or bytes it has room: null where nobody can tell. */
  roomOf(index: number): {readonly capacity: number | null; readonly unused: number} {
    const unused = this.code.unusedIn(index, this.heap.memsize(index))
    return {capacity: this.code.capacity.value === NONE ? null : this.code.capacity.value, unused}
  }
}
