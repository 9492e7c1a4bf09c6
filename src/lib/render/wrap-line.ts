// Wraps a line of prose for a terminal, which would break it within words. It counts characters, not columns: what
// measures columns costs start-up time in every command, and a name in Chinese is only broken later by the terminal.
import {printable} from '../printable.js'
import {joinUnits, NO_BREAK_SPACE} from '../units.js'

const LEAST_COLUMNS = 10
const COMMAND = /(?:^|\s)(?:\S*heroku|\S+\/run\.js|git|aws) [a-z-]/

/** A line with a command stays whole: terminals copy a line that they break themselves as one. */
export function wrapLine(text: string, width: number): readonly string[] {
  const line = printable(text)
  if ([...line].length <= width || COMMAND.test(line)) return [line]
  const [indent = ''] = /^ */.exec(line) ?? []
  const room = Math.max(LEAST_COLUMNS, width - indent.length)
  // As many characters as fit before a blank, else a word that fits on no line.
  const pieces = joinUnits(line.trim()).match(new RegExp(String.raw`\S.{0,${room - 1}}(?= |$)|\S+`, 'gu')) ?? []
  return pieces.map(piece => indent + piece.trimEnd().replaceAll(NO_BREAK_SPACE, ' '))
}
