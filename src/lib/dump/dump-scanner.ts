// Chunks of bytes → lines → records. Holds one buffer: the chunk, after what was left of the line before it. The buffer grows
// only for a line that is longer than it (12 MB have been seen: an Array of 700,000).
import {UserError} from '../errors.js'
import {HeapBuilder} from '../heap/heap-builder.js'
import {LineReader} from './line-reader.js'
import {FAILED, ObjectScanner, PADDING} from './object-scanner.js'
import {NEWLINE} from './words.js'

const BUFFER_BYTES = 1 << 20
const MAX_LINE_BYTES = 1 << 29
/** A file without a single record in so many bytes is no heap dump. */
const PATIENCE_BYTES = 1 << 20

const decoder = new TextDecoder()

export class DumpScanner {
  /** Bytes taken so far. */
  bytes = 0
  readonly #dumpBytes: number | null
  #builder: HeapBuilder | null = null
  #scanner: ObjectScanner | null = null
  #lines: LineReader | null = null
  #buffer: Uint8Array = new Uint8Array(BUFFER_BYTES + PADDING)
  /** The buffer holds `[0, #filled)`: a part of a line. */
  #filled = 0
  /** Records that the scanner read itself. */
  #scanned = 0

  /** `dumpBytes`: the size of the uncompressed dump, null while unknown. */
  constructor(dumpBytes: number | null = null) {
    this.#dumpBytes = dumpBytes
  }

  get malformedLines(): number {
    return this.#lines?.malformedLines ?? 0
  }

  get recoveredLines(): number {
    return this.#lines?.recoveredLines ?? 0
  }

  get records(): number {
    return this.#scanned + (this.#lines?.records ?? 0)
  }

  /** Takes the next bytes of the dump, any number of them. Copies what it needs. */
  push(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; ) {
      const room = this.#buffer.length - PADDING - this.#filled
      if (room === 0) {
        this.#growBuffer()
        continue
      }

      const part = chunk.subarray(at, at + room)
      this.#buffer.set(part, this.#filled)
      const searched = this.#filled
      this.#filled += part.length
      at += part.length
      this.bytes += part.length
      // Only the new part is searched: a line of many megabytes comes in many chunks.
      const lastNewline = part.lastIndexOf(NEWLINE)
      if (lastNewline !== -1) this.#scanLines(searched + lastNewline + 1)
    }

    if (this.bytes > PATIENCE_BYTES && this.records === 0) throw notADump()
  }

  /** Ends the dump. Returns the heap's builder, and whether the last record was cut. */
  finish(): {readonly builder: HeapBuilder; readonly cut: boolean} {
    this.#begin()
    const cut = this.#lines!.readLast(decoder.decode(this.#buffer.subarray(0, this.#filled)))
    if (this.records === 0) throw notADump()
    return {builder: this.#builder!, cut}
  }

  /** Reads the complete lines in `[0, end)` and moves the rest to the front. */
  #scanLines(end: number): void {
    this.#begin()
    const buffer = this.#buffer
    const scanner = this.#scanner!
    const lines = this.#lines!
    let at = 0
    while (at < end) {
      const next = lines.hasOpenRecord ? FAILED : scanner.scan(at)
      if (next === FAILED) {
        const newline = buffer.indexOf(NEWLINE, at)
        lines.read(decoder.decode(buffer.subarray(at, newline)))
        at = newline + 1
      } else {
        this.#scanned++
        at = next
      }
    }

    buffer.copyWithin(0, end, this.#filled)
    this.#filled -= end
  }

  /** The first lines tell how the process's addresses are aligned, and with that how they are coded. */
  #begin(): void {
    if (this.#builder !== null) return
    const start = decoder.decode(this.#buffer.subarray(0, Math.min(this.#filled, 1 << 16)))
    const digits = /"0x([0-9a-f]+)"/i.exec(start)?.[1].replace(/^0+/, '') ?? ''
    this.#builder = new HeapBuilder(digits.length > 8 ? 3 : 2, this.#dumpBytes)
    this.#scanner = new ObjectScanner(this.#builder, this.#buffer)
    this.#lines = new LineReader(this.#builder)
  }

  #growBuffer(): void {
    if (this.#buffer.length >= MAX_LINE_BYTES || (this.#buffer.length > 16 * BUFFER_BYTES && this.records === 0)) throw notADump()
    const next = new Uint8Array((this.#buffer.length - PADDING) * 2 + PADDING)
    next.set(this.#buffer.subarray(0, this.#filled))
    this.#buffer = next
    this.#scanner?.use(next)
  }
}

export function notADump(cause?: unknown): UserError {
  return new UserError('This is not a Ruby heap dump: it has no record of a Ruby object.', {
    code: 'not_a_dump',
    hint:
      'A heap dump is what ObjectSpace.dump_all(output: file) writes: one JSON object a line, as it is or gzipped.\n' +
      'heroku heapdump:list shows the dumps of an app.',
    cause,
  })
}
