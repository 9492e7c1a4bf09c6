// heapdump:mcp without an app: dump files on this machine, which anyone may have written.
import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import HeapdumpMcp from '../../../src/commands/heapdump/mcp.js'
import HeapdumpQuery from '../../../src/commands/heapdump/query.js'
import {realDump} from '../../support/bucket.js'
import {foreignIn, hostileDump, SHELL, UNPRINTABLE} from '../../support/hostile.js'
import {type McpClient, openMcp, START_MS} from '../../support/mcp-client.js'
import {runCommand} from '../../support/run-command.js'
import {runPlugin} from '../../support/run-plugin.js'

const hostile = hostileDump([...UNPRINTABLE, ...SHELL, 'x'.repeat(3000)])
let directory: string
let mcp: McpClient

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'heapdump-mcp-'))
  await Promise.all([
    writeFile(join(directory, 'real.json.gz'), realDump),
    writeFile(join(directory, 'package.json'), '{"name": "shop"}'),
    writeFile(join(directory, 'empty.json'), ''),
    mkdir(join(directory, 'folder.json')),
    mkdir(join(directory, 'evil')),
  ])
  await writeFile(join(directory, 'evil/before.json'), hostileDump([...UNPRINTABLE, ...SHELL], {count: 200}).text)
  await writeFile(join(directory, 'evil/after.json'), hostile.text)
  mcp = await openMcp({cwd: directory})
}, START_MS)
afterAll(async () => {
  await mcp?.close()
  await rm(directory, {force: true, recursive: true})
})

describe('heapdump:mcp without an app', () => {
  it('lists the dumps of a folder, and reads them', async () => {
    expect((await mcp.call('list')).document).toEqual({
      dumps: [{path: 'real.json.gz', storedBytes: realDump.length}],
      folder: '.',
      total: 1,
    })
    const {document} = await mcp.call('analyze', {dump: 'real.json.gz'})
    expect(document).toMatchObject({dump: 'real.json.gz', traced: true, verdict: {sentences: expect.any(Array)}})
    expect((await mcp.call('list', {folder: 'evil'})).document.total).toBe(2)
    expect((await mcp.call('list', {folder: 'nowhere'})).document.error).toMatchObject({code: 'not_readable'})
  })

  it('says what is missing for the rest', async () => {
    for (const [name, args] of [
      ['analyze', {}],
      ['diff', {}],
      ['trend', {}],
      ['status', {}],
      ['trigger', {confirm: true}],
    ] as const)
      expect((await mcp.call(name, args)).document.error, name).toMatchObject({
        code: 'no_app',
        hint: expect.stringContaining('add --app NAME or --env FILE to its command'),
      })
    expect((await mcp.call('analyze', {dump: 'reall.json.gz'})).document.error.message).toBe(
      'There is no file reall.json.gz. To look for the dump in a bucket, name an app.',
    )
  })

  it('cleans and shortens what a hostile dump names its objects', async () => {
    const dump = 'evil/after.json'
    const answers = [
      await mcp.call('analyze', {dump, top: 50}),
      await mcp.call('analyze', {dump, section: 'sites', top: 50}),
      await mcp.call('analyze', {dump, section: 'classes', top: 50}),
      await mcp.call('analyze', {dump, section: 'paths'}),
      await mcp.call('explain', {dump, top: 50, what: hostile.addresses.hash}),
      await mcp.call('explain', {dump, top: 50, what: hostile.addresses.object}),
      await mcp.call('diff', {dumps: ['evil/before.json', dump], top: 50}),
      await mcp.call('query', {dumps: [dump], sql: 'SELECT class, name, file, method FROM objects', top: 50}),
      await mcp.call('query', {dumps: [dump], sql: `SELECT 1 AS "${UNPRINTABLE[0]}" FROM classes`}),
      await mcp.call('explain', {dump, what: `${UNPRINTABLE[0]}Klas`}),
    ]
    const isError = answers.map(answer => answer.isError)
    expect(isError).toEqual([...Array.from({length: 9}, () => false), true])
    for (const {document, text} of answers) {
      expect(text.length).toBeLessThan(17_000)
      expect(foreignIn(text)).toEqual([])
      expect(stringsIn(document).flatMap(foreignIn)).toEqual([])
    }
    expect(answers[0].text).toContain(String.raw`Evil::Klass\\x1b[31mRED`)
    expect(mcp.faults).toEqual([])
  })

  it('answers SQL and questions by name, in pages, without contents of strings or their hashes', async () => {
    const real = join(directory, 'real.json.gz')
    const ask = async (given: object) => (await mcp.call('query', {dumps: [real], ...given})).document
    const rowsOf = async (...args: string[]) =>
      JSON.parse((await runCommand(HeapdumpQuery, [real, ...args, '--json'])).stdout).rows as ReadonlyArray<
        Record<string, unknown>
      >
    const page = await ask({question: 'closures', top: 5})
    const next = await ask({cursor: page.nextCursor, question: 'closures', top: 5})
    const known = (await rowsOf('--question', 'closures')).map(({closures, retained}) => [closures, retained])
    expect([...page.rows, ...next.rows].map(row => [row.closures, row.retained])).toEqual(known.slice(0, 10))
    expect(page).toMatchObject({columns: expect.arrayContaining(['retained']), dumps: [real]})

    const duplicates =
      'SELECT count(*) AS strings, count(text) AS texts, max(value_hash) < 1000000 AS numbers FROM strings'
    const [masked] = (await ask({sql: duplicates})).rows
    expect(masked).toEqual({numbers: true, strings: expect.any(Number), texts: 0})
    const [row] = await rowsOf('--question', 'duplicate-strings')
    expect((await ask({question: 'duplicate-strings', top: 1})).rows[0]).toMatchObject({
      ...row,
      owner: expect.any(String),
    })

    for (const [code, given] of [
      ['query_wrong', {sql: 'SELECT nothing FROM objects'}],
      ['query_forbidden', {sql: "SELECT * FROM read_text('/etc/passwd')"}],
      ['query_forbidden', {sql: 'DROP VIEW objects'}],
      ['query_forbidden', {sql: "SELECT * FROM enable_logging(storage='stdout')"}],
      ['query_wrong', {sql: ''}],
      ['query_wrong', {sql: 'SELECT range(3000000) AS l'}],
      ['wrong_use', {question: 'referrers'}],
      ['wrong_use', {}],
    ] as const)
      expect((await ask(given)).error, JSON.stringify(given)).toMatchObject({code})
  })

  it('ends with its input, and prints nothing of its own', async () => {
    expect(await runPlugin(['heapdump:mcp'])).toEqual({code: 0, stderr: '', stdout: ''})
  })

  it('says how to configure it to a person who types it', async () => {
    const before = process.stdin.isTTY
    process.stdin.isTTY = true
    try {
      const {code, stderr, stdout} = await runCommand(HeapdumpMcp, [])
      expect({code, stdout}).toEqual({code: 2, stdout: ''})
      expect(stderr).toMatch(/configuration \(docs\/mcp\.md\): heroku heapdump:mcp --app NAME\n$/)
    } finally {
      process.stdin.isTTY = before
    }
  })
})

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, one]) => [key, ...stringsIn(one)])
}
