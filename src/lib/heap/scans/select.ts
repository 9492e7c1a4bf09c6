// Selects objects, and positions in a column.
import {NONE} from '../columns.js'
import {maskOf, type Only, Scan} from './scan.js'

export class Select extends Scan {
  /** The smallest and largest entry of a column, ignoring -1; null if there is no other. */
  spanOf(column: Int32Array): {readonly least: number; readonly most: number} | null {
    this.code.spanOf(this.scratch.at(column), column.length)
    return this.code.most.value === NONE ? null : {least: this.code.least.value, most: this.code.most.value}
  }

  /** Indexes of the objects of some types. */
  ofTypes(types: readonly number[], only: Only = null): Int32Array {
    return this.listed(only, out => this.code.selectTypes(maskOf(types), out))
  }

  /** Positions of this number in a column. */
  placesOf(column: Int32Array, wanted: number): Int32Array {
    return this.listed(null, out => this.code.selectEqual(this.scratch.at(column), column.length, wanted, out))
  }

  /** Indexes of the objects that refer to this one. */
  referrersOf(target: number): Int32Array {
    return this.listed(null, out => this.code.selectReferrers(this.scratch.at(this.heap.columns.edges), target, out))
  }

  /** One byte per entry of a column: 0 if it is `unwanted`, otherwise 1. */
  unlike(column: Uint8Array, unwanted: number): Uint8Array {
    return this.with(null, () => {
      const {buffer, byteOffset} = this.scratch.take(Math.ceil(column.length / 4))
      this.code.markUnlike(this.scratch.at(column), column.length, unwanted, byteOffset)
      return new Uint8Array(buffer, byteOffset, column.length).slice()
    })
  }

  /** Indexes of strings with one of these values. */
  ofValues(values: readonly number[], only: Only = null): Int32Array {
    return this.listed(only, out => {
      const {buffer, byteOffset} = this.scratch.take(Math.ceil(this.heap.tables.values.size / 4)).fill(0)
      const isWanted = new Uint8Array(buffer, byteOffset)
      for (const value of values) isWanted[value] = 1
      return this.code.selectValues(byteOffset, out)
    })
  }

  /** Positions in a column of sizes with at least this size. */
  atLeast(sizes: Float64Array | Uint32Array, least: number): Int32Array {
    return this.listed(null, out =>
      this.code.selectLarge(this.scratch.at(sizes), sizes.length, sizes instanceof Float64Array, least, out),
    )
  }

  /**
   * Indexes of the `top` objects (0: all) with the largest entries in a column, largest first, ties in order; without
   * those with 0.
   */
  largest(sizes: Float64Array | Int32Array | Uint32Array, top: number, only: Only = null): Int32Array {
    return this.with(only, () => this.largestOf(sizes, top, true))
  }
}
