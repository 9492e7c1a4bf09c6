// heapdump:query on real dumps: each question that ships, compared with the report; output, and wrong input.
import {mkdtemp, readdir, readFile, rm, stat, symlink, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import HeapdumpDiff, {type DiffResult} from '../../../src/commands/heapdump/diff.js'
import HeapdumpQuery from '../../../src/commands/heapdump/query.js'
import {explainObject} from '../../../src/lib/analysis/explain/explain-object.js'
import {report} from '../../../src/lib/analysis/report/report.js'
import {readSubject} from '../../../src/lib/analysis/session/read-subject.js'
import type {QueryAnswer} from '../../../src/lib/cli/query-output.js'
import {FileChunks} from '../../../src/lib/dump/chunks.js'
import {ignoreProgress} from '../../../src/lib/progress.js'
import {NAMED_QUESTIONS} from '../../../src/lib/query/named-questions.js'
import {heapOf} from '../../support/heaps.js'
import {runCommand} from '../../support/run-command.js'
import {sum, tableRows} from '../../support/table-rows.js'

const fixture = (name: string) => fileURLToPath(new URL(`../../fixtures/dumps/${name}.json.gz`, import.meta.url))
const traced = fixture('ruby-3.3-traced')

const query = (...args: string[]) => runCommand(HeapdumpQuery, ['--no-cache', ...args])

async function rowsOf(...args: string[]): Promise<QueryAnswer['rows']> {
  const {code, stderr, stdout} = await query(...args, '--json')
  if (code !== 0) throw new Error(stdout + stderr)
  return (JSON.parse(stdout) as QueryAnswer).rows
}

async function failure(...args: string[]) {
  const {code, stdout} = await query(...args, '--json')
  return {exit: code, ...(JSON.parse(stdout) as {error: {code: string; hint: string; message: string}}).error}
}

async function subjectOf(path: string) {
  return readSubject({source: path, storedBytes: null}, new FileChunks(path), {onProgress: ignoreProgress})
}

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'query-'))
})
afterEach(() => rm(folder, {recursive: true}))

describe.each(['ruby-2.7-owners', 'ruby-3.3-traced'])('the questions about %s', name => {
  const path = fixture(name)
  const ask = (question: string, ...args: string[]) => rowsOf(path, '--question', question, ...args)

  it('have the numbers of the report', async () => {
    const subject = await subjectOf(path)
    const all = report(subject, {top: 0})
    const live = report(subject, {aliveOnly: true, top: 0})
    expect(await ask('generations')).toEqual(live.survivors.map(row => ({dump: path, ...row})))
    expect((await ask('gems')).map(({gem, memsize, objects}) => [gem, objects, memsize])).toEqual(
      live.gems.map(row => [row.name, row.aliveObjects, row.aliveMemsize]),
    )
    expect((await ask('dominators')).slice(0, 20).map(({address, retained}) => [address, retained])).toEqual(
      all.dominators.slice(0, 20).map(row => [row.address, row.retainedSize]),
    )
    const empty = await ask('empty-collections')
    expect(sum(empty, 'objects')).toBe(all.collections.emptyObjects)
    expect(empty.map(({class: className, line, memsize}) => [className, line, memsize]).toSorted()).toEqual(
      all.collections.empty.map(row => [row.className, row.site?.line ?? null, row.memsize]).toSorted(),
    )
    expect((await ask('threads')).map(({address, retained}) => [address, retained])).toEqual(
      all.threads.map(row => [row.address, row.retainedSize - row.reservedBytes]),
    )
    expect(sum(await ask('garbage'), 'memsize')).toBe(all.totals.memsize - all.totals.reachableMemsize)
    const classes = new Map(live.classes.map(row => [row.name, row]))
    for (const row of await ask('old-and-young'))
      expect([
        Number(row.old_objects) + Number(row.young_objects),
        Number(row.old_memsize) + Number(row.young_memsize),
      ]).toEqual([classes.get(String(row.class))?.aliveObjects, classes.get(String(row.class))?.aliveMemsize])
  })

  it('find referrers, closures and copies of strings', async () => {
    const subject = await subjectOf(path)
    const [, largest] = report(subject, {top: 2}).dominators
    const {referrers} = explainObject(subject, subject.heap.find(largest.address), {showValues: false, top: 0})
    const found = await ask('referrers', '--of', largest.address)
    expect(found.reduce((total, row) => total + (row.owning === true ? Number(row.referrers) : 0), 0)).toBe(
      referrers.owning,
    )
    const objects = tableRows('objects', subject)
    const procs = objects.filter(row => row.live && row.name === 'proc' && row.type === 'DATA')
    const closures = await ask('closures')
    expect([sum(closures, 'closures'), sum(closures, 'retained')]).toEqual([procs.length, sum(procs, 'retained')])
    const [worst] = await ask('duplicate-strings')
    const own = objects.filter(row => row.live && row.type === 'STRING' && row.owner === worst?.owner)
    const copies = new Map<unknown, number>()
    for (const {value_hash: hash} of own) if (hash !== null) copies.set(hash, (copies.get(hash) ?? 0) + 1)
    const repeated = [...copies.values()].filter(count => count > 1)
    expect(worst).toMatchObject({copies: repeated.reduce((a, b) => a + b, 0), texts: repeated.length})
  })
})

it('finds what is new since the dump before, as diff does', async () => {
  const lines = (isLater: boolean) => `
    ROOT vm > Shop Cart String
    Shop   CLASS 500 name=Shop > list
    Cart   CLASS 500 name=Cart > ${isLater ? 'note' : ''}
    String CLASS 400 name=String
    list   ARRAY 200 length=2 > first ${isLater ? 'second third' : ''}
    first  STRING:String 40 gen=3
    ${isLater ? 'second STRING:String 50 gen=9\n third STRING:String 60 gen=9\n note STRING:String 70' : ''}
  `
  const [before, after] = [join(folder, 'before.json'), join(folder, 'after.json')]
  await writeFile(before, (await heapOf(lines(false))).text)
  await writeFile(after, (await heapOf(lines(true))).text)
  const {stdout} = await runCommand(HeapdumpDiff, [before, after, '--top', '0', '--json'])
  const growth = JSON.parse(stdout) as DiffResult
  expect(growth.comparedBy).toBe('identity')
  const expected = new Map<string, number>()
  for (const {objects, owner, role} of growth.growth)
    if (role === 'object' && owner !== '(garbage)') expected.set(owner, (expected.get(owner) ?? 0) + objects)
  expect(expected).toEqual(
    new Map([
      ['Cart', 1],
      ['Shop', 2],
    ]),
  )
  const rows = await rowsOf(before, after, '--question', 'new-by-owner')
  expect(new Map(rows.map(({objects, owner}) => [owner, objects]))).toEqual(expected)
})

it('counts the records of associations', async () => {
  const {text} = await heapOf(`
    ROOT vm > Repo
    Repo    CLASS 500 name=Repo > repo
    Issue   CLASS 500 name=Issue
    Array   CLASS 500 name=Array
    HasMany CLASS 500 name=ActiveRecord::Associations::HasManyAssociation
    SHAPE 1 0 @owner
    SHAPE 2 1 @target
    SHAPE 3 0 @associations
    repo    OBJECT:Repo 40 shape_id=3 ivars=1 > issues
    issues  OBJECT:HasMany 40 shape_id=2 ivars=2 > repo list
    list    ARRAY:Array 200 length=2 > one two
    one     OBJECT:Issue 100
    two     OBJECT:Issue 100
  `)
  const file = join(folder, 'heap.json')
  await writeFile(file, text)
  expect(await rowsOf(file, '--question', 'associations')).toEqual([
    {
      association: 'ActiveRecord::Associations::HasManyAssociation',
      associations: 1,
      dump: file,
      model: 'Repo',
      records: 2,
      records_of: 'Issue',
      retained: 200,
    },
  ])
})

describe('output', () => {
  const sql = "SELECT class, objects, share FROM classes WHERE class IN ('Hash', 'String') ORDER BY class"

  it('is a table, CSV, a document, or a Parquet file that only its owner can read', async () => {
    const table = await query(traced, sql)
    expect(
      table.stdout
        .split('\n')
        .slice(0, 2)
        .map(line => line.trimEnd()),
    ).toEqual(['class   objects      share', expect.stringMatching(/^Hash +\d+ +0\.\d+$/)])
    const csv = await query(traced, sql, '--csv')
    expect(csv.stdout).toMatch(/^class,objects,share\nHash,\d+,0\.\d+\nString,\d+,0\.\d+\n$/)
    const document = JSON.parse((await query(traced, sql, '--json')).stdout) as QueryAnswer
    expect(document).toMatchObject({
      columns: [
        {name: 'class', type: 'VARCHAR'},
        {name: 'objects', type: 'BIGINT'},
        {name: 'share', type: 'DOUBLE'},
      ],
      dumps: [traced],
      rows: [{class: 'Hash'}, {class: 'String'}],
    })
    const file = join(folder, 'answer.parquet')
    const parquet = await query(traced, `SELECT 1; ${sql};; -- the end`, '--parquet', file)
    expect(parquet.stderr).toMatch(/^Wrote \S+answer\.parquet \(\d+ B\)\.\n$/)
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect((await readFile(file)).subarray(0, 4).toString()).toBe('PAR1')
    expect(await readdir(folder)).toEqual(['answer.parquet'])
    const again = await query(traced, sql, '--parquet', file)
    expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('already exists.')])
    expect((await query(traced, 'DESCRIBE objects', '--parquet', file, '--force')).code).toBe(0)
    const plan = await query(traced, 'EXPLAIN SELECT 1', '--parquet', file, '--force')
    expect([plan.code, plan.stderr]).toEqual([
      2,
      expect.stringContaining('--parquet saves rows, and EXPLAIN has none.'),
    ])
  })

  it('has each column by a name of its own, and addresses in hexadecimal, unlike hashes', async () => {
    const [row] = await rowsOf(traced, `SELECT 1 AS a, 2 AS a, 3 AS "a:1", hash('a') AS hash, 16::UBIGINT AS address`)
    expect(row).toEqual({a: 1, 'a (2)': 2, 'a:1': 3, address: '0x10', hash: expect.stringMatching(/^\d{17,}$/)})
  })

  it('of Parquet goes to a file, not to stdout', async () => {
    const {code, stderr} = await query(traced, sql, '--parquet', '-')
    expect([code, stderr]).toEqual([2, expect.stringContaining('--parquet writes a file, not stdout.')])
  })

  it('reads SQL from a file, and lists the questions', async () => {
    const file = join(folder, 'question.sql')
    await writeFile(file, `-- A comment.\n${sql};\n`)
    expect(await rowsOf(traced, '--file', file)).toHaveLength(2)
    const {stdout} = await query('--list')
    for (const {doc, name} of NAMED_QUESTIONS) expect(stdout.replaceAll(/\s+/g, ' ')).toContain(`${name} ${doc}`)
  })

  it('has contents of strings only on request, and never those of redacted ones', async () => {
    const strings = (...args: string[]) => rowsOf(traced, 'SELECT text FROM strings WHERE text IS NOT NULL', ...args)
    expect(await strings()).toEqual([])
    expect((await strings('--show-values')).length).toBeGreaterThan(10)
    const {text} = await heapOf(`
      ROOT vm > a b
      a STRING 40 value="«0123456789abcdef»"
      b STRING 40 value="«0123456789abcdef»"
    `)
    const file = join(folder, 'redacted.json')
    await writeFile(file, text)
    expect(await rowsOf(file, 'SELECT copies, redacted, text FROM strings', '--show-values')).toEqual([
      {copies: 2, redacted: true, text: null},
    ])
  })

  it('makes text from a dump harmless', async () => {
    const {text} = await heapOf('ROOT vm > a\n a CLASS 40 name="Evil\\u001b[31m\\nName"')
    const file = join(folder, 'evil.json')
    await writeFile(file, text)
    for (const args of [[], ['--csv']]) {
      const {stdout} = await query(file, 'SELECT name FROM objects', ...args)
      expect(stdout).toContain(String.raw`Evil\x1b[31m\nName`)
    }
  })
})

describe('dumps', () => {
  it('of several Rubies are in one table', async () => {
    const rows = await rowsOf(
      fixture('ruby-2.7-owners'),
      fixture('ruby-4.0-owners'),
      'SELECT position, count(*) AS objects, count(shape) AS shaped FROM objects o JOIN dumps ON id = dump GROUP BY ALL ORDER BY 1',
    )
    expect(rows.map(row => [row.position, Number(row.objects) > 1000, Number(row.shaped) > 1000])).toEqual([
      [1, true, false],
      [2, true, true],
    ])
  })

  it('come from stdin or a terminal, not from both', async () => {
    const typed = await query('-', '--interactive')
    expect([typed.code, typed.stderr]).toEqual([2, expect.stringContaining('a dump cannot come from stdin')])
    expect((await query(traced, '--interactive')).stderr).toContain('--interactive needs a terminal.')
  })

  it('have different ids', async () => {
    expect(await failure(traced, traced, 'SELECT 1 AS one')).toMatchObject({code: 'same_dump'})
    const link = join(folder, 'link.json.gz')
    await symlink(traced, link)
    expect(await failure(traced, link, 'SELECT 1 AS one')).toMatchObject({code: 'same_dump'})
  })

  it('that are cut are marked, and the numbers are lower bounds', async () => {
    const whole = await readFile(fixture('ruby-2.7-owners'))
    const file = join(folder, 'cut.json.gz')
    await writeFile(file, whole.subarray(0, whole.length / 2))
    const {code, stdout, stderr} = await query(file, 'SELECT truncated FROM dumps', '--csv')
    expect([code, stdout]).toEqual([3, 'truncated\ntrue\n'])
    expect(stderr).toContain('every number is a lower bound')
  })
})

describe('wrong SQL', () => {
  it('is explained by the engine, with the place and similar names', async () => {
    expect(await failure(traced, 'SELEC class FROM classes')).toMatchObject({
      code: 'query_wrong',
      hint: expect.stringMatching(/^LINE 1: SELEC class FROM classes\n {8}\^\nTables: dumps, /),
      message: 'Parser Error: syntax error at or near "SELEC"',
    })
    expect(await failure(traced, 'SELECT * FROM objets')).toMatchObject({
      hint: expect.stringContaining('Similar: objects.'),
    })
    expect(await failure(traced, 'SELECT retaind FROM objects')).toMatchObject({
      hint: expect.stringContaining('Similar: objects.retained, classes.retained'),
    })
    expect(await failure(traced, 'classes')).toMatchObject({code: 'wrong_use'})
    expect(await failure(traced, '--question', 'referrer')).toMatchObject({code: 'no_such_question'})
    expect(await failure(traced, '--question', 'referrers')).toMatchObject({code: 'wrong_use'})
  })

  it.each([
    ["SELECT * FROM read_csv('/etc/passwd')"],
    ["SELECT * FROM '/tmp/query-test.csv'"],
    ["SELECT * FROM read_text('https://example.com/')"],
    ["COPY (SELECT 1) TO '/tmp/query-test.csv'"],
    ["ATTACH '/tmp/query-test.db'"],
    ['SET enable_external_access = true'],
    ['INSTALL httpfs'],
    ['LOAD httpfs'],
    ['CREATE TABLE mine AS SELECT 1'],
    ['DELETE FROM objects'],
    ['SELECT 1; DROP VIEW objects'],
  ])('does more than read: %s', async sql => {
    expect(await failure(traced, sql)).toMatchObject({code: 'query_forbidden'})
  })
})
