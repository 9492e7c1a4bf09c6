// One record printed a member a line, as `jq .` does; in an array after `jq -s`, so that it is indented and followed by a comma.
import {parseRecord, repairRecord} from './repair.js'
import type {RawRecord} from './record.js'

/** An Array of a million elements has as many lines. */
const MOST_LINES = 1 << 22
const MOST_CHARACTERS = 1 << 28

export class PrettyRecord {
  #lines: string[] = []
  #characters = 0
  #end = '}'

  /** Of the record that has begun; 0 where none has. */
  get lines(): number {
    return this.#lines.length
  }

  /** Whether the last line pushed was its end. */
  get isComplete(): boolean {
    const last = this.#lines.at(-1)
    return this.#lines.length > 1 && (last === this.#end || last === `${this.#end},`)
  }

  /** Whether no record is that long. */
  get isTooLong(): boolean {
    return this.#lines.length > MOST_LINES || this.#characters > MOST_CHARACTERS
  }

  /** A record begins with a brace alone in its line. */
  static isStart(line: string): boolean {
    return /^\s*\{$/.test(line)
  }

  /** Whether a record begins here although the one before it had no end. */
  isAnotherStart(line: string): boolean {
    return PrettyRecord.isStart(line) && line.replace('{', '}') === this.#end
  }

  push(line: string): void {
    if (this.#lines.length === 0) this.#end = line.replace('{', '}')
    this.#lines.push(line)
    this.#characters += line.length
  }

  /** Forgets the record; returns it, null if it is none, and how many lines it had. */
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
