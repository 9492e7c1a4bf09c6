// Chunks of bytes → lines → records. A chunk of a file is scanned where it lies, with the beginning of its first line put before it;
// others are copied into one buffer, after what was left of the line before. The buffer grows only for a line that is longer than it
// (12 MB have been seen: an Array of 700,000).
import {UserError} from '../errors.js'
import {HeapBuilder} from '../heap/heap-builder.js'
import {hasRoomAround, ROOM_BEFORE} from './chunks.js'
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

  /** Takes the next bytes of the dump, any number of them. Keeps none of them. */
  push(chunk: Uint8Array): void {
    this.bytes += chunk.length
    if (!hasRoomAround(chunk) || this.#filled > ROOM_BEFORE || !this.#scanInPlace(chunk)) this.#scanCopy(chunk)
    if (this.bytes > PATIENCE_BYTES && this.records === 0) throw notADump()
  }

  /** Scans the chunk and what was left before it; false if no line ends in it. */
  #scanInPlace(chunk: Uint8Array): boolean {
    const lastNewline = chunk.lastIndexOf(NEWLINE)
    if (lastNewline === -1) return false
    const start = chunk.byteOffset - this.#filled
    const bytes = new Uint8Array(chunk.buffer)
    bytes.set(this.#buffer.subarray(0, this.#filled), start)
    this.#scanLines(bytes, start, chunk.byteOffset + lastNewline + 1)
    this.#filled = 0
    this.#scanCopy(chunk.subarray(lastNewline + 1))
    return true
  }

  #scanCopy(chunk: Uint8Array): void {
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
      // Only the new part is searched: a line of many megabytes comes in many chunks.
      const lastNewline = part.lastIndexOf(NEWLINE)
      if (lastNewline === -1) continue
      const end = searched + lastNewline + 1
      this.#scanLines(this.#buffer, 0, end)
      this.#buffer.copyWithin(0, end, this.#filled)
      this.#filled -= end
    }
  }

  /** Ends the dump. Returns the heap's builder, and whether the last record was cut. */
  finish(): {readonly builder: HeapBuilder; readonly cut: boolean} {
    this.#begin(this.#buffer.subarray(0, this.#filled))
    const cut = this.#lines!.readLast(decoder.decode(this.#buffer.subarray(0, this.#filled)))
    if (this.records === 0) throw notADump()
    return {builder: this.#builder!, cut}
  }

  /** Reads the complete lines in `[start, end)`. */
  #scanLines(bytes: Uint8Array, start: number, end: number): void {
    this.#begin(bytes.subarray(start, end))
    const scanner = this.#scanner!
    const lines = this.#lines!
    scanner.use(bytes)
    let at = start
    while (at < end) {
      const next = lines.hasOpenRecord ? FAILED : scanner.scan(at)
      if (next === FAILED) {
        const newline = bytes.indexOf(NEWLINE, at)
        lines.read(decoder.decode(bytes.subarray(at, newline)))
        at = newline + 1
      } else {
        this.#scanned++
        at = next
      }
    }
  }

  /** The first lines tell how the process's addresses are aligned, and with that how they are coded. */
  #begin(bytes: Uint8Array): void {
    if (this.#builder !== null) return
    const start = decoder.decode(bytes.subarray(0, 1 << 16))
    const digits = /"0x([0-9a-f]+)"/i.exec(start)?.[1].replace(/^0+/, '') ?? ''
    this.#builder = new HeapBuilder(digits.length > 8 ? 3 : 2, this.#dumpBytes)
    this.#scanner = new ObjectScanner(this.#builder)
    this.#lines = new LineReader(this.#builder)
  }

  #growBuffer(): void {
    if (this.#buffer.length >= MAX_LINE_BYTES || (this.#buffer.length > 16 * BUFFER_BYTES && this.records === 0)) throw notADump()
    const next = new Uint8Array((this.#buffer.length - PADDING) * 2 + PADDING)
    next.set(this.#buffer.subarray(0, this.#filled))
    this.#buffer = next
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
