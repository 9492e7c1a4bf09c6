// Addresses as 31-bit codes. Ruby's heap pages are 64 KiB and aligned to it, so an address is a page and an offset
// within it: pages are numbered as they appear, code = page number × slots + slot. That takes four bytes instead of
// eight, and needs no hash table of objects: about 3 bytes per object (a bitmap per page, see address-index.ts), while
// an open-addressing table takes 22.
//
// Other addresses are stored by their digits: those beyond 48 bits (Ruby 3.1 prints `0xff80000000000002` as the class
// of a broken imemo), unaligned ones, and those on pages beyond the number that fits.

/** No address, or one without a code. It is never equal to another. */
export const NO_CODE = -1

const IRREGULAR_START = 0x7ffc0000
const IRREGULAR_LIMIT = 0x7fffffff - IRREGULAR_START

export class AddressCodes {
  /** log2 of the alignment of addresses: 3, or 2 in dumps of 32-bit builds, which have slots of 20 bytes. */
  readonly alignmentBits: 2 | 3
  readonly slotBits: number
  /** Pages beyond this limit have no number. */
  readonly mostPages: number
  readonly #irregular = new Map<string, number>()
  /** High 32 bits of each page's address, by page number. */
  #pages = new Int32Array(256)
  #pageCount = 0
  #slots = new Int32Array(512)
  #mask = 511
  #lastHigh = 0
  #lastBase = NO_CODE

  constructor(alignmentBits: 2 | 3) {
    this.alignmentBits = alignmentBits
    this.slotBits = 16 - alignmentBits
    this.mostPages = IRREGULAR_START >>> this.slotBits
  }

  /** Restores the codes of another heap from its `pages`. */
  static ofPages(alignmentBits: 2 | 3, pages: Int32Array): AddressCodes {
    const codes = new AddressCodes(alignmentBits)
    for (const page of pages) codes.addPage(page)
    return codes
  }

  /** Digits of the addresses that are not a page and a slot, in the order of their codes. */
  get irregular(): readonly string[] {
    return [...this.#irregular.keys()]
  }

  get pageCount(): number {
    return this.#pageCount
  }

  /** High 32 bits of each page's address, by page number. */
  get pages(): Int32Array {
    return this.#pages.subarray(0, this.#pageCount)
  }

  /** Gives a page the next number, if it has none. */
  addPage(page: number): void {
    this.#pageNumber(page)
  }

  /** A page's number; NO_CODE for an unknown one. */
  pageNumber(page: number): number {
    return this.#slots[this.#find(page)] - 1
  }

  /** Code of an address below 2^48, given as its page (bits 16–47, as int32) and its lowest 16 bits. */
  code(page: number, low: number): number {
    const aligned = low >>> this.alignmentBits
    if (aligned << this.alignmentBits !== low) return this.codeOfDigits(digitsOf(page, low))
    if (page === this.#lastHigh && this.#lastBase !== NO_CODE) return this.#lastBase | aligned
    const number = this.#pageNumber(page)
    if (number === this.mostPages) return this.codeOfDigits(digitsOf(page, low))
    this.#lastHigh = page
    this.#lastBase = number << this.slotBits
    return this.#lastBase | aligned
  }

  /** Code of an address that is not a page and a slot, by its hexadecimal digits. */
  codeOfDigits(digits: string): number {
    const known = this.#irregular.get(digits)
    if (known !== undefined) return known
    if (this.#irregular.size >= IRREGULAR_LIMIT) return NO_CODE
    const code = IRREGULAR_START + this.#irregular.size
    this.#irregular.set(digits, code)
    return code
  }

  /** Codes from here on belong to no page. */
  get irregularStart(): number {
    return IRREGULAR_START
  }

  isIrregular(code: number): boolean {
    return code >= IRREGULAR_START
  }

  /** `0x7f3d972c0070`, as in the dump but without leading zeros. */
  address(code: number): string {
    if (code === NO_CODE) return '0x0'
    if (code < IRREGULAR_START) {
      const low = (code & ((1 << this.slotBits) - 1)) << this.alignmentBits
      return `0x${digitsOf(this.#pages[code >>> this.slotBits], low)}`
    }

    for (const [digits, irregular] of this.#irregular) if (irregular === code) return `0x${digits}`
    return '0x0'
  }

  /** The code for `0x7f3d972c0070`; NO_CODE if it can't be in the heap. Does not add a page. */
  find(address: string): number {
    const digits = address.replace(/^0x0*/i, '').toLowerCase() || '0'
    if (!/^[0-9a-f]+$/.test(digits)) return NO_CODE
    const irregular = this.#irregular.get(digits)
    if (irregular !== undefined) return irregular
    if (digits.length > 12) return NO_CODE
    const value = Number.parseInt(digits, 16)
    const page = Math.floor(value / 65536) | 0
    const low = value % 65536
    const slot = this.#find(page)
    if (this.#slots[slot] === 0 || low & ((1 << this.alignmentBits) - 1)) return NO_CODE
    return ((this.#slots[slot] - 1) << this.slotBits) | (low >>> this.alignmentBits)
  }

  #pageNumber(page: number): number {
    const slot = this.#find(page)
    const entry = this.#slots[slot]
    if (entry !== 0) return entry - 1
    if (this.#pageCount === this.mostPages) return this.mostPages
    const number = this.#pageCount++
    if (number === this.#pages.length) this.#grow()
    this.#pages[number] = page
    this.#slots[this.#find(page)] = number + 1
    return number
  }

  #find(page: number): number {
    let slot = (Math.imul(page, 0x9e3779b1) >>> 7) & this.#mask
    while (this.#slots[slot] !== 0 && this.#pages[this.#slots[slot] - 1] !== page) slot = (slot + 1) & this.#mask
    return slot
  }

  #grow(): void {
    const pages = new Int32Array(this.#pages.length * 2)
    pages.set(this.#pages)
    this.#pages = pages
    this.#mask = pages.length * 2 - 1
    this.#slots = new Int32Array(pages.length * 2)
    for (let number = 0; number < this.#pageCount - 1; number++) this.#slots[this.#find(pages[number])] = number + 1
  }
}

function digitsOf(page: number, low: number): string {
  return ((page >>> 0) * 65536 + low).toString(16)
}
