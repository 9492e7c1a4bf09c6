// Heaps of analyzed dumps (analysis/session/heap-file.ts), so that another question about a dump does not read it again.
// Without string contents. The files are few, private (0600), and deleted by `heapdump:analyze --clear-cache`. A cache
// that cannot be read or written is not an error: the dump is read again.
import {createHash} from 'node:crypto'
import {stat, utimes} from 'node:fs/promises'
import {join} from 'node:path'
import type {HeapFile} from '../analysis/session/heap-file.js'
import {clearFolder, keepFile} from './folder.js'

/** A fifth to a tenth of the dumps' size: docs/configuration.md states it. */
export const MOST_HEAP_BYTES = 500e6
const MOST_HEAPS = 50

export class HeapCache {
  /** `directory` may not exist yet. It must not contain other files. */
  constructor(
    private readonly directory: string,
    private readonly version: string,
  ) {}

  /** The file of a dump; null: none. It may still be unusable. */
  async find(identity: string): Promise<HeapFile | null> {
    const file = this.fileOf(identity)
    const found = await stat(file.path).catch(() => null)
    if (!found?.isFile()) return null
    const now = new Date()
    await utimes(file.path, now, now).catch(() => {})
    return file
  }

  /** `write`: creates the file with at most that many bytes; false if it does not. */
  async keep(identity: string, write: (file: HeapFile, mostBytes: number) => Promise<boolean>): Promise<void> {
    const file = this.fileOf(identity)
    const limits = {mostBytes: MOST_HEAP_BYTES, mostFiles: MOST_HEAPS}
    await keepFile(file.path, limits, path => write({...file, path}, MOST_HEAP_BYTES))
  }

  /** Deletes all heaps. Returns their number. */
  clear(): Promise<number> {
    return clearFolder(this.directory, '.heap')
  }

  private fileOf(identity: string): HeapFile {
    const key = createHash('sha256')
      .update(JSON.stringify([this.version, identity]))
      .digest('hex')
    return {key, path: join(this.directory, `${key}.heap`)}
  }
}
