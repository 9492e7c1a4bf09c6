// Opening a dump again: commands read its report and its heap from the CLI's cache directory.
import {execFile} from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {promisify} from 'node:util'
import {afterEach, beforeEach, expect, it} from 'vitest'
import {program} from '../support/run-plugin.js'

const fixture = fileURLToPath(new URL('../fixtures/dumps/ruby-4.0-traced.json.gz', import.meta.url))

let directory: string
let dump: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'heapdump-cache-'))
  dump = join(directory, 'heap.json.gz')
  copyFileSync(fixture, dump)
})
afterEach(() => rmSync(directory, {recursive: true}))

async function run(...args: readonly string[]): Promise<{readonly stdout: string; readonly stderr: string}> {
  const env = {...process.env, XDG_CACHE_HOME: join(directory, 'cache')}
  return promisify(execFile)(process.execPath, [program, ...args], {env, maxBuffer: 1 << 26})
}

async function analyze(...args: readonly string[]): Promise<string> {
  return (await run('heapdump:analyze', ...args)).stdout
}

function cached(folder: 'heapdump-heaps' | 'heapdump-reports'): string[] {
  const cache = join(directory, 'cache')
  if (!existsSync(cache)) return []
  return readdirSync(cache, {recursive: true, withFileTypes: true})
    .filter(entry => entry.isFile() && entry.parentPath.endsWith(folder))
    .map(entry => join(entry.parentPath, entry.name))
}

const cachedReports = () => cached('heapdump-reports')

it('reads the report from the cache, but not with --no-cache, and not after --clear-cache', async () => {
  const first = await analyze(dump)
  const [report, ...others] = cachedReports()
  expect(others).toEqual([])
  expect(statSync(report).mode & 0o777).toBe(0o600)
  expect(await analyze(dump)).toBe(first)

  // Shows the modified report, which proves that the dump was not read again.
  expect(first).toContain('8,508 objects')
  writeFileSync(report, readFileSync(report, 'utf8').replace(/("totals":\{[^}]*"aliveObjects":)\d+/, '$1987654'))
  expect(await analyze(dump)).toContain('988k objects')
  expect(await analyze(dump, '--no-cache')).toBe(first)

  expect(await analyze('--clear-cache')).toBe('Deleted 1 cached report and 1 cached heap.\n')
  expect(cachedReports()).toEqual([])
  expect(await analyze(dump)).toBe(first)
})

it('explains from the kept heap; only string contents come from the dump, which it says', async () => {
  await analyze(dump)
  const [heap] = cached('heapdump-heaps')
  expect(statSync(heap).mode & 0o777).toBe(0o600)
  const kept = await run('heapdump:explain', dump, 'Hash')
  expect(kept.stderr).toBe('')
  expect(kept.stdout).toBe((await run('heapdump:explain', dump, 'Hash', '--no-cache')).stdout)
  // A kept heap that cannot be read is replaced, which proves that it was read before.
  writeFileSync(heap, 'damaged')
  expect((await run('heapdump:explain', dump, 'Hash')).stdout).toBe(kept.stdout)
  expect(statSync(heap).size).toBeGreaterThan(10_000)
  const values = await run('heapdump:explain', dump, 'Hash', '--show-values')
  expect(values.stderr).toBe('Reading the dump itself: the cache has no string contents.\n')
})

it('caches nothing that contains strings', async () => {
  const before = JSON.parse(await analyze(dump, '--json')) as {duplicateStrings: unknown[]}
  expect(before.duplicateStrings.length).toBeGreaterThan(0)
  await analyze(dump, '--show-values', '--verbose')
  expect(cachedReports()).toEqual([])
})

it('caches nothing with --no-cache, or from stdin', async () => {
  await analyze(dump, '--no-cache')
  const env = {...process.env, XDG_CACHE_HOME: join(directory, 'cache')}
  const piped = await promisify(execFile)(
    'bash',
    ['-c', 'cat "$1" | "$2" "$3" heapdump:analyze -', 'piped', dump, process.execPath, program],
    {env, maxBuffer: 1 << 26},
  )
  expect(piped.stdout).toContain('8,508 objects')
  expect([...cachedReports(), ...cached('heapdump-heaps')]).toEqual([])
})
