// Columns that one algorithm is done with, for the next one. The first write to a page of fresh memory costs as much as computing
// something for all that lies on it, on virtual machines many times as much; and what is used again adds nothing to the peak.

export class Scratch {
  readonly #spare: Int32Array[] = []
  #block: Int32Array

  /** `length`: of every column. `block`: memory that somebody is done with. */
  constructor(
    readonly length: number,
    block: Int32Array = new Int32Array(0),
  ) {
    this.#block = block
  }

  /** A column of the full length. It holds what its last user has left in it. */
  take(): Int32Array {
    return this.#spare.pop() ?? this.keep(this.length)
  }

  /** A column of any length that is not given back, with anything in it. */
  keep(length: number): Int32Array {
    if (length > this.#block.length) return new Int32Array(length)
    const column = this.#block.subarray(0, length)
    this.#block = this.#block.subarray(length)
    return column
  }

  /** Gives columns back. */
  give(...columns: readonly Int32Array[]): void {
    this.#spare.push(...columns)
  }
}
