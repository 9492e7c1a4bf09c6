// An open-addressing index from a 64-bit hash, as two 32-bit lanes, to small dense ids. 40–72 bytes per key. A slot has
// everything that a lookup compares in one cache line: memory is slow, and most lookups are for keys that were not used
// recently. Two strings with equal lanes count as the same: with ten million strings the chance of a mistake is one in
// 370,000.

export type Hash = {readonly low: number; readonly high: number}

export class HashIndex {
  #size = 0
  /** Four entries per slot: id + 1 (0 = empty), low lane, high lane, unused. */
  #slots: Int32Array
  #low: Int32Array
  #high: Int32Array
  /** Mask of slot positions in the array; the two lowest bits are clear. */
  #mask: number

  /** `capacity`: a power of two. */
  constructor(capacity = 1024) {
    this.#mask = capacity * 8 - 4
    this.#slots = new Int32Array(capacity * 8)
    this.#low = new Int32Array(capacity)
    this.#high = new Int32Array(capacity)
  }

  get size(): number {
    return this.#size
  }

  /** The id of the key; a new one (equal to the size before) for a new key. Ids count from 0. */
  idOf(low: number, high: number): number {
    const slots = this.#slots
    const mask = this.#mask
    let slot = (low << 2) & mask
    for (;;) {
      const entry = slots[slot]
      if (entry === 0) break
      if (slots[slot + 1] === low && slots[slot + 2] === high) return entry - 1
      slot = (slot + 4) & mask
    }

    const id = this.#size++
    if (id === this.#high.length) {
      this.#grow()
      this.#insert(low, high, id)
    } else {
      slots[slot] = id + 1
      slots[slot + 1] = low
      slots[slot + 2] = high
    }

    this.#low[id] = low
    this.#high[id] = high
    return id
  }

  /** The key of an id. */
  key(id: number): Hash {
    return {high: this.#high[id], low: this.#low[id]}
  }

  #insert(low: number, high: number, id: number): void {
    let slot = (low << 2) & this.#mask
    while (this.#slots[slot] !== 0) slot = (slot + 4) & this.#mask
    this.#slots[slot] = id + 1
    this.#slots[slot + 1] = low
    this.#slots[slot + 2] = high
  }

  #grow(): void {
    const capacity = this.#low.length * 2
    const low = new Int32Array(capacity)
    low.set(this.#low)
    const high = new Int32Array(capacity)
    high.set(this.#high)
    this.#slots = new Int32Array(capacity * 8)
    this.#mask = capacity * 8 - 4
    for (let id = 0; id < this.#low.length; id++) this.#insert(low[id], high[id], id)
    this.#low = low
    this.#high = high
  }
}
