// The index from addresses to objects (lib/heap/address-index.ts): building it, and looking up whole columns.
import {get, set} from '../words-of-memory'

/**
 * An address is a unit and a bit in it. Units have places in the order of their first objects; -1 without an object.
 */
let unitBits: i32 = 0
let irregularStart: i32 = 0
let places: usize = 0
let unitCount: i32 = 0
/** One bit per address, set if it has an object; and for each word, how many objects come before it. */
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

/** Assigns places to units (initially -1). Returns how many have one. */
export function placeUnits(codes: usize, count: i32): i32 {
  let last = 0
  for (let index = 0; index < count; index++) {
    const code = get(codes, index)
    if (isInUnit(code) && get(places, code >> unitBits) == -1) set(places, code >> unitBits, last++)
  }

  return last
}

let previous: i32 = -1

/**
 * Sets the bits of objects from `from` on, as long as their addresses increase. Returns the first object that breaks
 * the order, or `count`.
 */
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

/** Counts the objects before each word. Returns the number of objects. */
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

/** Writes the object for each rank (initially -1): the first one if two have the same address. */
export function orderByRank(codes: usize, count: i32, order: usize): void {
  for (let index = count - 1; index >= 0; index--) {
    const code = get(codes, index)
    if (isInUnit(code)) set(order, rankOf(bitOf(code)), index)
  }
}

/**
 * Replaces codes with indexes, -1 for those without an object. Returns how many are without. `order`: by rank; 0 if
 * objects are in order except for skipped ones: then from each rank in `resumed` on, the entry of `passedOver` is
 * added. With `marks`, a code without an object in any unit gets its highest bit set instead.
 */
export function resolve(codes: usize, length: i32, order: usize, resumed: usize, passedOver: usize, resumedCount: i32, marks: bool): i32 {
  let missing = 0
  let lastCode = -1
  let lastIndex = -1
  for (let at = 0; at < length; at++) {
    const code = get(codes, at)
    // Adjacent objects often have the same class.
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
