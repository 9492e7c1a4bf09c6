// Messages and exit codes for files that cannot be read or written. The files are real.
import {chmod, mkdir, mkdtemp, rm, symlink, writeFile} from 'node:fs/promises'
import {createServer, type Server} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it, vi} from 'vitest'
import HeapdumpAnalyze from '../../../src/commands/heapdump/analyze.js'
import HeapdumpDiff from '../../../src/commands/heapdump/diff.js'
import HeapdumpDownload from '../../../src/commands/heapdump/download.js'
import HeapdumpExplain from '../../../src/commands/heapdump/explain.js'
import HeapdumpList from '../../../src/commands/heapdump/list.js'
import HeapdumpSetup from '../../../src/commands/heapdump/setup.js'
import {openBucket, storedDump, type TestBucket} from '../../support/bucket.js'
import {dumpOf} from '../../support/dump-text.js'
import {startHerokuApi} from '../../support/heroku-api.js'
import {runCommand} from '../../support/run-command.js'
import {apiEnvironment, setEnvironment} from '../../support/settings.js'

const NOBODY = 65_534
const DUMP = dumpOf(
  {references: ['0x7f0000000000'], root: 'vm', type: 'ROOT'},
  {address: '0x7f0000000000', memsize: 40, type: 'OBJECT'},
)

let directory: string
let bucket: TestBucket
let api: Awaited<ReturnType<typeof startHerokuApi>>
let server: Server
let restore = () => {}
const at = (name: string) => join(directory, name)

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'heapdump-arguments-'))
  await chmod(directory, 0o755)
  bucket = await openBucket()
  await chmod(bucket.directory, 0o755)
  bucket.s3.seed(storedDump('20261124T081200Z-web.1-14-k3f9q2m8x1'))
  api = await startHerokuApi({name: 'shop', vars: bucket.vars})
  restore = setEnvironment(apiEnvironment(api))
  await writeFile(at('dump.json'), DUMP)
  await writeFile(at('mine'), DUMP, {mode: 0o000})
  await mkdir(at('directory'))
  await mkdir(at('closed'), {mode: 0o555})
  await mkdir(at('locked'), {mode: 0o000})
  await symlink('circle', at('circle'))
  server = createServer().listen(at('socket'))
  await vi.waitFor(() => expect(server.listening).toBe(true))
  // Load what the commands' libraries read from this user's home directory.
  await runCommand(HeapdumpAnalyze, [at('dump.json')])
})
afterAll(async () => {
  server.close()
  restore()
  await api.stop()
  await bucket.close()
  for (const name of ['locked', 'closed']) await chmod(at(name), 0o755)
  await rm(directory, {recursive: true})
})

/** Runs as a user other than root, who can read everything. */
async function asNobody<T>(act: () => Promise<T>): Promise<T> {
  if (process.geteuid!() !== 0) return act()
  process.seteuid!(NOBODY)
  try {
    return await act()
  } finally {
    process.seteuid!(0)
  }
}

const READERS = {
  analyze: (file: string) => runCommand(HeapdumpAnalyze, ['--json', '--', file]),
  diff: (file: string) => runCommand(HeapdumpDiff, ['--json', '--', at('dump.json'), file]),
  explain: (file: string) => runCommand(HeapdumpExplain, ['--json', '--', file, '0x7f0000000000']),
}
const SETTINGS = {
  '--bucket-env': (file: string) =>
    runCommand(HeapdumpSetup, ['--app', 'shop', '--json', '--dry-run', '--bucket-env', file]),
  '--env': (file: string) => runCommand(HeapdumpList, ['--json', '--env', file]),
}
const WRITERS = {
  '--html': (file: string) => runCommand(HeapdumpAnalyze, ['--json', '--html', file, at('dump.json')]),
  '--output': (file: string) => runCommand(HeapdumpDownload, ['--json', '--env', bucket.envFile, '--output', file]),
}

const WORDS = [
  ['EACCES', 'mine', 'permission denied'],
  ['EACCES on the way', 'locked/file', 'permission denied'],
  ['EISDIR', 'directory', 'it is a directory'],
  ['ELOOP', 'circle', 'too many symbolic links'],
  ['ENXIO', 'socket', 'it is a socket or a missing device'],
] as const

/** The code, the message and the exit status. */
async function said(run: () => ReturnType<typeof runCommand>) {
  const {code, stderr, stdout} = await asNobody(run)
  const {error} = JSON.parse(stdout) as {error: {code: string; message: string}}
  return {code: error.code, exit: code, message: error.message, stderr}
}

describe.each(Object.entries(READERS))('a dump for %s', (_, run) => {
  it.each(WORDS)('%s', async (_code, name, words) => {
    const file = at(name)
    expect(await said(() => run(file))).toEqual(
      name === 'directory'
        ? {code: 'not_a_dump', exit: 1, message: `${file} is a directory.`, stderr: ''}
        : {code: 'not_readable', exit: 1, message: `Cannot read ${file}: ${words}.`, stderr: ''},
    )
  })

  it('ENOENT', async () => {
    expect(await said(() => run(at('none')))).toMatchObject({
      code: 'no_app',
      exit: 2,
      message: expect.stringContaining(`There is no file ${at('none')}`),
    })
  })
})

describe.each(Object.entries(SETTINGS))('settings for %s', (_, run) => {
  it.each([...WORDS, ['ENOENT', 'none', 'no such file'] as const])('%s', async (_code, name, words) => {
    expect(await said(() => run(at(name)))).toEqual({
      code: 'no_env_file',
      exit: 2,
      message: `Cannot read ${at(name)}: ${words}.`,
      stderr: '',
    })
  })
})

it('rejects a directory for a report', async () => {
  expect(await said(() => WRITERS['--html'](at('directory')))).toMatchObject({
    code: 'not_writable',
    exit: 1,
    message: `Cannot write ${at('directory')}: it is a directory.`,
  })
})

describe.each(Object.entries(WRITERS))('a file for %s', (_, run) => {
  it.each([
    ['EACCES', 'closed/new', 'permission denied'],
    ['EACCES on the way', 'locked/new', 'permission denied'],
    ['ENXIO', 'socket', 'it is not a regular file'],
    ['ENOENT', 'none/new', 'no such directory'],
    ['ENOTDIR', 'dump.json/new', 'a part of its path is not a directory'],
    ['ENAMETOOLONG', 'x'.repeat(256), 'its name is too long'],
  ])('%s', async (_code, name, words) => {
    expect(await said(() => run(at(name)))).toMatchObject({
      code: 'not_writable',
      exit: 1,
      message: `Cannot write ${at(name)}: ${words}.`,
    })
  })
})
