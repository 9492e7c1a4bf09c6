// Files that only their owner may read, written under a temporary name and renamed when they are whole.
import {access, type FileHandle, open, rename, rm} from 'node:fs/promises'
import {UserError} from './errors.js'

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
  const exists = await access(file).then(
    () => true,
    () => false,
  )
  if (exists) throw new UserError(`${file} is there already.`, {code: 'file_exists', exit: 2, hint: existsHint})
}

/** What `write` returns. Throws UserError `file_exists`, `disk_full`, `not_writable`, or what `write` throws; then nothing is left behind. */
export async function writePrivateFile<Result>(file: string, options: PrivateFileOptions, write: (handle: FileHandle) => Promise<Result>): Promise<Result> {
  await refuseExisting(file, options)
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

function explainWriteError(error: unknown, file: string, {fullHint}: PrivateFileOptions): unknown {
  const {code, message} = error as NodeJS.ErrnoException
  if (error instanceof UserError) return error
  // EFBIG: a limit on the size of files (ulimit -f).
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG') {
    return new UserError(`The disk is full; nothing of ${file} was kept.`, {cause: error, code: 'disk_full', hint: fullHint})
  }

  if (code && ['EACCES', 'EISDIR', 'ENOENT', 'ENOTDIR', 'EPERM', 'EROFS', 'EIO', 'ENAMETOOLONG'].includes(code)) {
    return new UserError(`${file} can't be written: ${message}.`, {cause: error, code: 'not_writable'})
  }

  return error
}
