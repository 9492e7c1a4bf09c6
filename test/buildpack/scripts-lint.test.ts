// Our shell and Ruby scripts pass their linters.
import {readFile, readdir} from 'node:fs/promises'
import {join} from 'node:path'
import {expect, it} from 'vitest'
import {root, run} from '../support/buildpack.js'

/** The files below the folders for which `wanted` is true. */
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

it('shellcheck has no complaints about any script', async () => {
  const scripts = await filesBelow(['bin', 'buildpack'], (_, firstLine) =>
    /^#(!.*\b(ba)?sh$| shellcheck shell=)/.test(firstLine),
  )
  expect(scripts.length).toBeGreaterThanOrEqual(10)
  expect(await run('shellcheck', scripts)).toEqual(quiet)
})

it('Ruby and rubocop have no complaints about any file', async () => {
  // Without test/scenarios, where some files hold several programs.
  const rubyFolders = ['buildpack', 'bench', 'demo', 'test/support', 'test/agent', 'test/fixtures']
  const files = await filesBelow(rubyFolders, path => /\.(rb|ru)$/.test(path))
  expect(files.length).toBeGreaterThanOrEqual(60)
  // In one process: ruby -c checks only one file, so a line of Ruby compiles all of them.
  const compile = 'ARGV.each { |path| RubyVM::InstructionSequence.compile_file(path) }'
  expect(await run('ruby', ['-w', '-e', compile, ...files])).toEqual(quiet)
  expect(await run('rubocop', ['--format', 'emacs', '--cache', 'false', ...files])).toEqual(quiet)
})

it('Ruby 2.0 can parse the agent’s first file, which says that the agent needs a later Ruby', async () => {
  const parse = 'require "parser/ruby20"; Parser::Ruby20.parse_file(ARGV[0]); print "parsed"'
  const {code, stdout} = await run('ruby', ['-W0', '-e', parse, join(root, 'buildpack/agent/agent.rb')])
  expect({code, stdout}).toEqual({code: 0, stdout: 'parsed'})
})
