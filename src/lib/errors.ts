// Two kinds of failure exist. What a person can act on is a UserError: a sentence, a hint, an exit status. Anything else is a
// bug and keeps its stack.
import type {ErrorCode} from './error-codes.js'
import {printable} from './printable.js'

/** Exit status of what is done, but with something that a script should know. */
export const DONE_WITH_WARNING = 3
/** Exit status of what a person ended by Ctrl-C. */
export const INTERRUPTED = 130

type ExitStatus = 1 | 2 | typeof DONE_WITH_WARNING | typeof INTERRUPTED

export type UserErrorOptions = {
  readonly code: ErrorCode
  /** What to do about it: a line, or several. null is no line: a command that can't be proposed. */
  readonly hint?: string | null | ReadonlyArray<string | null> | undefined
  /** 1 it failed (default), 2 wrong use, or one of those above. */
  readonly exit?: ExitStatus
  readonly cause?: unknown
}

/** Its texts may hold foreign ones, which are made printable here: each line stays one. */
export class UserError extends Error {
  readonly code: ErrorCode
  readonly hint: string | null
  readonly exit: ExitStatus

  constructor(message: string, options: UserErrorOptions) {
    super(printable(message), {cause: options.cause})
    this.name = 'UserError'
    this.code = options.code
    const lines = [options.hint ?? null].flat().filter(line => line !== null)
    this.hint = lines.length === 0 ? null : lines.map(printable).join('\n')
    this.exit = options.exit ?? 1
  }
}

/** Of another error's hint, as `UserErrorOptions` take it. */
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
  ENOENT: 'there is no such file',
  ENOTDIR: 'a part of its path is no directory',
  ENXIO: 'it is a socket, or a device that is not there',
  EPERM: 'operation not permitted',
  EROFS: 'the file system is read-only',
}

/** What the system said of a file, in words; null for an error that is of no file (a connection that broke). */
export function fileProblem(error: unknown): string | null {
  const {code = '', message, path} = error as NodeJS.ErrnoException
  return FILE_PROBLEMS[code] ?? (path === undefined ? null : message)
}
