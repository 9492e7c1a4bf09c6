// For commands that read keys or lines from a person.
import {UserError, type UserErrorOptions} from '../errors.js'
import {canRedraw} from '../render/terminal.js'

export type Keyboard = {
  readonly dumps: readonly string[]
  /** Why no dump can come from stdin. */
  readonly occupied: string
  /** Why it needs a terminal, and what to use without one. */
  readonly needed: string
  readonly otherwise: UserErrorOptions['hint']
}

/** Throws UserError `no_keyboard` or `no_terminal`. */
export function requireTerminal({dumps, needed, occupied, otherwise}: Keyboard): void {
  if (dumps.includes('-'))
    throw new UserError(occupied, {code: 'no_keyboard', exit: 2, hint: 'Save it to a file first.'})
  if (process.stdin.isTTY && canRedraw(process.stdout)) return
  throw new UserError(needed, {code: 'no_terminal', exit: 2, hint: otherwise})
}
