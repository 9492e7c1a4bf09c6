// The argument that names a directory.
import {stat} from 'node:fs/promises'
import {Args} from '@oclif/core'
import {UserError} from '../errors.js'

/** Throws UserError `wrong_use` unless it exists. */
export const directoryArg = Args.custom<string>({
  ignoreStdin: true,
  async parse(path) {
    const found = await stat(path).catch(() => null)
    if (found?.isDirectory()) return path
    throw new UserError(`There is no directory ${path}.`, {code: 'wrong_use', exit: 2})
  },
})
