// Four bytes at once, as one 32-bit integer: which of them is special, which are hexadecimal digits.

const ONES = 0x01010101
const HIGHS = 0x80808080 | 0
const QUOTES = 0x22222222
const BACKSLASHES = 0x5c5c5c5c
const SPACES = 0x20202020

/** Sets the highest bit of the lowest byte that is `"`, `\` or a control character (and perhaps of bytes above it). */
export function special(text: number): number {
  const quote = text ^ QUOTES
  const backslash = text ^ BACKSLASHES
  return (((quote - ONES) & ~quote) | ((backslash - ONES) & ~backslash) | ((text - SPACES) & ~text)) & HIGHS
}

/** Number of the lowest byte with a bit set. */
export function lowestByte(bits: number): number {
  return (31 - Math.clz32(bits & -bits)) >>> 3
}

/** 0 if the word is four digits of `0-9a-f`. */
export function notHex(text: number): number {
  const letters = (text >>> 6) & ONES
  // The upper half of each byte is 3, or 6 of a letter; the lower one at most 9, or 6.
  return ((text & 0xf0f0f0f0) ^ (0x30303030 + letters * 0x30)) | (((text & 0x0f0f0f0f) + 0x06060606 + letters * 3) & 0x10101010)
}

/** Four hexadecimal digits in a word, as a number. */
export function hexWord(text: number): number {
  const digits = (text & 0x0f0f0f0f) + ((text >>> 6) & ONES) * 9
  return ((digits & 0xff) << 12) | (digits & 0xff00) | ((digits >>> 12) & 0xf0) | (digits >>> 24)
}
