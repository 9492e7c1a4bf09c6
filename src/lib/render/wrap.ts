// Wraps text between words and drops the blank at the break. Ink would keep it at the beginning of the next line.
import {printable} from '../printable.js'
import {joinUnits, NO_BREAK_SPACE} from '../units.js'
import {firstColumns, fits, widthOf} from './text-width.js'

/** Lines of at most `width` columns, at least one. Longer words are split; a number and its unit are not. */
export function wrapWords(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of joinUnits(printable(text)).split(' ')) {
    if (line !== '' && widthOf(line) + 1 + widthOf(word) <= width) {
      line += ` ${word}`
      continue
    }

    if (line !== '') lines.push(line)
    const {pieces, rest} = cutWord(word, width)
    lines.push(...pieces)
    line = rest
  }

  return [...lines, line].map(one => one.replaceAll(NO_BREAK_SPACE, ' '))
}

/** Splits a word into pieces of at most `width` columns, each at least one character. */
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
