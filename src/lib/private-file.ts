// Files that only their owner may read, written under a temporary name and renamed when they are whole.
import {access, constants, type FileHandle, link, open, rename, rm, stat} from 'node:fs/promises'
import {dirname} from 'node:path'
import {fileProblem, UserError} from './errors.js'

export type PrivateFileOptions = {
  /** Write over a file that is there. */
  readonly overwrite: boolean
  /** What to do when the file is there, or the disk is full. */
  readonly existsHint: string
  readonly fullHint?: string
}

/** Throws UserError `file_exists` or `not_writable`, before work is done whose result would have no place. */
export async function refuseTaken(file: string, options: PrivateFileOptions): Promise<void> {
  const found = await stat(file).catch(() => null)
  // A file takes the place of what is there: of a device or a directory it must not.
  if (found?.isDirectory()) throw notWritable(file, 'it is a directory')
  if (found !== null && !found.isFile()) throw notWritable(file, 'it is no regular file')
  if (found !== null && !options.overwrite) throw fileExists(file, options)

  await access(dirname(file), constants.W_OK).catch((error: unknown) => {
    throw explainWriteError(error, file, options)
  })
}

/** What `write` returns. Throws UserError `file_exists`, `disk_full`, `not_writable`, or what `write` throws; then nothing is left behind. */
export async function writePrivateFile<Result>(
  file: string,
  options: PrivateFileOptions,
  write: (handle: FileHandle) => Promise<Result>,
): Promise<Result> {
  await refuseTaken(file, options)
  const temporary = `${file}.part-${process.pid}`
  // What is there of that name is not ours to remove.
  const handle = await open(temporary, 'wx', 0o600).catch((error: unknown) => {
    throw explainWriteError(error, file, options)
  })
  try {
    const result = await write(handle).finally(() => handle.close())
    await (options.overwrite ? rename(temporary, file) : renameToFree(temporary, file, options))
    return result
  } catch (error) {
    // That it can not be removed says less than why it could not be written.
    await rm(temporary, {force: true}).catch(() => {})
    throw explainWriteError(error, file, options)
  }
}

/** A download takes minutes: in these another file may have taken the name. */
async function renameToFree(from: string, to: string, options: PrivateFileOptions): Promise<void> {
  try {
    await link(from, to)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw fileExists(to, options)
    // A file system without second names.
    return rename(from, to)
  }

  await rm(from)
}

function fileExists(file: string, {existsHint}: PrivateFileOptions): UserError {
  return new UserError(`${file} is there already.`, {code: 'file_exists', exit: 2, hint: existsHint})
}

function explainWriteError(error: unknown, file: string, {fullHint}: PrivateFileOptions): unknown {
  if (error instanceof UserError) return error
  const {code} = error as NodeJS.ErrnoException
  // EFBIG: a limit on the size of files (ulimit -f).
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG') {
    return new UserError(`The disk is full; nothing of ${file} was kept.`, {
      cause: error,
      code: 'disk_full',
      hint: fullHint,
    })
  }

  const problem = code === 'ENOENT' ? 'there is no such directory' : fileProblem(error)
  return problem === null ? error : notWritable(file, problem, error)
}

function notWritable(file: string, problem: string, cause?: unknown): UserError {
  return new UserError(`${file} can't be written: ${problem}.`, {cause, code: 'not_writable'})
}
