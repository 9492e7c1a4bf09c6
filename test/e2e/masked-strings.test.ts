// A secret in the memory of an app is in no output unless it is asked for.
import {execFile} from 'node:child_process'
import {mkdtemp, readdir, readFile, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {promisify} from 'node:util'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {cacheHome} from '../support/cache-home.js'
import {runPlugin} from '../support/run-plugin.js'

const SECRET = 'hunter2-correct-horse'
let directory = ''
let dump = ''

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'heapdump-secret-'))
  dump = join(directory, 'heap.json')
  await promisify(execFile)('ruby', [
    fileURLToPath(new URL('../support/ruby/dump-leak.rb', import.meta.url)),
    dump,
    SECRET,
  ])
})
afterAll(() => rm(directory, {force: true, recursive: true}))

/** The contents of all files below a directory. */
async function filesUnder(path: string): Promise<string[]> {
  const entries = await readdir(path, {recursive: true, withFileTypes: true})
  return Promise.all(
    entries.filter(entry => entry.isFile()).map(entry => readFile(join(entry.parentPath, entry.name), 'utf8')),
  )
}

describe('a secret in the memory of the app', () => {
  const parts = (secret: string) => [secret, 'hunter2', 'correct-horse']
  const analyze = (...args: readonly string[]) => runPlugin(['heapdump:analyze', dump, '--top', '500', ...args])

  it('is in the dump, and in a report with --show-values', async () => {
    expect(await readFile(dump, 'utf8')).toContain(SECRET)
    const html = join(directory, 'plain.html')
    const shown = await analyze('--html', html, '--show-values', '--format', 'markdown')
    expect(shown).toMatchObject({code: 0, stderr: expect.stringContaining('share it with care')})
    expect(await readFile(html, 'utf8')).toContain(SECRET)
    expect(shown.stdout).toMatch(/^## Heap dump: /)
    expect(shown.stdout).toContain(SECRET)
  })

  it('is nowhere else: page, Markdown, JSON except duplicate strings, screen, stderr, cache', async () => {
    const file = join(directory, 'masked.html')
    const [masked, json, verbose] = await Promise.all([
      analyze('--html', file, '--format', 'markdown', '--fail-on', 'low'),
      analyze('--format', 'json'),
      analyze('--verbose'),
    ])
    const {duplicateStrings, ...rest} = JSON.parse(json.stdout)
    expect(JSON.stringify(duplicateStrings)).toContain(SECRET)
    expect(verbose.stdout).toContain('Duplicate strings')
    const cached = await filesUnder(cacheHome)
    expect(cached.some(text => text.includes('duplicateStrings'))).toBe(true)
    const outputs = [
      await readFile(file, 'utf8'),
      masked.stdout,
      masked.stderr,
      JSON.stringify(rest),
      json.stderr,
      verbose.stdout,
      verbose.stderr,
      ...cached,
    ]
    for (const output of outputs) for (const part of parts(SECRET)) expect(output).not.toContain(part)
  })
})
