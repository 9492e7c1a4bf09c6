// Maps address codes to object indexes: one bitmap per unit of 16 KiB, with the number of objects before each word. A
// dump lists the objects of a heap page together and in order of address, so rank within the page + the page's first
// object = index. Pages are 16 KiB in Ruby 3.1 and 64 KiB in later versions. An object out of order, or at a repeated
// address, is skipped, and the indexes after it are shifted. If the dump has no order at all (a rewritten one), `order`
// maps ranks to objects. A lookup takes 0.06 µs.
import {Scratch} from '../wasm/scratch.js'
import {type AddressCodes, NO_CODE} from './address-codes.js'
import {type ScanCode, scanCode} from './scans/scan-code.js'

/** log2 of the units in a page of AddressCodes. */
const UNITS_BITS = 2
/** With more objects out of order at new addresses, the dump counts as unordered. */
const MOST_STRAYS = 10_000

export class AddressIndex {
  readonly #unitBits: number
  readonly #code: ScanCode
  readonly #scratch: Scratch
  /** Position of each unit among those with objects; -1 if it is only referred to. */
  readonly #unitPlace: Int32Array
  readonly #words: Int32Array
  /** Objects before each word, over all pages. */
  readonly #rank: Int32Array
  /** Object index by rank; null if it is the rank plus the number of objects skipped before. */
  readonly #order: Int32Array | null
  /** For objects that follow a skipped one: their ranks, and the number skipped so far. */
  readonly #resumed: number[] = []
  readonly #passedOver: number[] = []
  /** Objects by codes that are in no bitmap. */
  readonly #strays = new Map<number, number>()
  #repeated = 0
  /** If there is no order: objects with an address code. */
  #withAddress = 0

  /**
   * `addressCodes`: by object. `scratch`: has `wordsFor` the codes besides the graph's words; the index keeps what it
   * takes.
   */
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
    // Units are ordered by their first object, so that a dump in page order needs no permutation.
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

  /** Objects at the address of an earlier one: the file has two dumps, or one twice. No address finds them. */
  get repeated(): number {
    return this.#repeated
  }

  /**
   * Maximum words for the bitmaps: there may be many units with few objects each. The order of all objects takes
   * another column.
   */
  static wordsFor({pageCount, slotBits}: Pick<AddressCodes, 'pageCount' | 'slotBits'>): number {
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

  /** Replaces codes by indexes, or -1 if the dump has no such object. `column`: in the scratch's memory. */
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
