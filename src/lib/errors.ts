// Two kinds of failure exist. What a person can act on is a UserError: a sentence, a hint, an exit status. Anything else is a
// bug and keeps its stack.

export type UserErrorOptions = {
  /** Stable, for scripts: lower case with underscores. */
  readonly code: string
  /** What to do about it, one or more lines. */
  readonly hint?: string
  /** Exit status: 1 it failed (default), 2 wrong use, 3 done with a warning. */
  readonly exit?: 1 | 2 | 3
  readonly cause?: unknown
}

export class UserError extends Error {
  readonly code: string
  readonly hint: string | null
  readonly exit: 1 | 2 | 3

  constructor(message: string, options: UserErrorOptions) {
    super(message, {cause: options.cause})
    this.name = 'UserError'
    this.code = options.code
    this.hint = options.hint ?? null
    this.exit = options.exit ?? 1
  }
}
