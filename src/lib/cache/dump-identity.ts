// What tells one dump from another without reading it: for a file its place, times and ends (writing to it moves its ctime, which nobody
// can set back), for a dump of a bucket its key and ETag. null: it can't be told, so nothing is remembered of it.
import {createHash} from 'node:crypto'
import {open, stat} from 'node:fs/promises'
import type {StoredDump} from '../store/store.js'

const END_BYTES = 1 << 16

export async function fileIdentity(path: string): Promise<string | null> {
  // Who opens a pipe and lets go of it again has taken what comes through it.
  const found = await stat(path, {bigint: true}).catch(() => null)
  const file = found?.isFile() ? await open(path).catch(() => null) : null
  if (found === null || file === null) return null
  try {
    const {dev, ino, size, mtimeNs, ctimeNs} = found
    const hash = createHash('sha256')
    const ends = Buffer.alloc(END_BYTES)
    for (const position of [0, Math.max(0, Number(size) - END_BYTES)]) {
      const {bytesRead} = await file.read(ends, 0, END_BYTES, position)
      hash.update(ends.subarray(0, bytesRead))
    }

    return `file ${dev} ${ino} ${size} ${mtimeNs} ${ctimeNs} ${hash.digest('hex')}`
  } catch {
    return null
  } finally {
    await file.close()
  }
}

/** `place`: what tells the bucket, so that two of them are not taken for one. */
export function storedIdentity(
  {key, etag, storedBytes, memoryBytes, complete}: StoredDump,
  place: readonly string[],
): string | null {
  return complete && etag !== undefined
    ? `stored ${JSON.stringify([place, key, etag, storedBytes, memoryBytes])}`
    : null
}
