// One record printed a member a line, as `jq .` does; in an array after `jq -s`, so that it is indented and followed by a comma.
import {parseRecord, repairRecord} from './repair.js'
import type {RawRecord} from './record.js'

export class PrettyRecord {
  #lines: string[] = []
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
  }

  /** Forgets the record; returns it, null if it is none, and how many lines it had. */
  take(): {readonly lines: number; readonly record: RawRecord | null; readonly damaged: boolean} {
    const lines = this.#lines.length
    const text = this.#lines.join('\n').replace(/,$/, '')
    this.#lines = []
    const record = parseRecord(text)
    return record === null ? {damaged: true, lines, record: repairRecord(text)} : {damaged: false, lines, record}
  }

  drop(): number {
    const lines = this.#lines.length
    this.#lines = []
    return lines
  }
}
