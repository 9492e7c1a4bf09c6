// Columns that one algorithm is done with, for the next one. The first write to a page of fresh memory costs as much as computing
// something for all that lies on it, on virtual machines many times as much; and what is used again adds nothing to the peak.

export class Scratch {
  readonly #spare: Int32Array[] = []

  /** `length`: of every column. */
  constructor(readonly length: number) {}

  /** A column of the full length. It holds what its last user has left in it. */
  take(): Int32Array {
    return this.#spare.pop() ?? new Int32Array(this.length)
  }

  /** Gives columns back. */
  give(...columns: readonly Int32Array[]): void {
    this.#spare.push(...columns)
  }
}
