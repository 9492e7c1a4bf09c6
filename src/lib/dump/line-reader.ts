// Reads every line that the scanner left: JSON.parse, then repair. Counts damage: a line that is not a JSON record is
// malformed, and recovered if its record could still be read. A record may span several lines: because of a line break
// in a path (joined here), or in a pretty-printed dump (PrettyRecord).
import type {HeapBuilder} from '../heap/heap-builder.js'
import {PrettyRecord} from './pretty-record.js'
import {addRecord, type RawRecord} from './record.js'
import {parseRecord, repairRawTexts, repairRecord} from './repair.js'

/** Ruby prints paths shorter than 4,096 bytes, and little follows them. Anything longer is another kind of damage. */
const MAX_CONTINUED_LINES = 4200
const MAX_CONTINUED_CHARACTERS = 1 << 14

/** The start of another record in the same line, after a lost line break. */
const RECORD_START = /(?<=\}).?(?=\{"(?:address|type)":")/s

/** The start of a record, which can't be part of a path. */
const RECORD_HEAD = /^\{"(?:address":"0x[0-9a-f]+", ?"type":"|type":"ROOT")/

export class LineReader {
  malformedLines = 0
  recoveredLines = 0
  /** Records of any type. A file without any is not a dump. */
  records = 0
  readonly #builder: HeapBuilder
  /** Lines of an unfinished record. */
  #open: string[] = []
  #continuedCharacters = 0
  readonly #pretty = new PrettyRecord()
  /** After an opening bracket, the next line shows whether it is an array of records. Only an open array has an end. */
  #array: 'none' | 'perhaps' | 'open' = 'none'

  constructor(builder: HeapBuilder) {
    this.#builder = builder
  }

  /** Whether empty lines may be skipped: they matter only within a path. */
  get skipsEmptyLines(): boolean {
    return this.#open.length === 0
  }

  /** Whether the meaning of previous lines depends on the next one. */
  get needsNextLine(): boolean {
    return this.#open.length > 0 || this.#pretty.lines > 0 || this.#array === 'perhaps'
  }

  /** If a line makes the reader fail, only that line is lost. */
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

  /** Decides whether a bracket before this line began an array. */
  #decideArray(line: string): void {
    if (this.#array !== 'perhaps') return
    this.#array = PrettyRecord.isStart(line) || /^\s*\{.*\},$/.test(line) ? 'open' : 'none'
    if (this.#array === 'none') this.malformedLines++
  }

  /** Whether a line is the expected bracket of an array of records. */
  #isBracket(line: string): boolean {
    if (line !== (this.#array === 'open' ? ']' : '[')) return false
    this.#array = this.#array === 'open' ? 'none' : 'perhaps'
    return true
  }

  /** Reads the last line, which has no line break. Returns whether the dump was cut there. */
  readLast(text: string): boolean {
    const last = text.trim()
    this.#decideArray(last)
    if (last === '') return this.#pretty.drop() > 0 || this.#drop() > 0
    const complete =
      last === ']' || parseRecord(last) !== null || repairRawTexts([...this.#open, last].join('\n')) !== null
    if (complete || this.#pretty.lines > 0) this.read(text)
    else if (this.#open.length === 0) return true
    // An unfinished record after a cut is not damage: the dump is reported as truncated.
    return this.#pretty.drop() > 0 || this.#drop() > 0
  }

  #drop(): number {
    const lines = this.#open.length
    this.#open = []
    return lines
  }

  /** Gives up an unfinished record. */
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

  /** Continues a record after a line break in a path, or one caused by damage. */
  #continue(line: string): void {
    this.#open.push(line)
    this.#continuedCharacters += line.length
    if (isComplete(line)) {
      const text = this.#open.join('\n')
      // A line with its own type is the rest of another record, not part of this one.
      const record = repairRawTexts(text) ?? (line.includes('"type":"') ? null : repairRecord(text))
      if (record !== null) this.#addRecovered(this.#drop(), [record])
    }

    if (this.#open.length > MAX_CONTINUED_LINES || this.#continuedCharacters > MAX_CONTINUED_CHARACTERS) this.#giveUp()
  }

  /** The records in a damaged line; none if their address, type or size is lost. */
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
      // A record as Ruby prints it.
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

/** Everything that Ruby prints raw comes before the memsize; only ROOT records have no memsize. */
function isComplete(line: string): boolean {
  return line.includes('"memsize":') || line.slice(0, 40).includes('"type":"ROOT"')
}
