// There are two kinds of failure: a UserError (message, hint, exit status) is something a person can act on. Anything else
// is a bug and keeps its stack.
import type {ErrorCode} from './error-codes.js'
import {printable} from './printable.js'

/** Exit status of success with a warning for scripts. */
export const DONE_WITH_WARNING = 3
/** Exit status after Ctrl-C. */
export const INTERRUPTED = 130

type ExitStatus = 1 | 2 | typeof DONE_WITH_WARNING | typeof INTERRUPTED

export type UserErrorOptions = {
  readonly code: ErrorCode
  /** What to do, in one or more lines. null lines, from commands that cannot be proposed, are left out. */
  readonly hint?: string | null | ReadonlyArray<string | null> | undefined
  /** 1: failure (default), 2: wrong usage, or one of those above. */
  readonly exit?: ExitStatus
  /** What happened is what the user wanted, so it is told as a statement. By default after Ctrl-C only. */
  readonly wanted?: boolean
  readonly cause?: unknown
}

/** Makes its texts printable, because they may contain foreign text: each line stays one line. */
export class UserError extends Error {
  readonly code: ErrorCode
  readonly hint: string | null
  readonly exit: ExitStatus
  readonly isWanted: boolean

  constructor(message: string, options: UserErrorOptions) {
    super(printable(message), {cause: options.cause})
    this.name = 'UserError'
    this.code = options.code
    const lines = [options.hint ?? null].flat().filter(line => line !== null)
    this.hint = lines.length === 0 ? null : lines.map(printable).join('\n')
    this.exit = options.exit ?? 1
    this.isWanted = options.wanted ?? this.exit === INTERRUPTED
  }
}

/** The lines of another error's hint, for `UserErrorOptions`. */
export function hintLines(hint: string | null): readonly string[] {
  return hint === null ? [] : hint.split('\n')
}

const FILE_PROBLEMS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EIO: 'input/output error',
  EISDIR: 'it is a directory',
  ELOOP: 'too many symbolic links',
  EMFILE: 'too many open files',
  ENAMETOOLONG: 'its name is too long',
  ENOENT: 'no such file',
  ENOTDIR: 'a part of its path is not a directory',
  ENXIO: 'it is a socket or a missing device',
  EPERM: 'operation not permitted',
  EROFS: 'the file system is read-only',
}

/** An error of the file system in words; null: another kind of error, such as a broken connection. */
export function fileProblem(error: unknown): string | null {
  const {code = '', message, path} = error as NodeJS.ErrnoException
  return FILE_PROBLEMS[code] ?? (path === undefined ? null : message)
}
