// Text in lines: broken between words, without the blanks at the break. Ink's own wrapping keeps those at the next line's beginning.
import {printable} from '../printable.js'
import {firstColumns, fits, widthOf} from './text-width.js'

/** Lines of at most `width` columns; a longer word is cut. Never empty. */
export function wrapWords(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of printable(text).split(' ')) {
    if (line !== '' && widthOf(line) + 1 + widthOf(word) <= width) {
      line += ` ${word}`
      continue
    }

    if (line !== '') lines.push(line)
    const pieces = cutWord(word, width)
    lines.push(...pieces.slice(0, -1))
    line = pieces[pieces.length - 1]
  }

  return [...lines, line]
}

/** A word in pieces of at most `width` columns; one character at least, however narrow it is. */
function cutWord(word: string, width: number): string[] {
  const pieces: string[] = []
  let rest = word
  while (!fits(rest, width)) {
    const piece = firstColumns(rest, width) || [...rest][0]
    pieces.push(piece)
    rest = rest.slice(piece.length)
  }

  return [...pieces, rest]
}
