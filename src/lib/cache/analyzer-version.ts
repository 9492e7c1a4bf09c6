// What a report depends on beside the dump: this plugin's version, and the very files of the analysis, for a developer's differ
// from one minute to the next.
import {createHash} from 'node:crypto'
import {readdir, stat} from 'node:fs/promises'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

const FOLDERS = ['analysis', 'dump', 'graph', 'heap', 'wasm']

export async function analyzerVersion(pluginVersion: string): Promise<string> {
  const lib = fileURLToPath(new URL('..', import.meta.url))
  const hash = createHash('sha256').update(pluginVersion)
  for (const folder of FOLDERS) {
    for (const name of (await readdir(join(lib, folder), {recursive: true})).toSorted()) {
      const {size, mtimeMs} = await stat(join(lib, folder, name))
      hash.update(`${folder}/${name} ${size} ${mtimeMs}\n`)
    }
  }

  return hash.digest('hex')
}
