// Writes the result of a query to a Parquet file that only its owner can read, complete or not at all.
import {stat} from 'node:fs/promises'
import {UserError} from '../errors.js'
import {type PrivateFileOptions, refuseTaken, writePrivateFile} from '../private-file.js'
import {formatBytes} from '../units.js'
import type {QuerySession} from './query-session.js'

export type ParquetFile = {readonly parquet?: string | undefined; readonly force: boolean}

function fileOptions(overwrite: boolean): PrivateFileOptions {
  return {existsHint: 'Name another file, or overwrite this one with --force.', overwrite}
}

/** Throws UserError `file_exists` or `not_writable` if the file could not be written, `wrong_use` for stdout. */
export async function refuseTakenParquet({parquet = '', force}: ParquetFile): Promise<void> {
  if (parquet === '-') {
    throw new UserError('--parquet writes a file, not stdout.', {
      code: 'wrong_use',
      exit: 2,
      hint: 'Name a file. --csv and --json write to stdout.',
    })
  }

  await refuseTaken(parquet, fileOptions(force))
}

/** Returns a line that reports what was written. Throws the UserErrors of SQL and of writePrivateFile. */
export async function writeParquet(
  {parquet = '', force}: ParquetFile,
  session: QuerySession,
  sql: string,
): Promise<string> {
  // The engine writes the file itself, over the empty one.
  await writePrivateFile(parquet, fileOptions(force), (_, temporary) => session.writeParquet(sql, temporary))
  return `Wrote ${parquet} (${formatBytes((await stat(parquet)).size)}).`
}
