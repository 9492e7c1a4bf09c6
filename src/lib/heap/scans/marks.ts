// Marks objects, a byte each, for a search or for other scans (`Only`).
import {Scan} from './scan.js'

/** `marks` is valid until it returns. */
type Use<Result> = (marks: Uint8Array) => Result

export class Marks extends Scan {
  /** Each object with the mark of its number in a column; 0 without a number. */
  ofNumbers<Result>(numbers: Int32Array, marks: Uint8Array, use: Use<Result>): Result {
    return this.#marked(use, out => this.code.markNumbered(this.scratch.at(numbers), this.scratch.at(marks), out))
  }

  /** Each object with the mark of its address's page; `other`: of addresses that are in none. */
  ofPages<Result>(marks: Uint8Array, other: number, use: Use<Result>): Result {
    const {irregularStart, slotBits} = this.heap.codes
    return this.#marked(use, out => this.code.markPages(this.scratch.at(marks), slotBits, irregularStart, other, out))
  }

  /** What an object dominates, itself included, with 1. `counts`, `ends`: as in graph/retained.ts. */
  below<Result>(
    {counts, ends}: {readonly counts: Int32Array; readonly ends: Int32Array},
    index: number,
    use: Use<Result>,
  ): Result {
    const [from, to] = [ends[index] - counts[index], ends[index]]
    return this.#marked(use, out =>
      this.code.markBetween(this.scratch.at(counts), this.scratch.at(ends), from, to, out),
    )
  }

  /** How many are marked with 1, if all others are 0. */
  count(marks: Uint8Array): number {
    return this.with(null, () => this.code.countMarks(this.scratch.at(marks), marks.length))
  }

  #marked<Result>(use: Use<Result>, mark: (out: number) => void): Result {
    return this.with(null, () => {
      const {buffer, byteOffset} = this.scratch.take(Math.ceil(this.heap.count / 4))
      mark(byteOffset)
      return use(new Uint8Array(buffer, byteOffset, this.heap.count))
    })
  }
}
