// A folder of cached files, of which the least recently used are deleted.
import {readdir, rm, stat} from 'node:fs/promises'
import {join} from 'node:path'

type Limits = {readonly mostBytes: number; readonly mostFiles: number}

/** Deletes the least recently used files. */
export async function pruneFolder(directory: string, {mostBytes, mostFiles}: Limits): Promise<void> {
  const names = await readdir(directory)
  const files = await Promise.all(
    names.map(async name => {
      const path = join(directory, name)
      // Another process may have just renamed or deleted it.
      const found = await stat(path).catch(() => null)
      return found === null ? [] : [{mtimeMs: found.mtimeMs, path, size: found.size}]
    }),
  )
  let bytes = 0
  for (const [rank, {path, size}] of files
    .flat()
    .toSorted((a, b) => b.mtimeMs - a.mtimeMs)
    .entries()) {
    bytes += size
    if (rank >= mostFiles || bytes > mostBytes) await rm(path, {force: true})
  }
}

/** Deletes a folder. Returns the number of its files with this ending. */
export async function clearFolder(directory: string, ending: string): Promise<number> {
  const names = await readdir(directory).catch(() => [])
  await rm(directory, {force: true, recursive: true})
  return names.filter(name => name.endsWith(ending)).length
}
