// Downloads a dump to a file: under a temporary name until it is complete and verified. A dump may contain every string of
// the app, so only its owner can read the file.
import {createHash} from 'node:crypto'
import {once} from 'node:events'
import {type FileHandle, stat} from 'node:fs/promises'
import {createGunzip} from 'node:zlib'
import {UserError} from '../errors.js'
import {type PrivateFileOptions, refuseTaken, writePrivateFile} from '../private-file.js'
import {ignoreProgress, type OnProgress} from '../progress.js'
import {writeFactsBeside} from './facts-beside.js'
import {writeMemoryBeside} from './memory-beside.js'
import type {OpenedDump, StoredDump, WritableStore} from './store.js'

export type SavedDump = {readonly file: string; readonly bytes: number; readonly sha256: string}

export type SaveOptions = {
  readonly overwrite: boolean
  readonly signal: AbortSignal
  readonly onProgress?: OnProgress
}

export function saveOptions(overwrite: boolean): PrivateFileOptions {
  return {
    existsHint: 'Choose another file with --output, or overwrite it with --force.',
    fullHint: 'To analyze the dump without saving it: heroku heapdump:analyze',
    overwrite,
  }
}

/**
 * Opens the dump once the file is open. Throws UserError `file_exists`, `disk_full`, `not_writable`,
 * `download_incomplete`, `interrupted`, without leaving anything behind.
 */
export async function saveDump(
  open: () => Promise<OpenedDump>,
  file: string,
  options: SaveOptions,
): Promise<SavedDump> {
  return {
    ...(await writePrivateFile(file, saveOptions(options.overwrite), async handle =>
      copy(await open(), handle, options),
    )),
    file,
  }
}

/** The file or directory of --output. Throws UserErrors of `refuseTaken` for a file. */
export async function resolveOutput(path: string, overwrite: boolean): Promise<{path: string; isDirectory: boolean}> {
  if ((await stat(path).catch(() => null))?.isDirectory()) return {isDirectory: true, path}
  await refuseTaken(path, saveOptions(overwrite))
  return {isDirectory: false, path}
}

/** Saves the facts and the memory record beside the dump. A failure is only a `problem`: the dump itself is complete. */
export async function saveFacts(
  file: string,
  app: string | null,
  {etag: _ofBucket, ...dump}: StoredDump,
  store: Pick<WritableStore, 'readFacts' | 'readMemory'>,
): Promise<{readonly file: string | null; readonly problem: string | null}> {
  try {
    const [facts, memory] = await Promise.all([store.readFacts(dump.key), store.readMemory(dump.key)])
    await writeMemoryBeside(file, memory)
    return {file: await writeFactsBeside(file, {app, dump, facts: facts ?? {}}), problem: null}
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return {file: null, problem: error.message}
  }
}

async function copy(
  dump: OpenedDump,
  handle: FileHandle,
  {signal, onProgress = ignoreProgress}: SaveOptions,
): Promise<Omit<SavedDump, 'file'>> {
  const sha256 = createHash('sha256')
  const md5 = createHash('md5')
  let bytes = 0
  let integrity: GzipCheck | null = null
  for await (const chunk of dump.stream) {
    if (signal.aborted) break
    if (bytes === 0 && chunk[0] === 0x1f && chunk[1] === 0x8b) integrity = new GzipCheck()
    await writeAll(handle, chunk)
    await integrity?.push(chunk)
    sha256.update(chunk)
    md5.update(chunk)
    bytes += chunk.length
    onProgress({done: bytes, phase: 'downloading', total: dump.storedBytes})
  }

  if (signal.aborted) throw new UserError('Stopped. Nothing was saved.', {code: 'interrupted'})
  const isComplete =
    bytes === dump.storedBytes &&
    (dump.md5 === null || md5.digest('hex') === dump.md5) &&
    ((await integrity?.end()) ?? true)
  if (!isComplete) {
    throw new UserError(`The download is damaged: ${bytes} of ${dump.storedBytes} bytes, or a wrong checksum.`, {
      code: 'download_incomplete',
      hint: 'Try again. If it happens again, the stored dump is damaged. To read what is readable: heroku heapdump:analyze',
    })
  }

  await handle.sync()
  return {bytes, sha256: sha256.digest('hex')}
}

async function writeAll(handle: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let at = 0; at < chunk.length;) {
    const {bytesWritten} = await handle.write(chunk, at)
    at += bytesWritten
  }
}

/** Verifies gzip's CRC by inflating during the download, because the ETag of a multipart upload is not a checksum. */
class GzipCheck {
  private readonly inflate = createGunzip()
    .on('error', () => (this.damaged = true))
    .resume()
  private damaged = false

  async push(chunk: Uint8Array): Promise<void> {
    if (this.damaged || this.inflate.write(Buffer.from(chunk))) return
    const settled = new AbortController()
    // Remove the listener of the other event: this runs for every chunk of a few kB.
    await Promise.race(
      ['drain', 'close'].map(event => once(this.inflate, event, {signal: settled.signal}).catch(() => null)),
    )
    settled.abort()
  }

  async end(): Promise<boolean> {
    if (this.damaged) return false
    const closed = once(this.inflate, 'close').catch(() => null)
    this.inflate.end()
    await closed
    return !this.damaged
  }
}
