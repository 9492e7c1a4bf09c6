// Scans strings: finds where they end, and decodes their escapes. Every search stops at a control character.
import {BACKSLASH, QUOTE} from './bytes'
import {allocate} from './memory'
import {hexWord, notHex} from './numbers'

/** The text of the last scanned string. */
export let textStart: usize = 0
export let textEnd: usize = 0

/** Decoded texts of strings with escapes, kept until `forgetDecoded`. */
let capacity: usize = 1 << 16
let decoded: usize = allocate(capacity)
let decodedEnd: usize = decoded
/** Not 0 if the last string could not be scanned: the capacity that it needs. */
let needed: usize = 0

let codePoint: u32 = 0

/** Releases the decoded texts: the strings scanned so far are no longer needed. */
export function forgetDecoded(): void {
  decodedEnd = decoded
}

/** Whether the last scanned string exceeded the capacity. Call it once per failure: it resets the state. */
export function exceededCapacity(): bool {
  const had = needed != 0
  if (had && decodedEnd == decoded) {
    while (capacity < needed) capacity <<= 1
    decoded = allocate(capacity)
    decodedEnd = decoded
  }

  needed = 0
  return had
}

/** The first `"`, `\` or control character from `at` on. */
@inline
function specialFrom(at: usize): usize {
  while (true) {
    const bytes = v128.load(at)
    const special = i8x16.bitmask(
      v128.or(
        v128.or(i8x16.eq(bytes, i8x16.splat(0x22)), i8x16.eq(bytes, i8x16.splat(0x5c))),
        i8x16.lt_u(bytes, i8x16.splat(0x20)),
      ),
    )
    if (special != 0) return at + ctz(special)
    at += 16
  }
}

/**
 * Sets `textStart` and `textEnd` to the decoded text of the string that begins at `start`. Returns the position of its
 * closing quote, or 0.
 */
@inline
export function scanString(start: usize): usize {
  const end = specialFrom(start)
  if (load<u8>(end) == QUOTE) {
    textStart = start
    textEnd = end
    return end
  }

  return load<u8>(end) == BACKSLASH ? scanEscaped(start, end) : 0
}

/** Skips a string. Returns the position of its closing quote; 0 if it has an escape, which is left to JSON.parse. */
export function skipString(start: usize): usize {
  const end = specialFrom(start)
  return load<u8>(end) == QUOTE ? end : 0
}

function scanEscaped(start: usize, firstEscape: usize): usize {
  let to = decodedEnd
  let from = start
  let special = firstEscape
  const limit = decoded + capacity
  while (true) {
    const plain = special - from
    if (to + plain + 8 > limit) {
      needed = special - start + 8
      return 0
    }

    memory.copy(to, from, plain)
    to += plain
    const byte = load<u8>(special)
    if (byte == QUOTE) break
    if (byte != BACKSLASH) return 0
    const kind = load<u8>(special, 1)
    from = special + 2
    if (kind == 0x75) {
      from = scanUnicode(special)
      if (from == 0) return 0
      to = storeCodePoint(to, codePoint)
    } else {
      const simple = simpleEscape(kind)
      if (simple == 0) return 0
      store<u8>(to++, simple)
    }

    special = specialFrom(from)
  }

  textStart = decodedEnd
  textEnd = to
  decodedEnd = to
  return special
}

function simpleEscape(kind: u8): u8 {
  switch (kind) {
    case 0x22: case 0x5c: case 0x2f: return kind
    case 0x62: return 8
    case 0x66: return 12
    case 0x6e: return 10
    case 0x72: return 13
    case 0x74: return 9
    default: return 0
  }
}

/** Reads `\uXXXX`, or a surrogate pair of two. */
function scanUnicode(at: usize): usize {
  if (notHex(load<u32>(at, 2)) != 0) return 0
  codePoint = hexWord(load<u32>(at, 2))
  at += 6
  if (codePoint >= 0xd800 && codePoint < 0xdc00 && load<u16>(at) == 0x755c && notHex(load<u32>(at, 2)) == 0) {
    const second = hexWord(load<u32>(at, 2))
    if (second >= 0xdc00 && second < 0xe000) {
      codePoint = 0x10000 + ((codePoint - 0xd800) << 10) + (second - 0xdc00)
      at += 6
    }
  }

  if (codePoint >= 0xd800 && codePoint < 0xe000) codePoint = 0xfffd
  return at
}

function storeCodePoint(to: usize, point: u32): usize {
  if (point < 0x80) {
    store<u8>(to, point)
    return to + 1
  }

  if (point < 0x800) {
    store<u8>(to, 0xc0 | (point >> 6))
    store<u8>(to, 0x80 | (point & 0x3f), 1)
    return to + 2
  }

  if (point < 0x10000) {
    store<u8>(to, 0xe0 | (point >> 12))
    store<u8>(to, 0x80 | ((point >> 6) & 0x3f), 1)
    store<u8>(to, 0x80 | (point & 0x3f), 2)
    return to + 3
  }

  store<u8>(to, 0xf0 | (point >> 18))
  store<u8>(to, 0x80 | ((point >> 12) & 0x3f), 1)
  store<u8>(to, 0x80 | ((point >> 6) & 0x3f), 2)
  store<u8>(to, 0x80 | (point & 0x3f), 3)
  return to + 4
}
