// Every line that the scanner left: JSON.parse, then repair. Keeps the books of damage: each line that is no JSON record is malformed,
// and recovered if what it said is in the heap nonetheless. A record may lie over several lines: a line break in a path (put together
// here) or a dump that was printed prettily (PrettyRecord).
import type {HeapBuilder} from '../heap/heap-builder.js'
import {PrettyRecord} from './pretty-record.js'
import {addRecord, type RawRecord} from './record.js'
import {parseRecord, repairRawTexts, repairRecord} from './repair.js'

/** Ruby prints no path of 4,096 bytes, and little comes after it; what goes on longer is damage of another kind. */
const MAX_CONTINUED_LINES = 4200
const MAX_CONTINUED_CHARACTERS = 1 << 14

/** Where another record begins in the same line, its line break being lost. */
const RECORD_START = /(?<=\}).?(?=\{"(?:address|type)":")/s

/** No part of a path, whatever came before it. */
const RECORD_HEAD = /^\{"(?:address":"0x[0-9a-f]+", ?"type":"|type":"ROOT")/

export class LineReader {
  malformedLines = 0
  recoveredLines = 0
  /** Records of any type, so that a file without one is known to be no dump. */
  records = 0
  readonly #builder: HeapBuilder
  /** Lines of a record whose end has not come yet. */
  #open: string[] = []
  #continuedCharacters = 0
  readonly #pretty = new PrettyRecord()
  /** An array has begun if a record of one comes after its bracket, and ends only then. */
  #array: 'none' | 'perhaps' | 'open' = 'none'

  constructor(builder: HeapBuilder) {
    this.#builder = builder
  }

  /** Whether an empty line says nothing here: it does within a path alone. */
  get passesOverEmptyLines(): boolean {
    return this.#open.length === 0
  }

  /** Whether the next line says what those before it are. */
  get needsNextLine(): boolean {
    return this.#open.length > 0 || this.#pretty.lines > 0 || this.#array === 'perhaps'
  }

  /** Whatever a line does to the reader, only that line is lost. */
  read(text: string): void {
    try {
      this.#read(text)
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      this.malformedLines += 1 + this.#drop() + this.#pretty.drop()
    }
  }

  #read(text: string): void {
    const line = text.endsWith('\r') ? text.slice(0, -1) : text
    if (this.#pretty.lines > 0) return this.#readPretty(line)
    if (line.trim() === '') {
      if (this.#open.length > 0) this.#continue(line)
      return
    }

    this.#decideArray(line)
    if (this.#open.length === 0 && this.#isBracket(line)) return
    const record = parseRecord(line)
    if (record !== null) {
      this.#giveUp()
      this.#add(record)
    } else if (this.#open.length === 0 && PrettyRecord.isStart(line)) {
      this.#pretty.push(line)
    } else {
      this.#readMalformed(line)
    }
  }

  /** Whether the bracket before this line, if there was one, began an array. */
  #decideArray(line: string): void {
    if (this.#array !== 'perhaps') return
    this.#array = PrettyRecord.isStart(line) || /^\s*\{.*\},$/.test(line) ? 'open' : 'none'
    if (this.#array === 'none') this.malformedLines++
  }

  /** Whether a line is the bracket of an array of records that comes next. */
  #isBracket(line: string): boolean {
    if (line !== (this.#array === 'open' ? ']' : '[')) return false
    this.#array = this.#array === 'open' ? 'none' : 'perhaps'
    return true
  }

  /** The last line, which no line break ended. Returns whether the dump was cut in it. */
  readLast(text: string): boolean {
    const last = text.trim()
    this.#decideArray(last)
    if (last === '') return this.#pretty.drop() > 0 || this.#drop() > 0
    const complete =
      last === ']' || parseRecord(last) !== null || repairRawTexts([...this.#open, last].join('\n')) !== null
    if (complete || this.#pretty.lines > 0) this.read(text)
    else if (this.#open.length === 0) return true
    // What a cut leaves open is no damage: the dump is reported as truncated.
    return this.#pretty.drop() > 0 || this.#drop() > 0
  }

  #drop(): number {
    const lines = this.#open.length
    this.#open = []
    return lines
  }

  /** Gives up a record whose rest did not come. */
  #giveUp(): void {
    this.malformedLines += this.#drop()
  }

  #readMalformed(line: string): void {
    const records = isComplete(line) ? this.#recover(line) : []
    if (records.length > 0) {
      this.#giveUp()
      this.#addRecovered(1, records)
    } else if (this.#open.length > 0 && !RECORD_HEAD.test(line)) {
      this.#continue(line)
    } else if (line.startsWith('{"') && !isComplete(line)) {
      this.#giveUp()
      this.#open.push(line)
      this.#continuedCharacters = 0
    } else {
      this.malformedLines++
    }
  }

  /** A path with a line break in it, or a line break that damage made. */
  #continue(line: string): void {
    this.#open.push(line)
    this.#continuedCharacters += line.length
    if (isComplete(line)) {
      const text = this.#open.join('\n')
      // What has a type of its own is the rest of another record: no part of this one.
      const record = repairRawTexts(text) ?? (line.includes('"type":"') ? null : repairRecord(text))
      if (record !== null) this.#addRecovered(this.#drop(), [record])
    }

    if (this.#open.length > MAX_CONTINUED_LINES || this.#continuedCharacters > MAX_CONTINUED_CHARACTERS) this.#giveUp()
  }

  /** The records of one damaged line; none if their address, type or size is gone. */
  #recover(line: string): RawRecord[] {
    const parts = line.split(RECORD_START)
    const repaired = parts.map(part => parseRecord(part) ?? repairRawTexts(part))
    if (repaired.every(record => record !== null)) return repaired
    const whole = repairRawTexts(line)
    return whole === null
      ? parts.map((part, at) => repaired[at] ?? repairRecord(part)).filter(record => record !== null)
      : [whole]
  }

  #readPretty(line: string): void {
    if (this.#pretty.isAnotherStart(line)) this.malformedLines += this.#pretty.drop()
    if (line.startsWith('{"')) {
      // Ruby's own printing after all.
      this.malformedLines += this.#pretty.drop()
      this.read(line)
      return
    }

    this.#pretty.push(line)
    if (this.#pretty.isTooLong) this.malformedLines += this.#pretty.drop()
    if (!this.#pretty.isComplete) return
    const {lines, record, damaged} = this.#pretty.take()
    if (record === null) this.malformedLines += lines
    else if (damaged) this.#addRecovered(lines, [record])
    else this.#add(record)
  }

  #addRecovered(lines: number, records: readonly RawRecord[]): void {
    this.malformedLines += lines
    this.recoveredLines += lines
    for (const record of records) this.#add(record)
  }

  #add(record: RawRecord): void {
    this.records++
    addRecord(this.#builder, record)
  }
}

/** All that Ruby prints raw stands before the memsize; only ROOT records have none. */
function isComplete(line: string): boolean {
  return line.includes('"memsize":') || line.slice(0, 40).includes('"type":"ROOT"')
}
