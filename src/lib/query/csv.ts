// Results as CSV (RFC 4180). Text from a dump is made printable first, so no value has a line break.
import {printable} from '../printable.js'
import type {QueryValue, ResultColumn} from './engine.js'

export function csvHeader(columns: readonly ResultColumn[]): string {
  return csvLine(columns.map(({name}) => name))
}

/** NULL is an empty field; a list or a struct is JSON. */
export function csvLine(values: readonly QueryValue[]): string {
  return values.map(value => quoted(printable(textOf(value)))).join(',')
}

export function textOf(value: QueryValue): string {
  if (value === null) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function quoted(text: string): string {
  return /[",]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
