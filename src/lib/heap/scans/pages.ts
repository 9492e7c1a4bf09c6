// Objects by heap page.
import {Scan} from './scan.js'

export type PageCounts = {
  /** By heap page (`Heap.pageBits`), in order of address codes. */
  readonly objects: Int32Array
  /** Those of them that have survived three GCs. */
  readonly oldObjects: Int32Array
  /** Objects outside any page. */
  readonly elsewhere: number
  /** Bytes of slots that all objects use. */
  readonly slotBytes: number
}

export class Pages extends Scan {
  #counts: PageCounts | null = null

  /** Counted once. */
  get counts(): PageCounts {
    this.#counts ??= this.#tally()
    return this.#counts
  }

  /** Bytes of pages with at least one object. */
  get bytesInUse(): number {
    const {objects} = this.counts
    return objects.reduce((pages, count) => (count > 0 ? pages + 1 : pages), 0) * 2 ** this.heap.pageBits
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
