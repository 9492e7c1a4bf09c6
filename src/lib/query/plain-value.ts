// Values of DuckDB's library as JSON has them.
import type {DuckDBType, DuckDBValue} from '@duckdb/node-api'
import type {QueryValue} from './engine.js'
import {ADDRESS} from './sql-text.js'

/** Of processes on x86-64 and ARM. */
const ADDRESS_BITS = 48n

/** Numbers beyond 2^53 and those that JSON lacks become texts. Times are ISO 8601; without a zone they are UTC. */
export function plainValue(value: DuckDBValue, type: DuckDBType): QueryValue {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  if (typeof value === 'bigint') {
    if (type.toString() === ADDRESS) return addressOrNumber(value)
    return plainNumber(String(value))
  }

  if ('items' in value) {
    const {valueType = type} = type as {readonly valueType?: DuckDBType}
    return value.items.map(item => plainValue(item, valueType))
  }

  const name = type.toString()
  if (name.startsWith('DECIMAL')) return plainNumber(value.toString())
  if (name.startsWith('TIMESTAMP')) return isoTime(value.toString())
  return value.toString()
}

/**
 * A value of the type of addresses. `hash` has the same type, but nearly all of its values are larger than any address: 1
 * in 65,536 is not.
 */
export function addressOrNumber(value: bigint): string {
  return value < 1n << ADDRESS_BITS ? `0x${value.toString(16)}` : String(value)
}

function plainNumber(text: string): number | string {
  const number = Number(text)
  return Number.isSafeInteger(Math.trunc(number)) ? number : text
}

/** `2026-03-01 14:05:00` → `2026-03-01T14:05:00Z` */
export function isoTime(text: string): string {
  return /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?$/.test(text) ? `${text.replace(' ', 'T')}Z` : text
}
