// The base of all scans: the heap, the memory, the code, and the filter of objects.
import type {Scratch} from '../../wasm/scratch.js'
import type {Heap} from '../heap.js'
import {type ScanCode, scanCode} from './scan-code.js'

/** Which objects count: one byte each, 0 to leave it out. null: all count. */
export type Only = Uint8Array | null

export class Scan {
  protected readonly heap: Heap
  protected readonly scratch: Scratch
  protected readonly code: ScanCode

  constructor(heap: Heap) {
    this.heap = heap
    this.scratch = heap.scratch
    this.code = scanCode(heap.scratch.memory)
  }

  protected large(only: Only): ReadonlyArray<readonly [index: number, memsize: number]> {
    const {largeMemsizes} = this.heap.tables
    return largeMemsizes.size === 0 ? [] : [...largeMemsizes].filter(([index]) => only === null || only[index] !== 0)
  }

  protected largestOf(sizes: Float64Array | Int32Array | Uint32Array, top: number, ofObjects: boolean): Int32Array {
    const most = top === 0 ? sizes.length : Math.min(top, sizes.length)
    const places = this.scratch.take(most)
    const isWide = sizes instanceof Float64Array
    const count = this.code.selectLargest(
      this.scratch.at(sizes),
      sizes.length,
      isWide,
      ofObjects,
      most,
      places.byteOffset,
    )
    return places.subarray(0, count).toSorted((a, b) => sizes[b] - sizes[a] || a - b)
  }

  protected listed(only: Only, list: (out: number) => number): Int32Array {
    return this.with(only, () => {
      const out = this.scratch.take()
      return out.slice(0, list(out.byteOffset))
    })
  }

  /** Releases the scratch memory that `run` takes. */
  protected with<Result>(only: Only, run: () => Result): Result {
    return this.scratch.during(() => {
      this.code.setOnly(only === null ? 0 : this.scratch.at(only))
      try {
        return run()
      } finally {
        this.code.setOnly(0)
      }
    })
  }
}

/** There are few types; unknown ones are never selected. */
export function maskOf(types: readonly number[]): number {
  return types.reduce((mask, type) => mask | (1 << type), 0)
}
