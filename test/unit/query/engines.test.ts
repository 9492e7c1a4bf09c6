// The two engines, DuckDB as a package and as a program, give the same answers.
import {access, chmod, mkdtemp, readdir, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {readSubject} from '../../../src/lib/analysis/session/read-subject.js'
import {FileChunks} from '../../../src/lib/dump/chunks.js'
import {ignoreProgress} from '../../../src/lib/progress.js'
import {openLibrary} from '../../../src/lib/query/duckdb-library.js'
import {openProgram} from '../../../src/lib/query/duckdb-program.js'
import type {Engine} from '../../../src/lib/query/engine.js'
import {TABLES} from '../../../src/lib/tables-of-dump/tables.js'
import {setEnvironment} from '../../support/settings.js'
import {EVERYTHING, UNKNOWN_DUMP} from '../../support/table-rows.js'

const path = fileURLToPath(new URL('../../fixtures/dumps/ruby-3.3-traced.json.gz', import.meta.url))
const standIn = fileURLToPath(new URL('../../support/duckdb-program.js', import.meta.url))

/** A dump whose id and times need quoting and conversion. */
const DUMP = {...UNKNOWN_DUMP, createdAt: '2026-03-01T14:05:00Z', id: 'a "quoted", name', pid: 14}

async function fill(engine: Engine): Promise<void> {
  const subject = await readSubject({source: path, storedBytes: null}, new FileChunks(path), {
    onProgress: ignoreProgress,
  })
  for (const table of TABLES) {
    const {chunks, texts} = table.rowsOf(subject, DUMP, EVERYTHING)
    for (const chunk of chunks) await engine.append(table, 0, texts, chunk)
    await engine.finish(table, 0)
  }
}

async function answer(engine: Engine, sql: string) {
  const {columns, rows} = await engine.ask(sql)
  const all = []
  for await (const piece of rows) all.push(...piece)
  return {columns, rows: all}
}

let folder: string
let library: Engine
let program: Engine
let restore: () => void
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'engines-'))
  await writeFile(join(folder, 'duckdb'), `#!/bin/sh\nexec '${process.execPath}' '${standIn}' "$@"\n`)
  await chmod(join(folder, 'duckdb'), 0o755)
  restore = setEnvironment({PATH: `${folder}:${process.env.PATH}`, TMPDIR: folder})
  const [first, second] = await Promise.all([openLibrary({writable: null}), openProgram({writable: null})])
  if (first === null || second === null) throw new Error('An engine is missing.')
  library = first
  program = second
  await Promise.all([fill(library), fill(program)])
}, 60_000)
afterAll(async () => {
  await library.close()
  await program.close()
  restore()
  expect((await readdir(folder)).toSorted()).toEqual(['duckdb'])
  await rm(folder, {recursive: true})
})

describe('both engines', () => {
  it('have the same rows in all tables', async () => {
    // A text in a file cannot have NUL.
    const sql = TABLES.map(
      ({name}) => `SELECT '${name}' AS name, count(*) AS n,
         md5(string_agg(replace(t::VARCHAR, chr(0), '\uFFFD'), '|' ORDER BY t::VARCHAR)) AS rows FROM ${name} t`,
    ).join(' UNION ALL ')
    const expected = await answer(library, sql)
    expect(expected.rows).toHaveLength(TABLES.length)
    expect(await answer(program, sql)).toEqual(expected)
  })

  it('show numbers, lists and times alike', async () => {
    const sql = `SELECT taken_at, pid, id, [1, 2] AS list, 0.5 AS decimal, 1e400::DOUBLE AS infinite, NULL AS nothing,
      9007199254740993 AS large, (SELECT max(address) FROM objects) AS address, true AS flag FROM dumps`
    const expected = await answer(library, sql)
    expect(expected.rows).toEqual([
      [
        '2026-03-01T14:05:00Z',
        14,
        'a "quoted", name',
        [1, 2],
        0.5,
        'Infinity',
        null,
        '9007199254740993',
        expect.stringMatching(/^0x[0-9a-f]+$/),
        true,
      ],
    ])
    expect(await answer(program, sql)).toEqual(expected)
  })

  it.each([
    ['SELEC 1', 'query_wrong', 'LINE 1: SELEC 1'],
    ["SELECT * FROM read_csv('/etc/passwd')", 'query_forbidden', 'disabled by configuration'],
    ["COPY (SELECT 1) TO '/tmp/engines-test.csv'", 'query_forbidden', ''],
    ['SET threads = 1', 'query_forbidden', ''],
    ["SELECT 1; COPY (SELECT 1) TO '/tmp/engines-test.csv'", 'query_forbidden', ''],
    ["SELECT * FROM enable_logging(storage='file', storage_path='/tmp/engines-test.csv')", 'query_forbidden', ''],
    ['SELECT * FROM "Enable_Profiling" /* p */ ()', 'query_forbidden', ''],
    ["SELECT * FROM query('SELECT * FROM enable_logging()')", 'query_forbidden', ''],
    ["SELECT count(write_log(class, level := 'error')) FROM classes; SELECT 1", 'query_forbidden', ''],
    ['EXPLAIN ANALYZE DELETE FROM heap.objects_0', 'query_forbidden', ''],
    ['EXPLAIN (ANALYZE) WITH x AS (SELECT 1) DELETE FROM objects', 'query_forbidden', ''],
    ['CREATE OR REPLACE VIEW dumps AS SELECT 1; SELECT 1 -- PIVOT', 'query_forbidden', ''],
    ['PRAGMA enable_profiling', 'query_forbidden', ''],
    [';  ; -- nothing', 'query_wrong', 'SELECT'],
    ['SELECT 1;\nSELEC 1', 'query_wrong', 'LINE 2: SELEC 1'],
  ])('refuse %s', async (sql, code, hint) => {
    for (const engine of [library, program]) {
      const error = await engine
        .check(sql)
        .then(() => engine.ask(sql))
        .catch((caught: unknown) => caught)
      expect(error).toMatchObject({code, hint: expect.stringContaining(hint)})
    }

    await expect(access('/tmp/engines-test.csv')).rejects.toThrow('ENOENT')
  })

  it('report what fails after the first rows', async () => {
    const sql = "SELECT CASE WHEN range = 300000 THEN error('late') ELSE range END AS n FROM range(400000)"
    for (const engine of [library, program])
      await expect(answer(engine, sql)).rejects.toMatchObject({
        code: 'query_wrong',
        exit: 2,
        message: expect.stringContaining('late'),
      })
  })

  it('answer the last statement', async () => {
    for (const engine of [library, program]) {
      const sql =
        "SELECT 1 AS one; SHOW TABLES;\nSELECT count(*) > 100 AS many, 'checkpoint(' AS text FROM objects;; -- end"
      expect(await engine.check(sql)).toEqual(['objects'])
      expect((await answer(engine, sql)).rows).toEqual([[true, 'checkpoint(']])
      const pivot = 'PIVOT (SELECT class FROM classes LIMIT 2) ON class USING count(*)'
      expect(await engine.check(`SELECT 1; ${pivot}`)).toEqual(['classes'])
      // The program cannot tell the types of such columns.
      expect((await answer(engine, `SELECT 1; ${pivot}`)).rows.map(row => row.map(Number))).toEqual([[1, 1]])
    }
  })

  it('let the program read no line as a command of its own', async () => {
    for (const sql of ['.shell id', 'SELECT 1;\n.shell id', '-- a\n .shell id', "SELECT '\n.shell id'"]) {
      await expect(program.check(sql)).rejects.toMatchObject({code: 'query_forbidden'})
      await expect(program.ask(sql)).rejects.toMatchObject({code: 'query_forbidden'})
    }
  })

  it('give a model small values only', async () => {
    const small = await openLibrary({smallValues: true, writable: null})
    if (small === null) throw new Error('The package is missing.')
    const sql = `SELECT repeat('é', 3000) AS x, [1, 2] AS x, 18446744073709551615::UBIGINT AS y, {'a': 1} AS s,
      [repeat('a', 3000)] AS l, true AS b, 1.5 AS d`
    const {columns, rows} = await answer(small, sql)
    const plain = await answer(library, sql)
    expect(columns.filter(({name}) => name !== 's')).toEqual(plain.columns.filter(({name}) => name !== 's'))
    expect(rows[0]).toEqual([
      'é'.repeat(1000),
      ...(plain.rows[0] ?? []).slice(1, 3),
      "{'a': 1}",
      ['a'.repeat(1000)],
      true,
      1.5,
    ])
    expect((await answer(small, 'DESCRIBE objects')).rows).toEqual((await answer(library, 'DESCRIBE objects')).rows)
    expect((await answer(small, 'EXPLAIN SELECT 1')).rows).toHaveLength(1)
    const pivot = "PIVOT (SELECT 'k' AS k) ON k USING count(*)"
    expect((await answer(small, pivot)).rows).toEqual([[1]])
    await expect(answer(small, 'SELECT range(3000000) AS l')).rejects.toMatchObject({
      code: 'query_wrong',
      message: expect.stringContaining('l: a list of 3000000 entries is too long'),
    })
    await small.close()
  })

  it('know which tables a query reads', async () => {
    for (const engine of [library, program]) {
      expect(await engine.check('SELECT * FROM owners JOIN dumps ON id = dump')).toEqual(['dumps', 'owners'])
      expect(await engine.check('DESCRIBE objects')).toEqual([])
    }

    expect(await library.check('SELECT objects FROM classes')).toEqual(['classes'])
  })
})

it('stops a query between its rows, and answers the next one', async () => {
  const {rows} = await library.ask('SELECT a.range FROM range(3000000) a, range(300000) b')
  const reading = async () => {
    for await (const piece of rows) if (piece.length > 0) library.interrupt()
  }
  await expect(reading()).rejects.toMatchObject({code: 'interrupted', exit: 130, message: 'Stopped.'})
  expect((await answer(library, 'SELECT 1 AS one')).rows).toEqual([[1]])
})

it('is no engine if there is no program', async () => {
  const undo = setEnvironment({PATH: '/nonexistent'})
  try {
    expect(await openProgram({writable: null})).toBeNull()
  } finally {
    undo()
  }
})
