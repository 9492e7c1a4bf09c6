// Columns that one algorithm is done with, for the next one. The first write to a page of fresh memory costs more than computing
// something for all that lies on it, on virtual machines many times as much (docs/performance.md); and what is used again adds nothing
// to the peak.

export class Scratch {
  /** No two of them are neighbours. */
  readonly #spare: Int32Array[] = []

  /** `length`: of most columns. `block`: memory that somebody is done with. */
  constructor(
    readonly length: number,
    block: Int32Array = new Int32Array(0),
  ) {
    this.give(block)
  }

  /** A column. It holds what its last user has left in it. */
  take(length = this.length): Int32Array {
    // The smallest that is long enough; what is left of it stays.
    let best = -1
    for (const [at, column] of this.#spare.entries()) {
      if (column.length >= length && (best === -1 || column.length < this.#spare[best].length)) best = at
    }

    if (best === -1) return new Int32Array(length)
    const [column] = this.#spare.splice(best, 1)
    return this.trim(column, length)
  }

  /** Keeps only the beginning of a column. */
  trim(column: Int32Array, length: number): Int32Array {
    this.give(column.subarray(length))
    return column.subarray(0, length)
  }

  /** Gives columns back, or parts of them. */
  give(...columns: readonly Int32Array[]): void {
    for (let column of columns) {
      for (let at = this.#spare.length - 1; at >= 0; at--) {
        const joined = join(column, this.#spare[at]) ?? join(this.#spare[at], column)
        if (joined === null) continue
        column = joined
        this.#spare.splice(at, 1)
      }

      if (column.length > 0) this.#spare.push(column)
    }
  }
}

function join(first: Int32Array, second: Int32Array): Int32Array | null {
  if (first.buffer !== second.buffer || first.byteOffset + first.byteLength !== second.byteOffset) return null
  return new Int32Array(first.buffer, first.byteOffset, first.length + second.length)
}
