// An open-addressing index from a 64-bit hash, held as two 32-bit lanes, to small dense ids. About 16 bytes a key at most load.
// Two texts with equal lanes are taken for the same text: at ten million texts that is one chance in 370,000.
import type {TextHash} from './text-hash.js'

const EMPTY = 0

export class HashIndex {
  #size = 0
  #slots: Int32Array
  #low: Int32Array
  #high: Int32Array
  #mask: number

  /** `capacity`: a power of two. */
  constructor(capacity = 1024) {
    this.#mask = capacity * 2 - 1
    this.#slots = new Int32Array(capacity * 2)
    this.#low = new Int32Array(capacity)
    this.#high = new Int32Array(capacity)
  }

  get size(): number {
    return this.#size
  }

  /** The id of the key; a new one (equal to the size before) if it was not there. Ids count from 0. */
  idOf(low: number, high: number): number {
    const slots = this.#slots
    const mask = this.#mask
    let slot = low & mask
    for (;;) {
      const entry = slots[slot]
      if (entry === EMPTY) break
      if (this.#low[entry - 1] === low && this.#high[entry - 1] === high) return entry - 1
      slot = (slot + 1) & mask
    }

    const id = this.#size++
    if (id === this.#low.length) {
      this.#grow()
      this.#insert(low, id)
    } else {
      slots[slot] = id + 1
    }

    this.#low[id] = low
    this.#high[id] = high
    return id
  }

  /** The key of an id. */
  key(id: number): TextHash {
    return {high: this.#high[id], low: this.#low[id]}
  }

  #insert(low: number, id: number): void {
    let slot = low & this.#mask
    while (this.#slots[slot] !== EMPTY) slot = (slot + 1) & this.#mask
    this.#slots[slot] = id + 1
  }

  #grow(): void {
    const old = this.#low
    const capacity = old.length * 2
    this.#low = new Int32Array(capacity)
    this.#low.set(old)
    const high = new Int32Array(capacity)
    high.set(this.#high)
    this.#high = high
    this.#slots = new Int32Array(capacity * 2)
    this.#mask = capacity * 2 - 1
    for (let id = 0; id < old.length; id++) this.#insert(old[id], id)
  }
}
