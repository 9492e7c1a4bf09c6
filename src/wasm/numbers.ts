// Addresses and numbers.
import {QUOTE} from './bytes'

/** Where the last scan ended: the byte after a number, or the closing quote of an address; 0 if it was malformed. */
export let next: usize = 0
/** The address: bits 16–47, and the lowest 16. */
export let page: u32 = 0
export let low: u32 = 0

/** 0 if the four bytes are hexadecimal digits (`0-9a-f`). */
@inline
export function notHex(text: u32): u32 {
  const letters = (text >> 6) & 0x01010101
  const digits = text & 0x0f0f0f0f
  // The upper half of each byte is 3, or 6 for a letter; the lower half is at most 9, or 1 to 6 for a letter.
  return (
    ((text & 0xf0f0f0f0) ^ (0x30303030 + letters * 0x30)) |
    ((digits + 0x06060606 + letters * 3) & 0x10101010) |
    (~((digits | 0x10101010) - letters) & 0x10101010)
  )
}

/** Four digits as a number. */
@inline
export function hexWord(text: u32): u32 {
  const digits = (text & 0x0f0f0f0f) + ((text >> 6) & 0x01010101) * 9
  const pairs = ((digits << 4) | (digits >> 8)) & 0x00ff00ff
  return ((pairs << 8) | (pairs >> 16)) & 0xffff
}

/** Reads the address at `at` into `page` and `low`, and sets `next` to the closing quote. */
@inline
export function scanAddress(at: usize): bool {
  // Nearly all 64-bit addresses have twelve digits.
  const text = v128.load(at)
  const digits = i8x16.sub(text, i8x16.splat(0x30))
  const isLetter = i8x16.lt_u(i8x16.sub(text, i8x16.splat(0x61)), i8x16.splat(6))
  const isDigit = v128.or(i8x16.lt_u(digits, i8x16.splat(10)), isLetter)
  if (ctz(~i8x16.bitmask(isDigit)) != 12 || load<u8>(at, 12) != QUOTE) return scanOtherAddress(at)
  // Subtracts the gap between the codes of digits and letters. Then the lower byte of each pair has both digits.
  const values = i8x16.sub(digits, v128.and(isLetter, i8x16.splat(0x61 - 0x30 - 10)))
  const pairs = v128.or(i16x8.shl(values, 4), i16x8.shr_u(values, 8))
  const address = i64x2.extract_lane(i8x16.swizzle(pairs, i8x16(10, 8, 6, 4, 2, 0, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1)), 0)
  page = <u32>(address >> 16)
  low = <u32>address & 0xffff
  next = at + 12
  return true
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

  if (load<u8>(at) != QUOTE || at == start || at > start + 16) return false
  page = <u32>(value >> 16)
  low = <u32>value & 0xffff
  next = at
  return true
}

/** The number of at most nine digits at `start`. Sets `next` to the position after it, or to 0 if there is none. */
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
