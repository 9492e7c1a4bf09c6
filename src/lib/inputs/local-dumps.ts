// The dump files of a folder, and what the facts beside a download say of them.
import {open, readdir, stat} from 'node:fs/promises'
import {join} from 'node:path'
import {constants, gunzipSync} from 'node:zlib'
import {explainReadError} from '../dump/local-dump.js'
import {isGzip} from '../dump/gunzip.js'
import {readFactsBeside} from '../store/facts-beside.js'
import type {StoredDump} from '../store/store.js'

export type DumpFile = {
  /** As commands take it. */
  readonly path: string
  readonly storedBytes: number
  /** null: no facts beside it. */
  readonly facts: StoredDump | null
}

/** A folder may be a home directory. */
const MOST_FILES = 500
/** Enough for the first record. Ruby's dumps inflate to 20 times their size. */
const FIRST_BYTES = 4096
const MOST_INFLATED = 1 << 20
const RECORD = /^\s*\{\s*"(?:address|references|root|type)"\s*:/

/** Newest file first. Throws UserError `not_readable`. */
export async function listDumpFiles(folder: string): Promise<readonly DumpFile[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw explainReadError(folder, error)
  })
  const likely = names.filter(name => /\.(?:json|jsonl|ndjson|heap|dump)(?:\.gz)?$/.test(name)).slice(0, MOST_FILES)
  const files = await Promise.all(
    likely.map(async name => {
      const path = folder === '.' ? name : join(folder, name)
      const found = await stat(path).catch(() => null)
      return found?.isFile() && (await isDump(path)) ? {changedMs: found.mtimeMs, path, storedBytes: found.size} : null
    }),
  )
  const newest = files.filter(file => file !== null).toSorted((a, b) => b.changedMs - a.changedMs)
  return Promise.all(
    newest.map(async ({path, storedBytes}) => ({
      facts: (await readFactsBeside(path, storedBytes))?.dump ?? null,
      path,
      storedBytes,
    })),
  )
}

/** Whether it begins like a heap dump. */
async function isDump(path: string): Promise<boolean> {
  try {
    const file = await open(path)
    try {
      const {buffer, bytesRead} = await file.read(Buffer.alloc(FIRST_BYTES))
      const bytes = buffer.subarray(0, bytesRead)
      const text = isGzip(bytes)
        ? gunzipSync(bytes, {finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: MOST_INFLATED})
        : bytes
      return RECORD.test(text.toString('latin1', 0, 200))
    } finally {
      await file.close()
    }
  } catch {
    return false
  }
}
