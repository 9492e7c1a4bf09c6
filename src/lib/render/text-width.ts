// Texts in columns of a terminal: a Chinese character takes two of them, a combining mark none. Whatever is measured or
// cut is made printable first. Most texts are ASCII, and cost nothing.
//
// Each code point counts by itself, as in terminals that draw an emoji and its colour, or the two halves of a flag, beside
// each other. Where they are drawn as one, a line is shorter than it might be; it is longer than the screen nowhere.
//
// V8's segmenter copies its whole text for each character that it finds: of a long text only a piece is ever given to it.
import stringWidth from 'string-width'
import {printable} from '../printable.js'

const ASCII = /^[ -~]*$/
const graphemes = new Intl.Segmenter('en', {granularity: 'grapheme'})

/** Code units of a column: a letter of two, and four marks of two. */
const MOST_UNITS = 10
const PIECE_UNITS = 256

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
  for (let at = 0; at < line.length;) {
    const piece = firstUnits(line.slice(at, at + PIECE_UNITS + 1), PIECE_UNITS)
    columns += widthOfPiece(piece)
    at += piece.length
  }

  return columns
}

function widthOfPiece(piece: string): number {
  let columns = 0
  for (const character of piece) columns += columnsOf(character)
  // Ink's measure, which cuts what it takes for too wide (a keycap).
  return Math.max(columns, stringWidth(piece))
}

/** Whether a printable text fits; of a long one that is known at once. */
export function fits(line: string, width: number): boolean {
  return line.length <= MOST_UNITS * (width + 1) && widthOf(line) <= width
}

/** No half of a character. */
function firstUnits(text: string, count: number): string {
  return text.slice(0, count + ((text.codePointAt(count - 1) ?? 0) > 0xffff ? 1 : 0))
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
  return fits(line, width) ? line : width < 1 ? '' : `…${lastColumns(line, width - 1)}`
}

/** Cut from the right: `SELECT "issues".* FRO…`. */
export function shortenRight(text: string, width: number): string {
  const line = printable(text)
  return fits(line, width) ? line : width < 1 ? '' : `${firstColumns(line, width - 1)}…`
}

/** As much of the beginning as so many columns have room for; no character is cut in two. */
export function firstColumns(text: string, width: number): string {
  if (ASCII.test(text)) return text.slice(0, Math.max(0, width))
  let end = 0
  let columns = 0
  for (const {segment, index} of graphemes.segment(text.slice(0, MOST_UNITS * (width + 1)))) {
    columns += widthOf(segment)
    if (columns > width) break
    end = index + segment.length
  }

  return text.slice(0, end)
}

function lastColumns(text: string, width: number): string {
  if (ASCII.test(text)) return width <= 0 ? '' : text.slice(-width)
  const from = Math.max(0, text.length - MOST_UNITS * (width + 1))
  const segments = [...graphemes.segment(text.slice(from))]
  let start = text.length
  let columns = 0
  for (const {segment, index} of segments.toReversed()) {
    columns += widthOf(segment)
    if (columns > width) break
    start = from + index
  }

  return text.slice(start)
}
