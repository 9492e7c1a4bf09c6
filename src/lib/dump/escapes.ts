// The rare string with a backslash in it, decoded into a buffer of its own, so that a value has one hash however it was escaped.
import {BACKSLASH, QUOTE} from './words.js'

const SIMPLE: Readonly<Record<number, number>> = {
  0x22: 0x22, 0x5c: 0x5c, 0x2f: 0x2f, 0x62: 8, 0x66: 12, 0x6e: 10, 0x72: 13, 0x74: 9,
}

export class EscapedString {
  /** The decoded text is `bytes[0, length)`. */
  bytes = new Uint8Array(4096)
  length = 0

  /** Decodes from after the opening quote; returns where the closing quote is, or -1 if this is not a JSON string. */
  decode(source: Uint8Array, start: number): number {
    this.length = 0
    for (let at = start; ; at++) {
      const byte = source[at]
      if (byte === QUOTE) return at
      if (!(byte >= 0x20)) return -1
      if (byte !== BACKSLASH) {
        this.#push(byte)
        continue
      }

      const kind = source[++at]
      const simple = SIMPLE[kind]
      if (simple !== undefined) {
        this.#push(simple)
        continue
      }

      if (kind !== 0x75) return -1
      let unit = codeUnit(source, at + 1)
      if (unit === -1) return -1
      at += 4
      if (unit >= 0xd800 && unit < 0xdc00 && source[at + 1] === BACKSLASH && source[at + 2] === 0x75) {
        const second = codeUnit(source, at + 3)
        if (second >= 0xdc00 && second < 0xe000) {
          unit = 0x10000 + ((unit - 0xd800) << 10) + (second - 0xdc00)
          at += 6
        }
      }

      this.#pushCodePoint(unit >= 0xd800 && unit < 0xe000 ? 0xfffd : unit)
    }
  }

  #pushCodePoint(point: number): void {
    if (point < 0x80) return this.#push(point)
    if (point < 0x800) {
      this.#push(0xc0 | (point >> 6))
    } else {
      if (point < 0x10000) {
        this.#push(0xe0 | (point >> 12))
      } else {
        this.#push(0xf0 | (point >> 18))
        this.#push(0x80 | ((point >> 12) & 0x3f))
      }

      this.#push(0x80 | ((point >> 6) & 0x3f))
    }

    return this.#push(0x80 | (point & 0x3f))
  }

  #push(byte: number): void {
    if (this.length === this.bytes.length) {
      const next = new Uint8Array(this.length * 2)
      next.set(this.bytes)
      this.bytes = next
    }

    this.bytes[this.length++] = byte
  }
}

/** Four hexadecimal digits as a number, -1 if they are none. */
function codeUnit(source: Uint8Array, at: number): number {
  let unit = 0
  for (let digit = at; digit < at + 4; digit++) {
    const value = hexDigit(source[digit])
    if (value === -1) return -1
    unit = unit * 16 + value
  }

  return unit
}

/** Value of an ASCII hexadecimal digit, -1 for anything else. */
export function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  const letter = byte | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1
}
