import {readFile, readdir} from 'node:fs/promises'
import {join} from 'node:path'
import {expect, it} from 'vitest'
import {root, run} from '../support/buildpack.js'

async function shellScripts(): Promise<string[]> {
  const scripts: string[] = []
  for (const folder of ['bin', 'buildpack']) {
    for (const entry of await readdir(join(root, folder), {recursive: true, withFileTypes: true})) {
      const path = join(entry.parentPath, entry.name)
      if (entry.isFile() && /^#(!.*\b(ba)?sh$| shellcheck shell=)/m.test((await readFile(path, 'utf8')).split('\n')[0]))
        scripts.push(path)
    }
  }

  return scripts
}

it('shellcheck has nothing to say about any script', async () => {
  const scripts = await shellScripts()
  expect(scripts.length).toBeGreaterThanOrEqual(10)
  expect(await run('shellcheck', scripts)).toEqual({code: 0, stderr: '', stdout: ''})
})
