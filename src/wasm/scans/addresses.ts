// The index from addresses to objects (lib/heap/address-index.ts): built, and asked of whole columns.
import {get, set} from '../words-of-memory'

/** An address is in a unit, at a bit; units have places in order of their first objects, -1 without any. */
let unitBits: i32 = 0
let irregularStart: i32 = 0
let places: usize = 0
let unitCount: i32 = 0
/** A bit an address that has an object, and how many objects come before each word. */
let words: usize = 0
let ranks: usize = 0

export function setUnits(bitsOfUnit: i32, firstIrregular: i32, placesAt: usize, count: i32): void {
  unitBits = bitsOfUnit
  irregularStart = firstIrregular
  places = placesAt
  unitCount = count
}

export function setWords(wordsAt: usize, ranksAt: usize): void {
  words = wordsAt
  ranks = ranksAt
}

@inline
function isInUnit(code: i32): bool {
  return code >= 0 && code < irregularStart
}

@inline
function bitOf(code: i32): i32 {
  return (get(places, code >> unitBits) << unitBits) | (code & ((1 << unitBits) - 1))
}

/** Gives units their places (-1 before); returns how many have one. */
export function placeUnits(codes: usize, count: i32): i32 {
  let last = 0
  for (let index = 0; index < count; index++) {
    const code = get(codes, index)
    if (isInUnit(code) && get(places, code >> unitBits) == -1) set(places, code >> unitBits, last++)
  }

  return last
}

let previous: i32 = -1

/** Sets the bits of objects from `from` on, as long as each one comes after the one before. Returns the first that does not, `count` if all do. */
export function addInOrder(codes: usize, from: i32, count: i32): i32 {
  if (from == 0) previous = -1
  for (let index = from; index < count; index++) {
    const code = get(codes, index)
    if (!isInUnit(code)) return index
    const bit = bitOf(code)
    if (bit <= previous) return index
    previous = bit
    set(words, bit >> 5, get(words, bit >> 5) | (1 << (bit & 31)))
  }

  return count
}

/** The same for objects in any order. */
export function addAll(codes: usize, count: i32): void {
  for (let index = 0; index < count; index++) {
    const code = get(codes, index)
    if (!isInUnit(code)) continue
    const bit = bitOf(code)
    set(words, bit >> 5, get(words, bit >> 5) | (1 << (bit & 31)))
  }
}

/** Counts the objects before each word; returns how many there are. */
export function rankWords(length: i32): i32 {
  let rank = 0
  for (let word = 0; word < length; word++) {
    set(ranks, word, rank)
    rank += popcnt(get(words, word))
  }

  return rank
}

@inline
function rankOf(bit: i32): i32 {
  return get(ranks, bit >> 5) + popcnt(get(words, bit >> 5) & ((1 << (bit & 31)) - 1))
}

/** By rank (-1 before), which object it is: of two with one address the first. */
export function orderByRank(codes: usize, count: i32, order: usize): void {
  for (let index = count - 1; index >= 0; index--) {
    const code = get(codes, index)
    if (isInUnit(code)) set(order, rankOf(bitOf(code)), index)
  }
}

/**
 * Puts indexes in place of codes, -1 for those that have no object; returns how many these are. `order`: by rank, 0 where objects are in order but for
 * what was passed over: from each rank in `resumed` on, `passedOver` of the same entry more. With `marks`, of a code that no unit has an
 * object for, its highest bit is set instead.
 */
export function resolve(codes: usize, length: i32, order: usize, resumed: usize, passedOver: usize, resumedCount: i32, marks: bool): i32 {
  let missing = 0
  let lastCode = -1
  let lastIndex = -1
  for (let at = 0; at < length; at++) {
    const code = get(codes, at)
    // Classes repeat from one object to the next.
    if (code != lastCode) {
      lastCode = code
      lastIndex = indexOf(code, order, resumed, passedOver, resumedCount)
      if (lastIndex == -1 && code != -1 && marks) lastIndex = code | i32.MIN_VALUE
    }

    if (lastIndex < 0) missing++
    set(codes, at, lastIndex)
  }

  return missing
}

@inline
function indexOf(code: i32, order: usize, resumed: usize, passedOver: usize, resumedCount: i32): i32 {
  if (!isInUnit(code) || code >> unitBits >= unitCount || get(places, code >> unitBits) == -1) return -1
  const bit = bitOf(code)
  if ((get(words, bit >> 5) & (1 << (bit & 31))) == 0) return -1
  const rank = rankOf(bit)
  if (order != 0) return get(order, rank)
  let low = 0
  let high = resumedCount
  while (low < high) {
    const middle = (low + high) >> 1
    if (get(resumed, middle) <= rank) low = middle + 1
    else high = middle
  }

  return low == 0 ? rank : rank + get(passedOver, low - 1)
}
