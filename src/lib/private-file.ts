// Writes files that only their owner can read, under a temporary name until they are complete.
import {access, constants, type FileHandle, link, open, rename, rm, stat} from 'node:fs/promises'
import {dirname} from 'node:path'
import {fileProblem, UserError} from './errors.js'

export type PrivateFileOptions = {
  /** Overwrite an existing file. */
  readonly overwrite: boolean
  /** What to do if the file exists, or the disk is full. */
  readonly existsHint: string
  readonly fullHint?: string
}

/** Throws UserError `file_exists` or `not_writable`. Call it before long work whose result goes to the file. */
export async function refuseTaken(file: string, options: PrivateFileOptions): Promise<void> {
  const found = await stat(file).catch(() => null)
  // The file is renamed over what exists, which must not be a device or a directory.
  if (found?.isDirectory()) throw notWritable(file, 'it is a directory')
  if (found !== null && !found.isFile()) throw notWritable(file, 'it is not a regular file')
  if (found !== null && !options.overwrite) throw fileExists(file, options)

  await access(dirname(file), constants.W_OK).catch((error: unknown) => {
    throw explainWriteError(error, file, options)
  })
}

/** The name of a file until it is complete. */
export function temporaryOf(file: string): string {
  return `${file}.part-${process.pid}`
}

/**
 * Returns the result of `write`. Throws UserError `file_exists`, `disk_full`, `not_writable`, or what `write` throws,
 * without leaving anything behind.
 */
export async function writePrivateFile<Result>(
  file: string,
  options: PrivateFileOptions,
  write: (handle: FileHandle, temporary: string) => Promise<Result>,
): Promise<Result> {
  await refuseTaken(file, options)
  const temporary = temporaryOf(file)
  // Fails if the temporary file exists, because it is not ours to delete.
  const handle = await open(temporary, 'wx', 0o600).catch((error: unknown) => {
    throw explainWriteError(error, file, options)
  })
  try {
    const result = await write(handle, temporary).finally(() => handle.close())
    await (options.overwrite ? rename(temporary, file) : renameToFree(temporary, file, options))
    return result
  } catch (error) {
    // Why the write failed matters more than a failure to clean up.
    await rm(temporary, {force: true}).catch(() => {})
    throw explainWriteError(error, file, options)
  }
}

/** A download takes minutes, in which another file may have taken the name. */
async function renameToFree(from: string, to: string, options: PrivateFileOptions): Promise<void> {
  try {
    await link(from, to)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw fileExists(to, options)
    // The file system has no hard links.
    return rename(from, to)
  }

  await rm(from)
}

function fileExists(file: string, {existsHint}: PrivateFileOptions): UserError {
  return new UserError(`${file} already exists.`, {code: 'file_exists', exit: 2, hint: existsHint})
}

/** An error of the file system as UserError `disk_full` or `not_writable`; any other error as it is. */
export function explainWriteError(
  error: unknown,
  file: string,
  {fullHint}: Pick<PrivateFileOptions, 'fullHint'> = {},
): unknown {
  if (error instanceof UserError) return error
  const {code} = error as NodeJS.ErrnoException
  // EFBIG: a limit on the size of files (ulimit -f).
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG') {
    return new UserError(`The disk is full. ${file} was not saved.`, {
      cause: error,
      code: 'disk_full',
      hint: fullHint,
    })
  }

  const problem = code === 'ENOENT' ? 'no such directory' : fileProblem(error)
  return problem === null ? error : notWritable(file, problem, error)
}

function notWritable(file: string, problem: string, cause?: unknown): UserError {
  return new UserError(`Cannot write ${file}: ${problem}.`, {cause, code: 'not_writable'})
}
