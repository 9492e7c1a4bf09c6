// Texts in columns of a terminal: a Chinese character takes two of them, a combining mark none. Whatever is measured or
// cut is made printable first. Most texts are ASCII, and cost nothing.
//
// Each code point counts by itself, as in terminals that draw an emoji and its colour, or the two halves of a flag, beside
// each other. Where they are drawn as one, a line is shorter than it might be; it is longer than the screen nowhere.
import stringWidth from 'string-width'
import {printable} from '../printable.js'

const ASCII = /^[ -~]*$/
const graphemes = new Intl.Segmenter('en', {granularity: 'grapheme'})

const widths = new Map<string, number>()

/** Of one code point. */
function columnsOf(character: string): number {
  let columns = widths.get(character)
  if (columns === undefined) {
    columns = /\p{Regional_Indicator}/u.test(character) ? 2 : stringWidth(character)
    widths.set(character, columns)
  }

  return columns
}

/** Columns that a text takes. */
export function widthOf(text: string): number {
  if (ASCII.test(text)) return text.length
  const line = printable(text)
  let columns = 0
  for (const character of line) columns += columnsOf(character)
  // Ink's measure, which cuts what it takes for too wide (a keycap).
  return Math.max(columns, stringWidth(line))
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
    columns += widthOf(segment)
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
    columns += widthOf(segment)
    if (columns > width) break
    start = index
  }

  return text.slice(start)
}
