import {array, assert, bigInt, property, uniqueArray} from 'fast-check'
import {describe, expect, it} from 'vitest'
import {Scratch} from '../../../src/lib/wasm/scratch.js'
import {AddressCodes, NO_CODE} from '../../../src/lib/heap/address-codes.js'
import {AddressIndex} from '../../../src/lib/heap/address-index.js'

/** Encodes an address as the scanner does. */
function codeOf(codes: AddressCodes, address: bigint): number {
  if (address >= 1n << 48n) return codes.codeOfDigits(address.toString(16))
  return codes.code(Number(address >> 16n) | 0, Number(address & 0xffffn))
}

const addresses = uniqueArray(
  bigInt({max: (1n << 64n) - 1n, min: 0n}).map(address =>
    address % 3n === 0n ? address : (address % (1n << 24n)) * 4n,
  ),
)

describe.each([2, 3] as const)('codes of addresses aligned to 2^%i', alignment => {
  it('are different for different addresses, and can be decoded', () => {
    assert(
      property(addresses, all => {
        const codes = new AddressCodes(alignment)
        const coded = all.map(address => codeOf(codes, address))
        expect(new Set(coded).size).toBe(all.length)
        for (const [at, address] of all.entries()) {
          expect(codes.address(coded[at])).toBe(`0x${address.toString(16)}`)
          expect(codes.find(`0x${address.toString(16)}`)).toBe(coded[at])
        }
      }),
    )
  })

  it('find objects by address, in any order', () => {
    assert(
      property(addresses, array(bigInt({max: 1n << 26n, min: 0n})), (all, others) => {
        const codes = new AddressCodes(alignment)
        const coded = Int32Array.from(all, address => codeOf(codes, address))
        const absent = others.filter(address => !all.includes(address)).map(address => codeOf(codes, address))
        const index = new AddressIndex(codes, coded)
        expect([...coded].map(code => index.indexOf(code))).toEqual([...coded.keys()])
        expect(absent.map(code => index.indexOf(code))).toEqual(absent.map(() => -1))
        expect(resolved(codes, coded, [...absent, ...coded, NO_CODE])).toEqual([
          ...absent.map(() => -1),
          ...coded.keys(),
          -1,
        ])
      }),
    )
  })
})

describe('codes', () => {
  it('are assigned by digits when page numbers run out', () => {
    const codes = new AddressCodes(3)
    const pages = 270_000
    const coded = new Set<number>()
    for (let page = 0; page < pages; page++) coded.add(codes.code(page, 8))
    expect(coded.size).toBe(pages)
    expect(codes.pageCount).toBeLessThan(pages)
    for (const page of [0, 1, 100_000, 262_000, 269_999]) {
      expect(codes.address(codes.code(page, 8))).toBe(`0x${(page * 65536 + 8).toString(16)}`)
    }
  })

  it('do not exist for unknown addresses', () => {
    const codes = new AddressCodes(3)
    codes.code(1, 8)
    for (const text of ['0x20008', '0x10009', '0xff80000000000002', 'nonsense', ''])
      expect(codes.find(text)).toBe(NO_CODE)
    expect(new AddressIndex(codes, new Int32Array(0)).indexOf(NO_CODE)).toBe(-1)
  })
})

/** `codes` resolved by an index in the same memory. */
function resolved(all: AddressCodes, coded: Int32Array, codes: readonly number[]): number[] {
  const scratch = Scratch.of(AddressIndex.wordsFor(all) + 2 * coded.length + codes.length)
  const index = new AddressIndex(all, coded, scratch)
  const column = scratch.take(codes.length)
  column.set(codes)
  index.resolve(column)
  return [...column]
}

it('find objects in a dump that is mostly in order, and in one without any order', () => {
  const codes = new AddressCodes(3)
  const inOrder = Array.from({length: 30_000}, (_, number) => codes.code(1 + (number >> 10), (number & 1023) * 40))
  const wanted = [...inOrder, codes.code(5, 8), NO_CODE]
  for (const coded of [
    inOrder,
    inOrder.toReversed(),
    [...inOrder.slice(100, 200), ...inOrder.slice(0, 100), ...inOrder.slice(300), ...inOrder.slice(200, 300)],
  ]) {
    const places = new Map(coded.map((code, at) => [code, at]))
    const expected = [...inOrder.map(code => places.get(code)), -1, -1]
    const index = new AddressIndex(codes, Int32Array.from(coded))
    expect(wanted.map(code => index.indexOf(code))).toEqual(expected)
    expect(resolved(codes, Int32Array.from(coded), wanted)).toEqual(expected)
  }
})

it('find the first of two records with the same address', () => {
  const codes = new AddressCodes(3)
  const code = codes.code(1, 8)
  const coded = Int32Array.from([codes.code(1, 16), code, codes.code(1, 0), code])
  const index = new AddressIndex(codes, coded)
  expect(index.indexOf(code)).toBe(1)
  expect(index.indexOf(coded[2])).toBe(2)
})
