// The identity of a dump, found without reading all of it. For a file: its inode, times and both ends (a write changes its
// ctime, which cannot be set back). For a stored dump: its key and ETag. null: it has none, so it is not cached.
import {createHash} from 'node:crypto'
import {open, stat} from 'node:fs/promises'
import type {StoredDump} from '../store/store.js'

const END_BYTES = 1 << 16

/** `beside`: paths of files that may tell more about the dump. */
export async function fileIdentity(path: string, beside: readonly string[] = []): Promise<string | null> {
  // Only regular files: opening and closing a pipe would lose its contents.
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

    const others = await Promise.all(beside.map(stateOf))
    return [`file ${dev} ${ino} ${size} ${mtimeNs} ${ctimeNs} ${hash.digest('hex')}`, ...others].join(' ')
  } catch {
    return null
  } finally {
    await file.close()
  }
}

/** `-`: there is no such file. */
async function stateOf(path: string): Promise<string> {
  const found = await stat(path, {bigint: true}).catch(() => null)
  return found === null ? '-' : [found.ino, found.size, found.mtimeNs, found.ctimeNs].join('/')
}

/** `place` identifies the bucket: two buckets may have the same keys. */
export function storedIdentity(
  {key, etag, storedBytes, memoryBytes, complete}: StoredDump,
  place: readonly string[],
): string | null {
  return complete && etag !== undefined
    ? `stored ${JSON.stringify([place, key, etag, storedBytes, memoryBytes])}`
    : null
}
