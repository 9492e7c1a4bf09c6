// Parquet files of dumps, read by two other readers: hyparquet reads each file, DuckDB a folder of several dumps as the
// tables of heapdump:query.
import {DuckDBInstance} from '@duckdb/node-api'
import {asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects} from 'hyparquet'
import {compressors} from 'hyparquet-compressors'
import {appendFile, mkdir, readdir, stat, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {gunzipSync} from 'node:zlib'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import HeapdumpAnalyze from '../../../src/commands/heapdump/analyze.js'
import HeapdumpDelete from '../../../src/commands/heapdump/delete.js'
import HeapdumpExport from '../../../src/commands/heapdump/export.js'
import HeapdumpPrune from '../../../src/commands/heapdump/prune.js'
import {NAMED_QUESTIONS} from '../../../src/lib/query/named-questions.js'
import {withValue} from '../../../src/lib/query/sql-text.js'
import {TABLES} from '../../../src/lib/tables-of-dump/tables.js'
import {openBucket, realDump, storedDump, type TestBucket} from '../../support/bucket.js'
import {runCommand} from '../../support/run-command.js'

const NO_VALUE = '__HIVE_DEFAULT_PARTITION__'
let bucket: TestBucket
let dump: string
let output: string
const run = (...args: string[]) => runCommand(HeapdumpExport, ['--env', bucket.envFile, '--format', 'parquet', ...args])
const partsOf = (name: string) => join(output, `app=${NO_VALUE}/release=${NO_VALUE}/dump=${name}`)

beforeEach(async () => {
  bucket = await openBucket()
  dump = join(bucket.directory, 'heap.json.gz')
  output = join(bucket.directory, 'out')
  await Promise.all([writeFile(dump, realDump), mkdir(output)])
})
afterEach(() => bucket.close())

type Row = Readonly<Record<string, bigint | boolean | number | string | null>>

async function rowsIn(folder: string, table: string): Promise<readonly Row[]> {
  const file = await asyncBufferFromFile(join(folder, `tbl=${table}/0.parquet`))
  return (await parquetReadObjects({compressors, file})) as Row[]
}

describe('heapdump:export --format parquet', () => {
  it('writes private files with the rows of the report, which another reader reads', async () => {
    const {code, stdout} = await run(dump, '-o', output)
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^Wrote \S+dump=heap \([\d.]+ [kM]B\)\./)])
    const folder = partsOf('heap')
    for (const {columns, name} of TABLES.filter(table => table.name !== 'memory_line')) {
      const path = join(folder, `tbl=${name}/0.parquet`)
      expect((await stat(path)).mode & 0o777).toBe(0o600)
      const {schema} = await parquetMetadataAsync(await asyncBufferFromFile(path))
      expect(schema.slice(1).map(one => one.name)).toEqual(columns.map(one => one.name))
      // Athena reads a text only if the file says that it is one.
      const texts = columns.filter(({type}) => type === 'VARCHAR').map(one => one.name)
      expect(schema.filter(one => one.converted_type === 'UTF8').map(one => one.name)).toEqual(texts)
      expect((await rowsIn(folder, name)).length).toBeGreaterThan(0)
    }

    const analyzed = await runCommand(HeapdumpAnalyze, [dump, '--json', '--top', '0'])
    const {classes, totals} = JSON.parse(analyzed.stdout)
    const [row] = await rowsIn(folder, 'dumps')
    expect([Number(row?.objects), Number(row?.live_memsize), row?.truncated]).toEqual([
      totals.objects,
      totals.aliveMemsize,
      false,
    ])
    const objects = await rowsIn(folder, 'objects')
    expect(objects).toHaveLength(totals.objects)
    expect(objects.reduce((sum, {memsize}) => sum + Number(memsize), 0)).toBe(totals.memsize)
    const retained = new Map((await rowsIn(folder, 'classes')).map(one => [one.class, Number(one.retained)]))
    for (const {name, retainedSize} of classes) expect(retained.get(name)).toBe(retainedSize)
  })

  it('keeps string contents out unless asked for, and does not overwrite a folder', async () => {
    const texts = async () =>
      (await rowsIn(partsOf('heap'), 'strings')).filter(({text}) => (text ?? null) !== null).length
    await run(dump, '-o', output)
    expect(await texts()).toBe(0)
    expect(JSON.parse((await run(dump, '-o', output, '--json')).stdout).error.code).toBe('file_exists')
    expect((await run(dump, '-o', output, '--force', '--show-values')).code).toBe(0)
    expect(await texts()).toBeGreaterThan(100)
    expect(await readdir(join(partsOf('heap'), '..'))).toEqual(['dump=heap'])
  })

  it('marks a dump that is cut short', async () => {
    const text = gunzipSync(realDump)
    await writeFile(join(bucket.directory, 'cut.json'), text.subarray(0, text.length * 0.9))
    expect((await run(join(bucket.directory, 'cut.json'), '-o', output)).code).toBe(3)
    expect((await rowsIn(partsOf('cut'), 'dumps')).map(({truncated}) => truncated)).toEqual([true])
  })
})

describe('several dumps', () => {
  const NAMES = ['20261124T081200Z-web.1-14-k3f9q2m8x1', '20261124T091200Z-web.1-14-k3f9q2m8x2']
  const keys = NAMES.map(name => `heapdump/v1/${name}.json.gz`)
  const exported = () => [...bucket.s3.objects.keys()].filter(key => key.startsWith('heapdump/parquet/v1/'))

  beforeEach(() => {
    for (const [at, name] of NAMES.entries()) bucket.s3.seed(storedDump(name, {facts: {release: `v21${at}`}}))
  })

  it('answer each question that ships, from one folder', async () => {
    expect((await run(...keys, '-o', output)).code).toBe(0)
    const connection = await (await DuckDBInstance.create(':memory:')).connect()
    const rowsOf = async (sql: string) => (await connection.runAndReadAll(sql)).getRowObjects()
    for (const {name} of TABLES.filter(table => table.name !== 'memory_line')) {
      const files = `'${output}/*/*/*/tbl=${name}/*.parquet', hive_partitioning = true`
      await connection.run(`CREATE VIEW ${name} AS SELECT * FROM read_parquet(${files})`)
    }

    const [first, second] = await rowsOf('SELECT release, count(*) AS n FROM objects GROUP BY release ORDER BY release')
    expect([first?.release, second?.release]).toEqual(['v210', 'v211'])
    expect(first?.n).toBe(second?.n)
    for (const {name, sql} of NAMED_QUESTIONS) {
      if (!/\bmemory_line\b/.test(sql)) expect(await rowsOf(withValue(sql, 'Hash')), name).toBeDefined()
    }
  }, 240_000)

  it('are stored whole, encrypted like dumps, and deleted with their dump', async () => {
    const {code, stdout} = await run('latest', '--to-bucket', '--json')
    expect(code).toBe(0)
    const [{file}] = JSON.parse(stdout).dumps
    expect(file).toMatch(/^s3:\/\/[^/]+\/heapdump\/parquet\/v1\/app=\S+\/release=v211\/dump=d\w{5}\/$/)
    const stored = exported()
    expect(stored.every(key => file.endsWith(key.slice(0, key.indexOf('tbl='))))).toBe(true)
    expect(stored.length).toBeGreaterThan(6)
    for (const key of stored)
      expect(bucket.s3.objects.get(key)?.headers).toMatchObject({'x-amz-server-side-encryption': 'AES256'})
    expect(bucket.s3.uploads.size).toBe(0)
    expect(JSON.parse((await run('latest', '--to-bucket', '--json')).stdout).error.code).toBe('file_exists')
    const kmsKey = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd'
    await appendFile(bucket.envFile, `\nHEAPDUMP_KMS_KEY_ID=${kmsKey}\n`)
    expect((await run('latest', '--to-bucket', '--force')).code).toBe(0)
    expect(exported()).toEqual(stored)
    for (const key of stored) {
      expect(bucket.s3.objects.get(key)?.headers).toMatchObject({
        'x-amz-server-side-encryption': 'aws:kms',
        'x-amz-server-side-encryption-aws-kms-key-id': kmsKey,
      })
    }

    const [, id = ''] = /dump=(d\w{5})/.exec(file) ?? []
    expect((await run(keys[0] ?? '', '--to-bucket')).code).toBe(0)
    expect((await runCommand(HeapdumpDelete, [id, '--confirm', id, '--env', bucket.envFile])).code).toBe(0)
    expect(exported().length).toBe(stored.length)
    expect(exported().some(key => key.includes(id))).toBe(false)
    // Whatever removed the other dump.
    bucket.s3.objects.delete(keys[0] ?? '')
    bucket.s3.seed(storedDump('20261125T091200Z-web.1-14-k3f9q2m8x3'))
    const prune = ['--keep', '5', '--confirm', bucket.envFile, '--env', bucket.envFile, '--json']
    const pruned = JSON.parse((await runCommand(HeapdumpPrune, prune)).stdout)
    expect(pruned).toMatchObject({exported: stored.length, removed: []})
    expect(exported()).toEqual([])
  })
})
