// Chunks of bytes → lines → records. Chunks are read or copied into the scanner's memory, after the unfinished line.
// The buffer has space for one chunk, and grows only for a longer line (12 MB has been seen: an Array with 700,000
// elements).
import {constants} from 'node:buffer'
import {UserError} from '../errors.js'
import {type Folded, HeapBuilder} from '../heap/heap-builder.js'
import type {Heap} from '../heap/heap.js'
import {type DumpSize, HeapMemory} from '../heap/heap-memory.js'
import {formatBytes} from '../units.js'
import {LineReader} from './line-reader.js'
import {RecordScanner} from './record-scanner.js'

const NEWLINE = 0x0a
const INPUT_BYTES = 1 << 19
/** Small enough to stay in the processor's cache. */
const CHUNK_BYTES = 1 << 18
const MAX_LINE_BYTES = 1 << 29
/** The maximum length of a string, minus a reserve for repairing a line. */
const MAX_LINE_CHARACTERS = Math.min(MAX_LINE_BYTES, constants.MAX_STRING_LENGTH) - (1 << 16)
/** A file with no record in this many bytes of complete lines is not a heap dump. */
const PATIENCE_BYTES = 1 << 20

const decoder = new TextDecoder()

export class DumpScanner {
  /** Bytes pushed so far. */
  bytes = 0
  readonly #size: DumpSize
  readonly #keepsHashes: boolean
  #builder: HeapBuilder | null = null
  #records: RecordScanner | null = null
  readonly #scanner = new HeapMemory()
  #lines: LineReader | null = null
  /**
   * The input buffer in the scanner's memory: `[start, start + capacity)`. The first `filled` bytes are an unfinished
   * line.
   */
  #start = this.#scanner.allocateInput(INPUT_BYTES)
  #capacity = INPUT_BYTES
  #filled = 0

  /** `keepsHashes`: keep the hashes of values, for comparing dumps. */
  constructor(size: DumpSize = {likely: 0, most: 0}, keepsHashes = true) {
    this.#size = size
    this.#keepsHashes = keepsHashes
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

  /**
   * The buffer for the next bytes of the dump, so that `push` does not have to copy them. Valid until the next call.
   */
  inputBuffer(): Uint8Array {
    if (this.#filled === this.#capacity) this.#grow()
    const start = this.#start + this.#filled
    return this.#scanner.bytes.subarray(start, this.#start + Math.min(this.#capacity, this.#filled + CHUNK_BYTES))
  }

  /**
   * Takes the next bytes of the dump, any number of them: the beginning of `inputBuffer`, or a chunk, which is copied.
   */
  push(chunk: Uint8Array): void {
    this.bytes += chunk.length
    if (chunk.buffer === this.#scanner.bytes.buffer) this.#scanNew(chunk.length)
    else {
      for (let at = 0; at < chunk.length;) {
        const buffer = this.inputBuffer()
        const part = chunk.subarray(at, at + buffer.length)
        buffer.set(part)
        at += part.length
        this.#scanNew(part.length)
      }
    }

    if (this.bytes - this.#filled > PATIENCE_BYTES && this.records === 0) throw notADump()
  }

  /** Ends the dump. The scanner's memory becomes the heap's. Returns whether the last record was cut. */
  finish(): {readonly heap: Heap; readonly cut: boolean; readonly folded: readonly Folded[]} {
    const rest = this.#scanner.bytes.subarray(this.#start, this.#start + this.#filled)
    this.#begin(rest)
    const cut = this.#lines!.readLast(textOf(rest))
    if (this.records === 0) throw notADump()
    return {cut, folded: this.#builder!.folded, heap: this.#builder!.build()}
  }

  /** Reads the lines that are complete after `count` new bytes. */
  #scanNew(count: number): void {
    const scanner = this.#scanner
    const from = this.#start + this.#filled
    this.#filled += count
    // Searches only the new part: a line of many megabytes comes in many chunks.
    const lastNewline = scanner.bytes.subarray(from, from + count).lastIndexOf(NEWLINE)
    if (lastNewline === -1) return
    const end = from + lastNewline + 1
    this.#scanLines(end)
    scanner.bytes.copyWithin(this.#start, end, this.#start + this.#filled)
    this.#filled -= end - this.#start
  }

  /** Reads the complete lines from the input's start to `end`. */
  #scanLines(end: number): void {
    const scanner = this.#scanner
    this.#begin(scanner.bytes.subarray(this.#start, end))
    const records = this.#records!
    const lines = this.#lines!
    for (let at = this.#start; ;) {
      if (!lines.needsNextLine) at = records.scan(at, end)
      else if (lines.skipsEmptyLines) while (at < end && scanner.bytes[at] === NEWLINE) at++
      if (at === end) return
      const newline = scanner.bytes.indexOf(NEWLINE, at)
      lines.read(textOf(scanner.bytes.subarray(at, newline)))
      at = newline + 1
    }
  }

  /** The first lines show the alignment of addresses, which decides how they are coded. */
  #begin(bytes: Uint8Array): void {
    if (this.#builder !== null) return
    const start = decoder.decode(bytes.subarray(0, 1 << 16))
    const digits = /"0x([0-9a-f]+)"/i.exec(start)?.[1].replace(/^0+/, '') ?? ''
    this.#builder = new HeapBuilder(digits.length > 8 ? 3 : 2, this.#scanner, this.#size, this.#keepsHashes)
    this.#records = new RecordScanner(this.#builder, this.#scanner)
    this.#lines = new LineReader(this.#builder)
  }

  #grow(): void {
    if (this.#capacity > 16 * INPUT_BYTES && this.records === 0) throw notADump()
    if (this.#capacity >= MAX_LINE_BYTES) throw lineTooLong()
    this.#capacity *= 2
    const start = this.#scanner.allocateInput(this.#capacity)
    this.#scanner.bytes.copyWithin(start, this.#start, this.#start + this.#filled)
    this.#start = start
  }
}

function textOf(line: Uint8Array): string {
  if (line.length > MAX_LINE_CHARACTERS) throw lineTooLong()
  return decoder.decode(line)
}

function lineTooLong(): UserError {
  return new UserError(
    `A line in this dump is longer than ${formatBytes(MAX_LINE_BYTES)}, which is too long for a record.`,
    {
      code: 'line_too_long',
      hint: 'Check that ObjectSpace.dump_all wrote the file and nothing has changed it since. Or take another dump: heroku heapdump:trigger',
    },
  )
}

export function notADump(cause?: unknown): UserError {
  return new UserError('This is not a Ruby heap dump: it has no record of a Ruby object.', {
    code: 'not_a_dump',
    hint: [
      'A heap dump is what ObjectSpace.dump_all(output: file) writes: one JSON object per line, plain or gzipped.',
      'heroku heapdump:list shows the dumps of an app.',
    ],
    cause,
  })
}
