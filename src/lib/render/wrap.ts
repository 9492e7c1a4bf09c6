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
    const {pieces, rest} = cutWord(word, width)
    lines.push(...pieces)
    line = rest
  }

  return [...lines, line]
}

/** A word in pieces of at most `width` columns; one character at least, however narrow it is. */
function cutWord(word: string, width: number): {readonly pieces: readonly string[]; readonly rest: string} {
  const pieces: string[] = []
  let rest = word
  while (!fits(rest, width)) {
    const [character = rest] = rest
    const piece = firstColumns(rest, width) || character
    pieces.push(piece)
    rest = rest.slice(piece.length)
  }

  return {pieces, rest}
}
