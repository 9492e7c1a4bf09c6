// Every line that the scanner left: JSON.parse, then repair. Keeps the books of damage: each line that is no JSON is malformed, and
// recovered if what it said is in the heap nonetheless. A record over several lines (a line break in a path, a dump that was
// printed prettily) is put together here.
import type {HeapBuilder} from '../heap/heap-builder.js'
import {addRecord, isRecord, type RawRecord} from './record.js'
import {parseRecord, repairRecord} from './repair.js'

/** A path has no more lines than this; what follows is damage of another kind. */
const MAX_BROKEN_LINES = 100
const MAX_BROKEN_CHARACTERS = 1 << 22

/** Where another record begins in the same line, its line break being lost. */
const RECORD_START = /(?<=\}).?(?=\{"(?:address|type)":")/s

export class LineReader {
  malformedLines = 0
  recoveredLines = 0
  /** Records of any type, so that a file without one is known to be no dump. */
  records = 0
  readonly #builder: HeapBuilder
  /** Lines of a record that is not complete yet. */
  #open: string[] = []
  #openCharacters = 0
  #pretty = false

  constructor(builder: HeapBuilder) {
    this.#builder = builder
  }

  get hasOpenRecord(): boolean {
    return this.#open.length > 0
  }

  read(text: string): void {
    const line = text.endsWith('\r') ? text.slice(0, -1) : text
    if (this.#pretty) return this.#readPretty(line)
    if (line.trim() === '') {
      // Of a path with an empty line in it.
      if (this.hasOpenRecord) this.#continueOpenRecord(line)
      return
    }

    const record = parseRecord(line)
    if (record !== null) {
      this.closeOpenRecord()
      this.#add(record)
      return
    }

    if (line === '{') {
      this.closeOpenRecord()
      this.#pretty = true
      this.#open.push(line)
      return
    }

    const startsRecord = line.startsWith('{"')
    if (startsRecord) this.closeOpenRecord()
    if (!startsRecord && this.hasOpenRecord) this.#continueOpenRecord(line)
    else if (startsRecord && !line.endsWith('}')) this.#openRecord(line)
    else this.#readDamaged(line)
  }

  /** The last line, which no line break ended. Returns whether it was cut. */
  readLast(text: string): boolean {
    if (text.trim() === '') return this.#pretty
    const complete = this.#pretty ? text.startsWith('}') : text.trimEnd().endsWith('}')
    if (complete) {
      this.read(text)
      return this.hasOpenRecord
    }

    const record = parseRecord(text)
    if (record !== null) this.#add(record)
    // What a cut leaves open is no damage: the dump is reported as truncated.
    this.#open = []
    return record === null
  }

  /** Gives up a record whose rest did not come. */
  closeOpenRecord(): void {
    if (this.#open.length === 0) return
    const lines = this.#open
    this.#open = []
    this.#openCharacters = 0
    this.#pretty = false
    this.malformedLines += lines.length
    const record = repairRecord(lines.join('\n'))
    if (record === null) return
    this.recoveredLines += lines.length
    this.#add(record)
  }

  #openRecord(line: string): void {
    this.#open.push(line)
    this.#openCharacters = line.length
  }

  #continueOpenRecord(line: string): void {
    this.#open.push(line)
    this.#openCharacters += line.length
    if (line.endsWith('}') || this.#open.length > MAX_BROKEN_LINES || this.#openCharacters > MAX_BROKEN_CHARACTERS) {
      this.closeOpenRecord()
    }
  }

  #readDamaged(line: string): void {
    this.malformedLines++
    let recovered = false
    for (const part of line.split(RECORD_START)) {
      const record = parseRecord(part) ?? repairRecord(part)
      if (record === null) continue
      recovered = true
      this.#add(record)
    }

    if (recovered) this.recoveredLines++
  }

  /** `jq .` prints a member a line; a record ends with a brace in the first column. */
  #readPretty(line: string): void {
    if (line.startsWith('{')) {
      this.closeOpenRecord()
      this.read(line)
      return
    }

    this.#open.push(line)
    if (!line.startsWith('}')) return
    const text = this.#open.join('\n')
    let value: unknown = null
    try {
      value = JSON.parse(text)
    } catch {
      this.closeOpenRecord()
      return
    }

    this.#pretty = false
    const lines = this.#open.length
    this.#open = []
    if (isRecord(value)) this.#add(value)
    else this.malformedLines += lines
  }

  #add(record: RawRecord): void {
    this.records++
    addRecord(this.#builder, record)
  }
}
