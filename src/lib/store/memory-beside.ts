// The memory record of a dump: packed in the bucket, as plain JSON in a file beside a download. Anyone may have written
// it, so it is limited, and damaged ones are ignored.
import {readFile, rm, stat} from 'node:fs/promises'
import {promisify} from 'node:util'
import {gunzip} from 'node:zlib'
import {writePrivateFile} from '../private-file.js'

/** The agent's records have less than 100 kB, and less than 1 MB unpacked. */
export const STORED_RECORD_BYTES = 256 << 10
const RECORD_BYTES = 4 << 20

export function memoryPath(file: string): string {
  return `${file.replace(/\.json(?:\.gz)?$/, '')}.memory.json`
}

/** null: damaged, or too long. */
export async function unpackRecord(packed: Buffer): Promise<string | null> {
  try {
    return (await promisify(gunzip)(packed, {maxOutputLength: RECORD_BYTES})).toString()
  } catch {
    return null
  }
}

/** null: none, or not readable. */
export async function readMemoryBeside(file: string): Promise<string | null> {
  try {
    const path = memoryPath(file)
    const {size} = await stat(path)
    return size > RECORD_BYTES ? null : await readFile(path, 'utf8')
  } catch {
    return null
  }
}

/** Replaces the record of an earlier download; null removes it. Throws UserErrors of `writePrivateFile`. */
export async function writeMemoryBeside(file: string, text: string | null): Promise<void> {
  const path = memoryPath(file)
  if (text === null) await rm(path, {force: true})
  else await writePrivateFile(path, {existsHint: '', overwrite: true}, handle => handle.writeFile(text))
}
