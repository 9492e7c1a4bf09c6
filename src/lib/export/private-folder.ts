// Writes folders that only their owner can read, under a temporary name until they are complete.
import {mkdir, rename, rm, stat} from 'node:fs/promises'
import {dirname} from 'node:path'
import {UserError} from '../errors.js'
import {explainWriteError} from '../private-file.js'

/** Throws UserError `file_exists`. Call it before long work whose result goes to the folder. */
export async function refuseTakenFolder(folder: string, overwrite: boolean): Promise<void> {
  if (overwrite || (await stat(folder).catch(() => null)) === null) return
  throw new UserError(`${folder} already exists.`, {
    code: 'file_exists',
    exit: 2,
    hint: 'Choose another folder with --output, or overwrite this one with --force.',
  })
}

/**
 * Creates the folders above it, too. Throws UserError `file_exists`, `disk_full`, `not_writable`, or what `write`
 * throws, without leaving anything behind.
 */
export async function writePrivateFolder<Result>(
  folder: string,
  overwrite: boolean,
  write: (temporary: string) => Promise<Result>,
): Promise<Result> {
  await refuseTakenFolder(folder, overwrite)
  const temporary = `${folder}.part-${process.pid}`
  let made: string | undefined
  try {
    made = await mkdir(temporary, {mode: 0o700, recursive: true})
    // It is not ours to delete.
    if (made === undefined) throw new UserError(`${temporary} already exists.`, {code: 'file_exists', exit: 2})
    const result = await write(temporary)
    if (overwrite) await rm(folder, {force: true, recursive: true})
    await rename(temporary, folder)
    return result
  } catch (error) {
    // The first folder that did not exist. Why it failed matters more than a failure to clean up.
    if (made !== undefined) await rm(made, {force: true, recursive: true}).catch(() => {})
    throw explainWriteError(error, dirname(folder))
  }
}
