// A folder of cached files, of which the least recently used are deleted.
import {mkdir, readdir, rename, rm, stat} from 'node:fs/promises'
import {dirname, join} from 'node:path'

type Limits = {readonly mostBytes: number; readonly mostFiles: number}

/**
 * Puts a file into a folder, complete or not at all, and deletes the least recently used ones. `write` creates the file,
 * or returns false. A full disk, or a folder that is not ours, is not an error.
 */
export async function keepFile(path: string, limits: Limits, write: (path: string) => Promise<boolean>): Promise<void> {
  const temporary = `${path}.part-${process.pid}`
  try {
    await mkdir(dirname(path), {mode: 0o700, recursive: true})
    if (await write(temporary)) {
      await rename(temporary, path)
      await pruneFolder(dirname(path), limits)
    }
  } catch {
    // The next question reads the dump again.
  }

  await rm(temporary, {force: true}).catch(() => {})
}

async function pruneFolder(directory: string, {mostBytes, mostFiles}: Limits): Promise<void> {
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
