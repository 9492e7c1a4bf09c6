// Columns of chunks, from functions of an object's index.
import type {Values} from './table.js'

/** The indexes of a chunk: from `from` up to `to`. */
export type Range = {readonly from: number; readonly to: number}

type NumberOf = (index: number) => number
type TestOf = (index: number) => boolean

/** 64-bit integers. A BigInt per value would take ten times as long, so the two words are written. */
export function bigints({from, to}: Range, numberOf: NumberOf, isKnown: TestOf | null = null): Values {
  const values = new BigInt64Array(to - from)
  const words = new Int32Array(values.buffer)
  const valid = isKnown && new Uint8Array(to - from)
  for (let index = from, at = 0; index < to; index++, at += 2) {
    if (valid !== null && isKnown !== null) {
      if (!isKnown(index)) continue
      valid[index - from] = 1
    }

    const value = numberOf(index)
    // Int32Array takes the low 32 bits of any whole number.
    words[at] = value
    words[at + 1] = Math.floor(value / 2 ** 32)
  }

  return {valid, values}
}

export function integers({from, to}: Range, numberOf: NumberOf, isKnown: TestOf | null = null): Values {
  const values = new Int32Array(to - from)
  const valid = isKnown && new Uint8Array(to - from)
  for (let index = from; index < to; index++) {
    if (valid !== null && isKnown !== null) {
      if (!isKnown(index)) continue
      valid[index - from] = 1
    }

    values[index - from] = numberOf(index)
  }

  return {valid, values}
}

/** Positions in the column's texts; negative ones are NULL. */
export function codes({from, to}: Range, codeOf: NumberOf): Values {
  const values = new Int32Array(to - from)
  const valid = new Uint8Array(to - from)
  for (let index = from; index < to; index++) {
    const code = codeOf(index)
    if (code < 0) continue
    values[index - from] = code
    valid[index - from] = 1
  }

  return {valid, values}
}

export function booleans({from, to}: Range, isTrue: TestOf): Values {
  const values = new Uint8Array(to - from)
  for (let index = from; index < to; index++) values[index - from] = isTrue(index) ? 1 : 0
  return {valid: null, values}
}

/** Distinct texts with codes in the order of first use, for columns whose texts are made from others. */
export class Texts {
  readonly all: string[] = []
  readonly #codes = new Map<string, number>()

  codeOf(text: string): number {
    let code = this.#codes.get(text)
    if (code === undefined) this.#codes.set(text, (code = this.all.push(text) - 1))
    return code
  }

  /** -1: unknown. */
  find(text: string): number {
    return this.#codes.get(text) ?? -1
  }
}
