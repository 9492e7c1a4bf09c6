// A record's flags, an object of plain members at its end. They are a few texts that occur again and again, so each is parsed once, and
// met again it is only compared, four bytes at a time.
import {markBits, type RawRecord} from './record.js'
import {CLOSE_BRACE} from './words.js'

/** There are no hundreds of them, but for damage. */
const MOST_TEXTS = 100

const decoder = new TextDecoder()

/** From after the opening brace to after the closing one. */
class FlagText {
  readonly length: number
  readonly words: Int32Array
  readonly lastMask: number

  constructor(text: Uint8Array, readonly bits: number) {
    this.length = text.length
    const padded = new Uint8Array((text.length + 3) & ~3)
    padded.set(text)
    this.words = new Int32Array(padded.buffer)
    this.lastMask = text.length % 4 === 0 ? -1 : (1 << ((text.length % 4) << 3)) - 1
  }
}

export class FlagTexts {
  /** What is kept of the flags that were scanned last. */
  bits = 0
  readonly #known: FlagText[] = []

  /** Where the flags end that begin at `start`, after their opening brace; -1 if they are no JSON. */
  scan(view: DataView, bytes: Uint8Array, start: number): number {
    const known = this.#known
    for (let entry = 0; entry < known.length; entry++) {
      const text = known[entry]
      const {words, length, lastMask} = text
      const last = words.length - 1
      let at = 0
      while (at < last && view.getInt32(start + (at << 2), true) === words[at]) at++
      if (at < last || (view.getInt32(start + (last << 2), true) & lastMask) !== words[last]) continue
      if (entry > 0) {
        // The frequent ones come to the front.
        known[entry] = known[entry - 1]
        known[entry - 1] = text
      }

      this.bits = text.bits
      return start + length
    }

    return this.#learn(bytes, start)
  }

  #learn(bytes: Uint8Array, start: number): number {
    let end = start
    while (bytes[end] >= 0x20 && bytes[end] !== CLOSE_BRACE) end++
    if (bytes[end] !== CLOSE_BRACE) return -1
    end++
    try {
      this.bits = markBits(JSON.parse(decoder.decode(bytes.subarray(start - 1, end))) as RawRecord)
    } catch {
      return -1
    }

    if (this.#known.length < MOST_TEXTS) this.#known.unshift(new FlagText(bytes.slice(start, end), this.bits))
    return end
  }
}
