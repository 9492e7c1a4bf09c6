// Columns for the algorithms in WebAssembly's memory, reused from one algorithm to the next. The first write to a page
// of fresh memory costs more than computing something for everything on it, and many times as much on virtual machines
// (docs/performance.md). Reused memory also adds nothing to the peak.

const PAGE_BYTES = 1 << 16

export class Scratch {
  /** No two of them are adjacent. */
  readonly #spare: Int32Array[] = []
  /** Columns taken inside the current `during`, if any. */
  #taken: Int32Array[] | null = null

  /** `length`: of most columns. `blocks`: unused parts of the memory, which must not grow from now on. */
  constructor(
    readonly length: number,
    readonly memory: WebAssembly.Memory,
    blocks: readonly Int32Array[],
  ) {
    this.give(...blocks)
  }

  /** Scratch with this many words in its own memory. */
  static of(words: number, length = words): Scratch {
    const memory = new WebAssembly.Memory({initial: Math.ceil((words * 4) / PAGE_BYTES)})
    return new Scratch(length, memory, [new Int32Array(memory.buffer)])
  }

  /** A column in the memory. It still has the contents from its last use. */
  take(length = this.length): Int32Array {
    if (length === 0) return new Int32Array(this.memory.buffer, 0, 0)
    // The smallest that is long enough; the rest of it stays available.
    let best: Int32Array | null = null
    for (const column of this.#spare)
      if (column.length >= length && (best === null || column.length < best.length)) best = column
    if (best === null) throw new Error('Not enough scratch memory for the graph.')
    this.#spare.splice(this.#spare.indexOf(best), 1)
    const column = this.trim(best, length)
    this.#taken?.push(column)
    return column
  }

  /** A column of floating-point numbers. */
  takeWide(length = this.length): Float64Array {
    // Entries of eight bytes, aligned.
    const {buffer, byteOffset} = this.take(length * 2 + 1)
    return new Float64Array(buffer, byteOffset + (byteOffset % 8), length)
  }

  /** Releases at the end whatever `run` takes, and copies made for it. `run` must not release anything itself. */
  during<Result>(run: () => Result): Result {
    const outer = this.#taken
    const taken: Int32Array[] = []
    this.#taken = taken
    try {
      return run()
    } finally {
      this.#taken = outer
      this.give(...taken)
    }
  }

  /** Keeps only the beginning of a column. */
  trim(column: Int32Array, length: number): Int32Array {
    this.give(column.subarray(length))
    return column.subarray(0, length)
  }

  /** Releases columns, or parts of them. */
  give(...columns: readonly Int32Array[]): void {
    for (let column of columns) {
      for (const [at, spare] of [...this.#spare.entries()].toReversed()) {
        const joined = join(column, spare) ?? join(spare, column)
        if (joined === null) continue
        column = joined
        this.#spare.splice(at, 1)
      }

      if (column.length > 0) this.#spare.push(column)
    }
  }

  /** The address of a column, for the code in this memory. A column from elsewhere is copied. */
  at(column: Float64Array | Int32Array | Uint8Array | Uint32Array): number {
    if (column.buffer === this.memory.buffer) return column.byteOffset
    const copy = this.take(Math.ceil(column.byteLength / 4))
    new Uint8Array(copy.buffer, copy.byteOffset).set(
      new Uint8Array(column.buffer, column.byteOffset, column.byteLength),
    )
    return copy.byteOffset
  }
}

function join(first: Int32Array, second: Int32Array): Int32Array | null {
  if (first.buffer !== second.buffer || first.byteOffset + first.byteLength !== second.byteOffset) return null
  return new Int32Array(first.buffer, first.byteOffset, first.length + second.length)
}
