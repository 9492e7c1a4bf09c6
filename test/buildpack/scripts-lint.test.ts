// What the linters of shell and Ruby say of our scripts: nothing.
import {readFile, readdir} from 'node:fs/promises'
import {join} from 'node:path'
import {expect, it} from 'vitest'
import {root, run} from '../support/buildpack.js'

/** Files below the folders whose path or first line is as asked for. */
async function filesBelow(
  folders: readonly string[],
  wanted: (path: string, firstLine: string) => boolean,
): Promise<string[]> {
  const paths: string[] = []
  for (const folder of folders) {
    for (const entry of await readdir(join(root, folder), {recursive: true, withFileTypes: true})) {
      const path = join(entry.parentPath, entry.name)
      if (entry.isFile() && wanted(path, (await readFile(path, 'utf8')).split('\n')[0])) paths.push(path)
    }
  }

  return paths
}

const quiet = {code: 0, stderr: '', stdout: ''}

it('shellcheck has nothing to say about any script', async () => {
  const scripts = await filesBelow(['bin', 'buildpack'], (_, firstLine) =>
    /^#(!.*\b(ba)?sh$| shellcheck shell=)/.test(firstLine),
  )
  expect(scripts.length).toBeGreaterThanOrEqual(10)
  expect(await run('shellcheck', scripts)).toEqual(quiet)
})

it('Ruby warns of nothing, and rubocop finds no fault', async () => {
  // Not those of test/scenarios, some of which are several files in one.
  const rubyFolders = ['buildpack', 'bench', 'demo', 'test/support', 'test/agent', 'test/fixtures']
  const files = await filesBelow(rubyFolders, path => /\.(rb|ru)$/.test(path))
  expect(files.length).toBeGreaterThanOrEqual(60)
  // One process: -c reads no more than one file, so the files are compiled by a line of Ruby.
  const compile = 'ARGV.each { |path| RubyVM::InstructionSequence.compile_file(path) }'
  expect(await run('ruby', ['-w', '-e', compile, ...files])).toEqual(quiet)
  expect(await run('rubocop', ['--format', 'emacs', '--cache', 'false', ...files])).toEqual(quiet)
})
