// From address codes to object indexes: one bitmap a unit of 16 KiB, with the number of objects before each word. A dump lists a heap page's
// objects together and in order of address, so rank within the page + the page's first object = index. Ruby 3.1's pages are 16 KiB, others'
// 64 KiB. What comes out of order, or a second time, is passed over, and counted for all after it. Where a dump has no order at all (a
// rewritten one), `order` says which object has which rank. 0.06 µs a look-up.
import {type AddressCodes, NO_CODE} from './address-codes.js'

/** Units of a page of AddressCodes, as a power of two. */
const UNITS_BITS = 2
/** More objects out of order, with an address that was not there before, are no exception. */
const MOST_STRAYS = 10_000

export class AddressIndex {
  readonly #unitBits: number
  readonly #wordBits: number
  /** Which of the units with objects each one is, -1 for those that are only referred to. */
  readonly #unitPlace: Int32Array
  readonly #words: Int32Array
  /** Objects before each word, over all pages. */
  readonly #rank: Int32Array
  /** Index of the object of each rank; null where it is the rank and how many were passed over before. */
  readonly #order: Int32Array | null
  /** Of objects that follow one that was passed over: their ranks, and how many were by then. */
  readonly #resumed: number[] = []
  readonly #passedOver: number[] = []
  /** Objects by codes that no bitmap has. */
  readonly #strays = new Map<number, number>()

  constructor(codes: AddressCodes, addressCodes: Int32Array, count: number) {
    this.#unitBits = codes.slotBits - UNITS_BITS
    this.#wordBits = this.#unitBits - 5
    this.#unitPlace = new Int32Array(codes.pageCount << UNITS_BITS).fill(-1)

    // Units get their place in order of their first object, so that a dump in page order needs no permutation.
    let units = 0
    for (let index = 0; index < count; index++) {
      const code = addressCodes[index]
      if (code === NO_CODE || codes.isIrregular(code)) continue
      const unit = code >>> this.#unitBits
      if (this.#unitPlace[unit] === -1) this.#unitPlace[unit] = units++
    }

    this.#words = new Int32Array(units << this.#wordBits)
    this.#rank = new Int32Array(units << this.#wordBits)
    const inOrder = this.#addInOrder(codes, addressCodes, count)
    if (!inOrder) this.#addAll(codes, addressCodes, count)
    let rank = 0
    for (let word = 0; word < this.#words.length; word++) {
      this.#rank[word] = rank
      rank += bitCount(this.#words[word])
    }

    this.#order = inOrder ? null : new Int32Array(rank).fill(-1)
    if (this.#order === null) return
    // Of two records with one address the first is the one that references mean.
    for (let index = count - 1; index >= 0; index--) {
      const code = addressCodes[index]
      if (code !== NO_CODE && !codes.isIrregular(code)) this.#order[this.#rankOf(this.#bitOf(code))] = index
    }
  }

  /** False if too much is out of order. */
  #addInOrder(codes: AddressCodes, addressCodes: Int32Array, count: number): boolean {
    let previous = -1
    let passedOver = 0
    let isNext = true
    for (let index = 0; index < count; index++) {
      const code = addressCodes[index]
      const bit = code === NO_CODE || codes.isIrregular(code) ? -1 : this.#bitOf(code)
      if (bit > previous) {
        previous = bit
        this.#words[bit >>> 5] |= 1 << (bit & 31)
        if (isNext) continue
        this.#resumed.push(index - passedOver)
        this.#passedOver.push(passedOver)
        isNext = true
        continue
      }

      passedOver++
      isNext = false
      const isKnown = bit !== -1 && (this.#words[bit >>> 5] & (1 << (bit & 31))) !== 0
      if (code !== NO_CODE && !isKnown && !this.#strays.has(code)) this.#strays.set(code, index)
      if (this.#strays.size > MOST_STRAYS) return false
    }

    return true
  }

  #addAll(codes: AddressCodes, addressCodes: Int32Array, count: number): void {
    this.#strays.clear()
    for (let index = 0; index < count; index++) {
      const code = addressCodes[index]
      if (code === NO_CODE) continue
      if (!codes.isIrregular(code)) {
        const bit = this.#bitOf(code)
        this.#words[bit >>> 5] |= 1 << (bit & 31)
      } else if (!this.#strays.has(code)) this.#strays.set(code, index)
    }
  }

  /** Index of the object with this address code; -1 if the dump has none. */
  indexOf(code: number): number {
    if (code === NO_CODE) return -1
    const unit = code >>> this.#unitBits
    const place = unit < this.#unitPlace.length ? this.#unitPlace[unit] : -1
    if (place === -1) return this.#strays.get(code) ?? -1
    const bit = (place << this.#unitBits) | (code & ((1 << this.#unitBits) - 1))
    const word = this.#words[bit >>> 5]
    if ((word & (1 << (bit & 31))) === 0) return this.#strays.get(code) ?? -1
    const rank = this.#rank[bit >>> 5] + bitCount(word & ((1 << (bit & 31)) - 1))
    if (this.#order !== null) return this.#order[rank]
    return this.#resumed.length === 0 || rank < this.#resumed[0] ? rank : rank + this.#passedOverBefore(rank)
  }

  #passedOverBefore(rank: number): number {
    let low = 0
    let high = this.#resumed.length
    while (high - low > 1) {
      const middle = (low + high) >>> 1
      if (this.#resumed[middle] <= rank) low = middle
      else high = middle
    }

    return this.#passedOver[low]
  }

  #bitOf(code: number): number {
    return (this.#unitPlace[code >>> this.#unitBits] << this.#unitBits) | (code & ((1 << this.#unitBits) - 1))
  }

  #rankOf(bit: number): number {
    return this.#rank[bit >>> 5] + bitCount(this.#words[bit >>> 5] & ((1 << (bit & 31)) - 1))
  }
}

function bitCount(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555)
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333)
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}
