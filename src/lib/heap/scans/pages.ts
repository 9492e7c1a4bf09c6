// What is on each of Ruby's heap pages.
import {Scan} from './scan.js'

export type PageCounts = {
  /** By heap page (`Heap.pageBits`), in order of the codes of addresses. */
  readonly objects: Int32Array
  /** Of these, what has survived three collections. */
  readonly oldObjects: Int32Array
  /** Objects that are in no page. */
  readonly elsewhere: number
  /** What all objects take of their slots. */
  readonly slotBytes: number
}

export class Pages extends Scan {
  #counts: PageCounts | null = null

  /** Counted once. */
  get counts(): PageCounts {
    this.#counts ??= this.#tally()
    return this.#counts
  }

  #tally(): PageCounts {
    const {
      codes: {alignmentBits, pageCount},
      pageBits,
    } = this.heap
    const count = pageCount << (16 - pageBits)
    return this.scratch.during(() => {
      const [objects, oldObjects] = [this.scratch.take(count).fill(0), this.scratch.take(count).fill(0)]
      const slotBytes = this.code.tallyPages(pageBits - alignmentBits, objects.byteOffset, oldObjects.byteOffset)
      return {
        elsewhere: this.code.elsewhere.value,
        objects: objects.slice(),
        oldObjects: oldObjects.slice(),
        slotBytes,
      }
    })
  }
}
