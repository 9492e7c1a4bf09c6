// Chunks of bytes → lines → records. Chunks are copied into the scanner's memory, after what was left of the line before. There is room
// for one chunk; more only for a line that is longer than it (12 MB have been seen: an Array of 700,000).
import {UserError} from '../errors.js'
import {HeapBuilder} from '../heap/heap-builder.js'
import type {Heap} from '../heap/heap.js'
import {LineReader} from './line-reader.js'
import {RecordScanner} from './record-scanner.js'
import {ScannerInstance} from './scanner-instance.js'

const NEWLINE = 0x0a
const INPUT_BYTES = 1 << 19
const MAX_LINE_BYTES = 1 << 29
/** A file without a single record in so many bytes is no heap dump. */
const PATIENCE_BYTES = 1 << 20

const decoder = new TextDecoder()

export class DumpScanner {
  /** Bytes taken so far. */
  bytes = 0
  readonly #dumpBytes: number | null
  #builder: HeapBuilder | null = null
  #records: RecordScanner | null = null
  readonly #scanner = new ScannerInstance()
  #lines: LineReader | null = null
  /** Of the scanner's memory, what is the input's: `[start, start + capacity)`, of which `filled` bytes are a part of a line. */
  #start = this.#scanner.allocateInput(INPUT_BYTES)
  #capacity = INPUT_BYTES
  #filled = 0

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
    return (this.#records?.records ?? 0) + (this.#lines?.records ?? 0)
  }

  /** Takes the next bytes of the dump, any number of them. Keeps none of them. */
  push(chunk: Uint8Array): void {
    this.bytes += chunk.length
    const scanner = this.#scanner
    for (let at = 0; at < chunk.length; ) {
      if (this.#filled === this.#capacity) this.#grow()
      const part = chunk.subarray(at, at + this.#capacity - this.#filled)
      scanner.bytes.set(part, this.#start + this.#filled)
      at += part.length
      this.#filled += part.length
      // Only the new part is searched: a line of many megabytes comes in many chunks.
      const lastNewline = part.lastIndexOf(NEWLINE)
      if (lastNewline === -1) continue
      const end = this.#start + this.#filled - part.length + lastNewline + 1
      this.#scanLines(end)
      scanner.bytes.copyWithin(this.#start, end, this.#start + this.#filled)
      this.#filled -= end - this.#start
    }

    if (this.bytes > PATIENCE_BYTES && this.records === 0) throw notADump()
  }

  /** Ends the dump, and the scanner, whose memory is the heap's now. Returns whether the last record was cut. */
  finish(): {readonly heap: Heap; readonly cut: boolean} {
    const rest = this.#scanner.bytes.subarray(this.#start, this.#start + this.#filled)
    this.#begin(rest)
    const cut = this.#lines!.readLast(decoder.decode(rest))
    if (this.records === 0) throw notADump()
    return {cut, heap: this.#builder!.build(this.#scanner.words)}
  }

  /** Reads the complete lines from the input's start to `end`. */
  #scanLines(end: number): void {
    const scanner = this.#scanner
    this.#begin(scanner.bytes.subarray(this.#start, end))
    const records = this.#records!
    const lines = this.#lines!
    for (let at = this.#start; ; ) {
      if (!lines.hasOpenRecord) at = records.scan(at, end)
      if (at === end) return
      const newline = scanner.bytes.indexOf(NEWLINE, at)
      lines.read(decoder.decode(scanner.bytes.subarray(at, newline)))
      at = newline + 1
    }
  }

  /** The first lines tell how the process's addresses are aligned, and with that how they are coded. */
  #begin(bytes: Uint8Array): void {
    if (this.#builder !== null) return
    const start = decoder.decode(bytes.subarray(0, 1 << 16))
    const digits = /"0x([0-9a-f]+)"/i.exec(start)?.[1].replace(/^0+/, '') ?? ''
    const scanner = this.#scanner
    this.#builder = new HeapBuilder(digits.length > 8 ? 3 : 2, (low, high) => scanner.valueId(low, high), this.#dumpBytes)
    const {codes, mostValues} = this.#builder
    scanner.begin(codes.alignmentBits, codes.mostPages, mostValues)
    this.#records = new RecordScanner(this.#builder, scanner)
    this.#lines = new LineReader(this.#builder)
  }

  #grow(): void {
    if (this.#capacity >= MAX_LINE_BYTES || (this.#capacity > 16 * INPUT_BYTES && this.records === 0)) throw notADump()
    this.#capacity *= 2
    const start = this.#scanner.allocateInput(this.#capacity)
    this.#scanner.bytes.copyWithin(start, this.#start, this.#start + this.#filled)
    this.#start = start
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
