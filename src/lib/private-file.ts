// Files that only their owner may read, written under a temporary name and renamed when they are whole.
import {access, type FileHandle, open, rename, rm, stat} from 'node:fs/promises'
import {fileProblem, UserError} from './errors.js'

export type PrivateFileOptions = {
  /** Write over a file that is there. */
  readonly overwrite: boolean
  /** What to do when the file is there, or the disk is full. */
  readonly existsHint: string
  readonly fullHint?: string
}

/** Throws UserError `file_exists`, before work is done whose result would have no place. */
export async function refuseExisting(file: string, {overwrite, existsHint}: PrivateFileOptions): Promise<void> {
  if (overwrite) return
  if (await access(file).then(() => true, () => false)) throw new UserError(`${file} is there already.`, {code: 'file_exists', exit: 2, hint: existsHint})
}

/** What `write` returns. Throws UserError `file_exists`, `disk_full`, `not_writable`, or what `write` throws; then nothing is left behind. */
export async function writePrivateFile<Result>(file: string, options: PrivateFileOptions, write: (handle: FileHandle) => Promise<Result>): Promise<Result> {
  await refuseExisting(file, options)
  await refuseSpecial(file)
  const temporary = `${file}.part-${process.pid}`
  try {
    const handle = await open(temporary, 'wx', 0o600)
    const result = await write(handle).finally(() => handle.close())
    await rename(temporary, file)
    return result
  } catch (error) {
    await rm(temporary, {force: true})
    throw explainWriteError(error, file, options)
  }
}

/** A file takes the place of what is there: of a device or a directory it must not. */
async function refuseSpecial(file: string): Promise<void> {
  const found = await stat(file).catch(() => null)
  if (found !== null && !found.isFile()) throw new UserError(`${file} can't be written: ${found.isDirectory() ? 'it is a directory' : 'it is no regular file'}.`, {code: 'not_writable'})
}

function explainWriteError(error: unknown, file: string, {fullHint}: PrivateFileOptions): unknown {
  if (error instanceof UserError) return error
  const {code} = error as NodeJS.ErrnoException
  // EFBIG: a limit on the size of files (ulimit -f).
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG') {
    return new UserError(`The disk is full; nothing of ${file} was kept.`, {cause: error, code: 'disk_full', hint: fullHint})
  }

  const problem = fileProblem(error)
  return problem === null ? error : new UserError(`${file} can't be written: ${problem}.`, {cause: error, code: 'not_writable'})
}
