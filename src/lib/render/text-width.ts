// Measures and cuts text in terminal columns: a Chinese character takes two, a combining mark none. Text is made
// printable before it is measured or cut. Most text is ASCII and takes a fast path.
//
// Each code point is counted separately, as in terminals that draw an emoji and its colour, or the two halves of a
// flag, side by side. In terminals that draw them as one, a line comes out shorter than it could be, but never too
// long.
//
// V8's segmenter copies its whole input for each character that it finds, so it only ever gets a short piece.
import stringWidth from 'string-width'
import {printable} from '../printable.js'

/** Longer lines of prose are hard to read, and spread over a wide terminal. */
export const PROSE_WIDTH = 100

const ASCII = /^[ -~]*$/
const graphemes = new Intl.Segmenter('en', {granularity: 'grapheme'})

/** Most code units in one column: a letter of two and four marks of two each. */
const MOST_UNITS = 10
const PIECE_UNITS = 256

const widths = new Map<string, number>()

/** The width of one code point. */
function columnsOf(character: string): number {
  let columns = widths.get(character)
  if (columns === undefined) {
    columns = /\p{Regional_Indicator}/u.test(character) ? 2 : stringWidth(character)
    widths.set(character, columns)
  }

  return columns
}

/** The number of columns that a text takes. */
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
  // Ink measures like this, and cuts what it finds too wide (a keycap).
  return Math.max(columns, stringWidth(piece))
}

/** Whether a printable text fits. Long text is rejected without being measured. */
export function fits(line: string, width: number): boolean {
  return line.length <= MOST_UNITS * (width + 1) && widthOf(line) <= width
}

/** The first `count` code units, without splitting a surrogate pair. */
function firstUnits(text: string, count: number): string {
  return text.slice(0, count + ((text.codePointAt(count - 1) ?? 0) > 0xffff ? 1 : 0))
}

export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - widthOf(text))) + text
}

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)))
}

/** Cuts from the left, the least telling end of a path: `…/queries/issues_query.rb:11`. */
export function shortenLeft(text: string, width: number): string {
  const line = printable(text)
  return fits(line, width) ? line : width < 1 ? '' : `…${lastColumns(line, width - 1)}`
}

/** Cuts from the right: `SELECT "issues".* FRO…`. */
export function shortenRight(text: string, width: number): string {
  const line = printable(text)
  return fits(line, width) ? line : width < 1 ? '' : `${firstColumns(line, width - 1)}…`
}

/** As much of the beginning as fits into `width` columns, in whole characters. */
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
