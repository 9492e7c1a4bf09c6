// From address codes to object indexes: one bitmap a unit of 16 KiB, with the number of objects before each word. A dump lists a heap page's
// objects together and in order of address, so rank within the page + the page's first object = index. Ruby 3.1's pages are 16 KiB, others'
// 64 KiB. What comes out of order, or a second time, is passed over, and counted for all after it. Where a dump has no order at all (a
// rewritten one), `order` says which object has which rank. 0.06 µs a look-up.
import {Scratch} from '../wasm/scratch.js'
import {type AddressCodes, NO_CODE} from './address-codes.js'
import {type ScanCode, scanCode} from './scans/scan-code.js'

/** Units of a page of AddressCodes, as a power of two. */
const UNITS_BITS = 2
/** More objects out of order, with an address that was not there before, are no exception. */
const MOST_STRAYS = 10_000

export class AddressIndex {
  readonly #unitBits: number
  readonly #code: ScanCode
  readonly #scratch: Scratch
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
  #repeated = 0
  /** Where there is no order: objects whose address has a code. */
  #withAddress = 0

  /** `addressCodes`: of the objects, in their order. `scratch`: has `wordsFor` the codes beside the graph's; what is taken there stays. */
  constructor(
    codes: AddressCodes,
    addressCodes: Int32Array,
    scratch = Scratch.of(AddressIndex.wordsFor(codes) + 2 * addressCodes.length),
  ) {
    this.#code = scanCode(scratch.memory)
    this.#scratch = scratch
    this.#unitBits = codes.slotBits - UNITS_BITS
    this.#unitPlace = scratch.take(codes.pageCount << UNITS_BITS).fill(-1)
    const codesAt = scratch.at(addressCodes)
    const count = addressCodes.length
    this.#code.setUnits(this.#unitBits, codes.irregularStart, this.#unitPlace.byteOffset, this.#unitPlace.length)
    // Units get their place in order of their first object, so that a dump in page order needs no permutation.
    const words = this.#code.placeUnits(codesAt, count) << (this.#unitBits - 5)
    this.#words = scratch.take(words).fill(0)
    this.#rank = scratch.take(words)
    this.#code.setWords(this.#words.byteOffset, this.#rank.byteOffset)
    const inOrder = this.#addInOrder(codes, addressCodes, codesAt)
    if (!inOrder) this.#addAll(codes, addressCodes, codesAt)
    const ranks = this.#code.rankWords(words)
    this.#order = inOrder ? null : scratch.take(ranks).fill(-1)
    if (!inOrder) this.#repeated = this.#withAddress - ranks - this.#strays.size
    if (this.#order !== null) this.#code.orderByRank(codesAt, count, this.#order.byteOffset)
  }

  /** Objects at an address that another one before them has: of two dumps in one file, or one twice. They are found by no address. */
  get repeated(): number {
    return this.#repeated
  }

  /** Words that the bitmaps take at most: there may be many units with few objects on each. The order of all objects is a column more. */
  static wordsFor({pageCount, slotBits}: AddressCodes): number {
    return (pageCount << UNITS_BITS) * (1 + (2 << (slotBits - UNITS_BITS - 5)))
  }

  /** False if too much is out of order. */
  #addInOrder(codes: AddressCodes, addressCodes: Int32Array, codesAt: number): boolean {
    const count = addressCodes.length
    let passedOver = 0
    for (let from = 0; ;) {
      const index = this.#code.addInOrder(codesAt, from, count)
      if (from > 0 && index > from) {
        this.#resumed.push(from - passedOver)
        this.#passedOver.push(passedOver)
      }

      if (index === count) return true
      passedOver++
      const code = addressCodes[index]
      if (code !== NO_CODE) {
        if ((!codes.isIrregular(code) && this.#has(code)) || this.#strays.has(code)) this.#repeated++
        else this.#strays.set(code, index)
      }

      if (this.#strays.size > MOST_STRAYS) return false
      from = index + 1
    }
  }

  #addAll(codes: AddressCodes, addressCodes: Int32Array, codesAt: number): void {
    this.#strays.clear()
    this.#code.addAll(codesAt, addressCodes.length)
    for (const [index, code] of addressCodes.entries()) {
      if (code === NO_CODE) continue
      this.#withAddress++
      if (codes.isIrregular(code) && !this.#strays.has(code)) this.#strays.set(code, index)
    }
  }

  /** Puts indexes in place of codes, -1 where the dump has no object. `column`: in the scratch's memory. */
  resolve(column: Int32Array): void {
    const hasStrays = this.#strays.size > 0
    const missing = this.#scratch.during(() => {
      const [resumed, passedOver] = [
        this.#scratch.at(Int32Array.from(this.#resumed)),
        this.#scratch.at(Int32Array.from(this.#passedOver)),
      ]
      const order = this.#order?.byteOffset ?? 0
      return this.#code.resolve(
        this.#scratch.at(column),
        column.length,
        order,
        resumed,
        passedOver,
        this.#resumed.length,
        hasStrays,
      )
    })
    if (!hasStrays || missing === 0) return
    for (let at = 0; at < column.length; at++)
      if (column[at] < NO_CODE) column[at] = this.#strays.get(column[at] & 0x7fffffff) ?? -1
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

  #has(code: number): boolean {
    const bit = this.#bitOf(code)
    return (this.#words[bit >>> 5] & (1 << (bit & 31))) !== 0
  }
}

function bitCount(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555)
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333)
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}
