// Addresses and numbers.
import {QUOTE} from './bytes'

/** Where what was scanned last ends: a number's first byte after it, an address's closing quote; 0 if it is not as it should be. */
export let next: usize = 0
/** Of the address: bits 16–47, and the lowest 16. */
export let page: u32 = 0
export let low: u32 = 0

/** 0 if the four bytes are digits of `0-9a-f`. */
@inline
export function notHex(text: u32): u32 {
  const letters = (text >> 6) & 0x01010101
  const digits = text & 0x0f0f0f0f
  // The upper half of each byte is 3, or 6 of a letter; the lower one at most 9, or from 1 to 6.
  return (
    ((text & 0xf0f0f0f0) ^ (0x30303030 + letters * 0x30)) |
    ((digits + 0x06060606 + letters * 3) & 0x10101010) |
    (~((digits | 0x10101010) - letters) & 0x10101010)
  )
}

@inline
function notHex8(text: u64): u64 {
  const letters = (text >> 6) & 0x0101010101010101
  const digits = text & 0x0f0f0f0f0f0f0f0f
  return (
    ((text & 0xf0f0f0f0f0f0f0f0) ^ (0x3030303030303030 + letters * 0x30)) |
    ((digits + 0x0606060606060606 + letters * 3) & 0x1010101010101010) |
    (~((digits | 0x1010101010101010) - letters) & 0x1010101010101010)
  )
}

/** Four digits as a number. */
@inline
export function hexWord(text: u32): u32 {
  const digits = (text & 0x0f0f0f0f) + ((text >> 6) & 0x01010101) * 9
  const pairs = ((digits << 4) | (digits >> 8)) & 0x00ff00ff
  return ((pairs << 8) | (pairs >> 16)) & 0xffff
}

/** Eight digits as a number. */
@inline
function hexWord8(text: u64): u32 {
  const digits = (text & 0x0f0f0f0f0f0f0f0f) + ((text >> 6) & 0x0101010101010101) * 9
  const pairs = ((digits << 4) | (digits >> 8)) & 0x00ff00ff00ff00ff
  const fours = ((pairs << 8) | (pairs >> 16)) & 0x0000ffff0000ffff
  return <u32>((fours << 16) | (fours >> 32))
}

/** Reads the address whose digits begin at `at` into `page` and `low`; leaves `next` at the closing quote. */
@inline
export function scanAddress(at: usize): bool {
  // Twelve digits, as nearly all 64-bit addresses have.
  if (load<u8>(at, 12) == QUOTE) {
    const first = load<u64>(at)
    const last = load<u32>(at, 8)
    if ((notHex8(first) | <u64>notHex(last)) == 0) {
      page = hexWord8(first)
      low = hexWord(last)
      next = at + 12
      return true
    }
  }

  return scanOtherAddress(at)
}

function scanOtherAddress(start: usize): bool {
  let at = start
  while (load<u8>(at) == 0x30) at++
  const first = at
  let value: u64 = 0
  for (; at < first + 12; at++) {
    const byte = load<u8>(at)
    let digit = <u32>byte - 0x30
    if (digit > 9) {
      digit = <u32>byte - 0x61 + 10
      if (digit < 10 || digit > 15) break
    }

    value = (value << 4) | digit
  }

  if (load<u8>(at) != QUOTE || at == start) return false
  page = <u32>(value >> 16)
  low = <u32>value & 0xffff
  next = at
  return true
}

/** The number of at most nine digits that begins at `start`. Leaves `next` after it; 0 if there is none. */
@inline
export function scanNumber(start: usize): i32 {
  let value: i32 = 0
  let at = start
  for (; at < start + 9; at++) {
    const digit = <u32>load<u8>(at) - 0x30
    if (digit > 9) break
    value = value * 10 + <i32>digit
  }

  next = at == start || <u32>load<u8>(at) - 0x30 <= 9 || (load<u8>(start) == 0x30 && at > start + 1) ? 0 : at
  return value
}
