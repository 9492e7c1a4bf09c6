// Texts in columns of a terminal: a Chinese character takes two of them, a combining mark none. Whatever is measured or
// cut is made printable first. Most texts are ASCII, and cost nothing.
import stringWidth from 'string-width'
import {printable} from '../printable.js'

const ASCII = /^[ -~]*$/
const graphemes = new Intl.Segmenter('en', {granularity: 'grapheme'})

/** Columns that a text takes. */
export function widthOf(text: string): number {
  return ASCII.test(text) ? text.length : stringWidth(printable(text))
}

export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - widthOf(text))) + text
}

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)))
}

/** Cut from the left, where a path says least: `…/queries/issues_query.rb:11`. */
export function shortenLeft(text: string, width: number): string {
  const line = printable(text)
  return widthOf(line) <= width ? line : width < 1 ? '' : `…${lastColumns(line, width - 1)}`
}

/** Cut from the right: `SELECT "issues".* FRO…`. */
export function shortenRight(text: string, width: number): string {
  const line = printable(text)
  return widthOf(line) <= width ? line : width < 1 ? '' : `${firstColumns(line, width - 1)}…`
}

/** As much of the beginning as so many columns have room for; no character is cut in two. */
export function firstColumns(text: string, width: number): string {
  if (ASCII.test(text)) return text.slice(0, Math.max(0, width))
  let end = 0
  let columns = 0
  for (const {segment, index} of graphemes.segment(text)) {
    columns += stringWidth(segment)
    if (columns > width) break
    end = index + segment.length
  }

  return text.slice(0, end)
}

function lastColumns(text: string, width: number): string {
  if (ASCII.test(text)) return width <= 0 ? '' : text.slice(-width)
  const segments = [...graphemes.segment(text)]
  let start = text.length
  let columns = 0
  for (const {segment, index} of segments.toReversed()) {
    columns += stringWidth(segment)
    if (columns > width) break
    start = index
  }

  return text.slice(start)
}
