// Writes a long text to an open file, a piece at a time. A number costs no string.
import {writeSync} from 'node:fs'

const encoder = new TextEncoder()

const PIECE_BYTES = 1 << 18
/** A safe integer has 16 digits. */
const MOST_DIGITS = 16

export class TextWriter {
  readonly #file: number
  readonly #piece = Buffer.allocUnsafe(PIECE_BYTES)
  #end = 0
  #written = 0

  /** `file`: a descriptor, at the position to write to. */
  constructor(file: number) {
    this.#file = file
  }

  /** Bytes so far. */
  get bytes(): number {
    return this.#written + this.#end
  }

  text(text: string): void {
    // UTF-8 takes up to three bytes for each UTF-16 unit.
    if (text.length * 3 > PIECE_BYTES - this.#end) this.flush()
    if (text.length * 3 > PIECE_BYTES) this.#write(Buffer.from(text))
    else this.#end += encoder.encodeInto(text, this.#piece.subarray(this.#end)).written
  }

  /** A whole number from 0 on, and then a comma if there are more. */
  number(value: number, comma: boolean): void {
    if (PIECE_BYTES - this.#end <= MOST_DIGITS) this.flush()
    const piece = this.#piece
    let digits = 1
    for (let power = 10; power <= value; power *= 10) digits++
    let left = value
    for (let at = this.#end + digits - 1; at >= this.#end; at--) {
      const rest = Math.floor(left / 10)
      piece[at] = 48 + left - rest * 10
      left = rest
    }

    this.#end += digits
    if (comma) piece[this.#end++] = 44
  }

  /** Throws what the file system throws. */
  flush(): void {
    this.#write(this.#piece.subarray(0, this.#end))
    this.#end = 0
  }

  #write(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) at += writeSync(this.#file, bytes, at)
    this.#written += bytes.length
  }
}
