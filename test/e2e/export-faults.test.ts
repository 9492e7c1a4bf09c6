// What can stop an export of a fresh dump: a full disk, a missing folder, Ctrl-C. Nothing half is left.
import {execFile} from 'node:child_process'
import {mkdir, mkdtemp, readdir, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {promisify} from 'node:util'
import {afterAll, beforeAll, beforeEach, describe, expect, it} from 'vitest'
import {eventually} from '../support/eventually.js'
import {program, runPlugin, startPlugin} from '../support/run-plugin.js'

let directory = ''
let dump = ''
let output = ''

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'heapdump-export-'))
  dump = join(directory, 'heap.json')
  output = join(directory, 'out')
  const script = fileURLToPath(new URL('../support/ruby/dump-leak.rb', import.meta.url))
  await promisify(execFile)('ruby', [script, dump, 'hunter2-correct-horse'])
})
afterAll(() => rm(directory, {force: true, recursive: true}))
beforeEach(async () => {
  await rm(output, {force: true, recursive: true})
  await mkdir(output)
})

const FORMATS = ['heapsnapshot', 'pprof', 'folded', 'parquet']
const argsFor = (format: string) => ['heapdump:export', dump, '--format', format, '-o', output, '--json']

describe.each(FORMATS)('%s', format => {
  it('says that the disk is full', async () => {
    // A limit on the file size fails a write like a full disk, and does not need permission to mount one.
    const {code, stdout} = await new Promise<{code: number; stdout: string}>(resolve => {
      execFile(
        'bash',
        [
          '-c',
          `trap '' XFSZ; ulimit -f 4; exec "$@"`,
          'limited',
          process.execPath,
          program,
          ...argsFor(format),
          '--no-cache',
        ],
        (error, text) => resolve({code: Number(error?.code ?? 0), stdout: text}),
      )
    })
    expect(JSON.parse(stdout).error).toMatchObject({
      code: 'disk_full',
      message: expect.stringMatching(/^The disk is full\. \S+ was not saved\.$/),
    })
    expect(code).toBe(1)
    expect(await readdir(output)).toEqual([])
  })
})

it('says that a folder does not exist, before it reads the dump', async () => {
  const args = ['heapdump:export', '/dev/null', '--format', 'folded', '-o', join(output, 'no/heap.folded'), '--json']
  const {code, stdout} = await runPlugin(args)
  expect(JSON.parse(stdout).error).toMatchObject({code: 'not_writable'})
  expect(code).toBe(1)
})

it.each(['heapsnapshot', 'parquet'])('%s stops at Ctrl-C', async format => {
  const {child, ended} = startPlugin(argsFor(format).filter(arg => arg !== '--json'))
  // Parquet files are below app=…/release=….
  const names = () => readdir(output, {recursive: true})
  await eventually('it writes', async () => (await names()).some(name => /\.part-\d+(?:\/.*\.parquet)?$/.test(name)))
  child.kill('SIGINT')
  const {code, stderr, stdout} = await ended
  expect(stderr).toContain('Stopped. Nothing was saved.')
  expect([code, stdout]).toEqual([130, ''])
  expect(await readdir(output)).toEqual([])
})
