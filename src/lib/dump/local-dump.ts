// Dumps outside the bucket: a file, or standard input.
import {stat} from 'node:fs/promises'
import {fileProblem, UserError} from '../errors.js'
import type {Chunks} from './chunks.js'

export type LocalDump = {
  readonly source: string
  readonly bytes: {readonly path: string} | {readonly chunks: Chunks}
  /** null: standard input, or a pipe. */
  readonly storedBytes: number | null
}

/** The dump called `name`, if that is `-` or a file; null if there is no such file. */
export async function findLocalDump(name: string, stdin: Chunks): Promise<LocalDump | null> {
  if (name === '-') return {bytes: {chunks: stdin}, source: '-', storedBytes: null}
  const found = await stat(name).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR' || error.code === 'ENAMETOOLONG') return null
    throw explainReadError(name, error)
  })
  if (found === null) return null
  if (found.isDirectory())
    throw new UserError(`${name} is a directory.`, {code: 'not_a_dump', hint: 'Name a dump file in it.'})
  return {bytes: {path: name}, source: name, storedBytes: found.isFile() ? found.size : null}
}

/** Turns a system error on an unreadable file into a UserError; returns any other error as it is. */
export function explainReadError(path: string, error: unknown): unknown {
  const problem = error instanceof UserError ? null : fileProblem(error)
  return problem === null
    ? error
    : new UserError(`Cannot read ${path}: ${problem}.`, {cause: error, code: 'not_readable'})
}
