// Bytes of a file, read in chunks.
import {readSync} from 'node:fs'
import {type FileHandle, open} from 'node:fs/promises'
import {explainReadError} from './local-dump.js'

export type Chunks = AsyncIterable<Uint8Array>

const CHUNK_BYTES = 1 << 18

/** The bytes of a file. Each chunk is valid until the next one is requested. */
export class FileChunks implements AsyncIterableIterator<Uint8Array> {
  readonly #path: string
  readonly #own = new Uint8Array(CHUNK_BYTES)
  #file: FileHandle | null = null
  #isFile = false
  #ended = false

  constructor(path: string) {
    this.#path = path
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  /**
   * Whether the file is open and `readInto` may be used. A worker may block on a disk, but not on a pipe, because
   * nothing could stop it.
   */
  get canReadInto(): boolean {
    return this.#isFile
  }

  /** Reads the next bytes into `buffer`, synchronously. Returns their number; 0 at the end. */
  readInto(buffer: Uint8Array): number {
    try {
      return readSync(this.#file!.fd, buffer)
    } catch (error) {
      throw explainReadError(this.#path, error)
    }
  }

  async next(): Promise<IteratorResult<Uint8Array>> {
    if (this.#ended) return {done: true, value: undefined}
    try {
      this.#file ??= await this.#open()
      const bytesRead = this.#isFile ? this.readInto(this.#own) : (await this.#file.read(this.#own)).bytesRead
      return bytesRead === 0 ? await this.return() : {done: false, value: this.#own.subarray(0, bytesRead)}
    } catch (error) {
      // After an error, the caller does not request anything else.
      await this.return()
      throw explainReadError(this.#path, error)
    }
  }

  async return(): Promise<IteratorReturnResult<undefined>> {
    this.#ended = true
    await this.#file?.close()
    return {done: true, value: undefined}
  }

  async #open(): Promise<FileHandle> {
    const file = await open(this.#path)
    this.#isFile = (await file.stat()).isFile()
    return file
  }
}
