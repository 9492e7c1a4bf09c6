// What the `duckdb` program prints with -json. Its versions differ in which numbers are texts, so the column's type
// decides.
import type {QueryValue} from './engine.js'
import {addressOrNumber, isoTime} from './plain-value.js'
import {ADDRESS} from './sql-text.js'

export type AnswerRow = Readonly<Record<string, QueryValue>>

export function parseAnswer(text: string): readonly AnswerRow[] {
  if (text.trim() === '') return []
  try {
    return JSON.parse(text) as AnswerRow[]
  } catch {
    // JSON has no such numbers, but the program prints them.
    return JSON.parse(text.replaceAll(/(?<=[:,[])(-?Infinity|-?inf|NaN|nan)(?=[,}\]])/g, '"$1"')) as AnswerRow[]
  }
}

export function valueOfText(value: QueryValue, type: string): QueryValue {
  if (value === null || typeof value === 'boolean' || typeof value === 'object') return value
  if (type === ADDRESS) return addressOrNumber(BigInt(value))
  if (typeof value === 'number') return value
  if (type.startsWith('TIMESTAMP')) return isoTime(value)
  if (!/^(?:[A-Z]*INT|DOUBLE|FLOAT|DECIMAL.*)$/.test(type)) return value
  const number = Number(value)
  return Number.isFinite(number) && Number.isSafeInteger(Math.trunc(number)) ? number : value
}
