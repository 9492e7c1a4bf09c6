// A record with one member per line, as `jq .` prints it. After `jq -s` it is in an array, so it is indented and
// followed by a comma.
import {parseRecord, repairRecord} from './repair.js'
import type {RawRecord} from './record.js'

/** An Array of a million elements has as many lines. */
const MOST_LINES = 1 << 22
const MOST_CHARACTERS = 1 << 28

export class PrettyRecord {
  #lines: string[] = []
  #characters = 0
  #end = '}'

  /** Lines of the current record; 0 if there is none. */
  get lines(): number {
    return this.#lines.length
  }

  /** Whether the last line was the end of the record. */
  get isComplete(): boolean {
    const last = this.#lines.at(-1)
    return this.#lines.length > 1 && (last === this.#end || last === `${this.#end},`)
  }

  /** Whether it is too long to be a record. */
  get isTooLong(): boolean {
    return this.#lines.length > MOST_LINES || this.#characters > MOST_CHARACTERS
  }

  /** A record begins with a line that has only a brace. */
  static isStart(line: string): boolean {
    return /^\s*\{$/.test(line)
  }

  /** Whether another record begins here, although the current one has no end. */
  isAnotherStart(line: string): boolean {
    return PrettyRecord.isStart(line) && line.replace('{', '}') === this.#end
  }

  push(line: string): void {
    if (this.#lines.length === 0) this.#end = line.replace('{', '}')
    this.#lines.push(line)
    this.#characters += line.length
  }

  /** Removes the record and returns it, or null if it is not one, with its number of lines. */
  take(): {readonly lines: number; readonly record: RawRecord | null; readonly damaged: boolean} {
    const lines = this.#lines.length
    const text = this.#lines.join('\n').replace(/,$/, '')
    this.drop()
    const record = parseRecord(text)
    return record === null ? {damaged: true, lines, record: repairRecord(text)} : {damaged: false, lines, record}
  }

  drop(): number {
    const lines = this.#lines.length
    this.#lines = []
    this.#characters = 0
    return lines
  }
}
