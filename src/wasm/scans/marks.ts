// Marks objects, a byte each: which of them match a search, or are below another object.
import {get} from '../words-of-memory'
import {addresses, count} from './heap'

/** Writes for each object the byte that `marks` has for its number; 0 without a number (-1). */
export function markNumbered(numbers: usize, marks: usize, out: usize): void {
  for (let index = 0; index < count; index++) {
    const number = get(numbers, index)
    store<u8>(out + index, number < 0 ? 0 : load<u8>(marks + number))
  }
}

/**
 * Writes for each object the byte that `marks` has for the page of its address, and `other` for addresses outside of
 * pages.
 */
export function markPages(marks: usize, slotBits: u32, irregularStart: i32, other: u8, out: usize): void {
  for (let index = 0; index < count; index++) {
    const code = get(addresses, index)
    store<u8>(out + index, code >= 0 && code < irregularStart ? load<u8>(marks + (<u32>code >> slotBits)) : other)
  }
}

/**
 * Marks with 1 what is between two places of a preorder. By object: `counts`, how many places it takes, 0 if none;
 * `ends`, the end of them.
 */
export function markBetween(counts: usize, ends: usize, from: i32, to: i32, out: usize): void {
  for (let index = 0; index < count; index++) {
    const places = get(counts, index)
    const place = get(ends, index) - places
    store<u8>(out + index, places > 0 && place >= from && place < to ? 1 : 0)
  }
}

/** How many of the marks are 1; the others are 0. Eight at a time. */
export function countMarks(marks: usize, length: i32): i32 {
  let sum: u64 = 0
  const end = marks + <usize>length
  let at = marks
  for (; at + 8 <= end; at += 8) sum += popcnt(load<u64>(at))
  for (; at < end; at++) sum += load<u8>(at)
  return <i32>sum
}
