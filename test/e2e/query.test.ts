// heapdump:query as a process: queries typed in a terminal; a full disk, and Ctrl-C while it writes: nothing half is left.
import {execFile} from 'node:child_process'
import {mkdtemp, readdir, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {afterEach, beforeEach, expect, it} from 'vitest'
import {eventually} from '../support/eventually.js'
import {program, startPlugin} from '../support/run-plugin.js'
import {openTerminal} from '../support/terminal.js'

const dump = fileURLToPath(new URL('../fixtures/dumps/ruby-3.3-traced.json.gz', import.meta.url))

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heapdump-parquet-'))
})
afterEach(() => rm(folder, {recursive: true}))

it('says that the disk is full', async () => {
  const args = ['heapdump:query', '--no-cache', dump, 'SELECT * FROM objects', '--parquet', join(folder, 'all.parquet')]
  const {code, stderr} = await new Promise<{code: number; stderr: string}>(resolve => {
    // A limit on the size of files, as in disk-full.test.ts.
    const limited = `trap '' XFSZ; ulimit -f 40; exec "$@"`
    execFile('bash', ['-c', limited, 'limited', process.execPath, program, ...args], (error, _, text) =>
      resolve({code: Number(error?.code ?? 0), stderr: text}),
    )
  })
  expect(stderr).toContain('The disk is full.')
  expect(code).toBe(1)
  expect(await readdir(folder)).toEqual([])
})

it('stops at Ctrl-C while it writes', async () => {
  const sql = 'SELECT a.address, b.address AS other FROM objects a, objects b, objects c'
  const {child, ended} = startPlugin([
    'heapdump:query',
    '--no-cache',
    dump,
    sql,
    '--parquet',
    join(folder, 'big.parquet'),
  ])
  await eventually('it writes', async () => (await readdir(folder)).length === 1)
  child.kill('SIGINT')
  const {code, stderr} = await ended
  expect([code, stderr]).toEqual([130, expect.stringContaining('Stopped.')])
  expect(await readdir(folder)).toEqual([])
})

it('answers queries that are typed, completes names, and survives mistakes and Ctrl-C', async () => {
  const {NODE_ENV: _testRunners, ...env} = process.env
  const terminal = await openTerminal({cwd: folder, env: {...env, PATH: `${dirname(program)}:${env.PATH}`}})
  try {
    await terminal.shows(/^\$/)
    await terminal.type(`run.js heapdump:query --no-cache ${dump} --interactive; echo "exit $?"`)
    await terminal.shows(/^sql>/m)
    await terminal.type('SELECT count(*) AS many')
    await terminal.shows(/^ {2}->/m)
    await terminal.press('FROM classe')
    await terminal.press('Tab')
    await terminal.shows(/-> FROM classes$/m)
    await terminal.type(" WHERE class = 'Hash';")
    await terminal.shows(/^many\n +1\n/m)
    await terminal.press('Up')
    await terminal.shows(/sql> FROM classes WHERE class = 'Hash';$/m)
    await terminal.press('C-c')
    await terminal.type('SELECT nothing FROM objects;')
    await terminal.shows(/Referenced column "nothing" not found/)
    await terminal.type('SELECT sum(a.memsize % b.memsize + c.memsize) FROM objects a, objects b, objects c;')
    await eventually('it stops', async () => {
      await terminal.press('C-c')
      return /^Stopped\.$/m.test(await terminal.screen())
    })
    await terminal.type('quit;')
    await terminal.shows(/^exit 0$/m)
  } finally {
    await terminal.close()
  }
})
