import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {gunzipSync} from 'node:zlib'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import HeapdumpAnalyze from '../../../src/commands/heapdump/analyze.js'
import {type TestBucket, idOf, openBucket, realDump, storedDump} from '../../support/bucket.js'
import {runCommand} from '../../support/run-command.js'
import {setEnvironment} from '../../support/settings.js'

let bucket: TestBucket
const analyze = (...args: string[]) => runCommand(HeapdumpAnalyze, ['--env', bucket.envFile, ...args])
const errorOf = async (...args: string[]) => {
  const {code, stdout} = await analyze('--json', ...args)
  return {...(JSON.parse(stdout) as {error: object}).error, exit: code}
}

beforeEach(async () => {
  bucket = await openBucket()
})
afterEach(() => bucket.close())

/** Number of objects in the dump, by the starts of lines: Ruby breaks some lines in two. */
function countObjects(text: string): number {
  return text.split('\n').filter(line => /^\{"address":"0x[0-9a-f]+", "type":"(?!NONE|ROOT|SHAPE)/.test(line)).length
}

describe('heapdump:analyze', () => {
  it('finds the same in the bucket as in a file', async () => {
    bucket.s3.seed(storedDump('20261124T081200Z-web.1-14-k3f9q2m8x1'))
    const file = join(bucket.directory, 'heap.json')
    await writeFile(file, gunzipSync(realDump))
    const stored = JSON.parse((await analyze('--json')).stdout)
    const local = JSON.parse((await analyze(file, '--json')).stdout)
    expect(stored.totals.objects).toBe(countObjects(gunzipSync(realDump).toString()))
    // The memory of the process is a fact in the bucket, which a file lacks.
    expect(stored.dump.processBytes).toBe(52_700_000)
    expect(stored.memory.unexplainedBytes).toBe(52_700_000 - stored.memory.explainedBytes)
    const {answers, dump, memory, ...rest} = stored
    expect(rest).toEqual({...local, answers: undefined, dump: undefined, memory: undefined})
    expect({...answers, memory: ''}).toEqual({...local.answers, memory: ''})
    expect({...memory, outsideBytes: null, processBytes: null, unexplainedBytes: null}).toEqual(local.memory)
    expect(dump).toMatchObject({
      createdAt: '2026-11-24T08:12:00Z',
      id: idOf('heapdump/v1/20261124T081200Z-web.1-14-k3f9q2m8x1.json.gz'),
    })
    const unknown = {createdAt: null, id: null, processBytes: null, source: ''}
    expect({...dump, ...unknown}).toEqual({...local.dump, ...unknown})
  })

  it('names the dump as the list does, and proposes a command', async () => {
    bucket.s3.seed(storedDump('20261124T081200Z-web.1-14-k3f9q2m8x1'))
    const id = idOf('heapdump/v1/20261124T081200Z-web.1-14-k3f9q2m8x1.json.gz')
    const {stdout} = await analyze(id)
    expect(stdout).toContain(`=== ${id} · web.1 · puma worker 0 · Ruby 3.3.6 · v214`)
    expect(stdout).toContain('Next: heroku heapdump:')
    // A report is read later, when an age would be wrong.
    const report = (await analyze(id, '--format', 'markdown')).stdout
    expect(report).toContain(`${id} · web.1 · puma worker 0 · Ruby 3.3.6 · v214 · 2026-11-24 08:12 UTC: `)
  })

  it('says what to do about an empty bucket', async () => {
    expect(await errorOf()).toMatchObject({
      code: 'no_dumps',
      exit: 1,
      hint: `Take a dump: heroku heapdump:trigger --env ${bucket.envFile}`,
    })
  })

  it('rejects an unknown dump', async () => {
    expect(await errorOf('d00000')).toMatchObject({code: 'dump_not_found', exit: 1})
    expect(await errorOf('heapdump/v1/nothing.json.gz')).toMatchObject({code: 'dump_not_found', exit: 1})
  })

  it.each([
    [
      'a JPEG',
      Buffer.from([
        0xff,
        0xd8,
        0xff,
        0xe0,
        0,
        16,
        ...Buffer.from('JFIF'),
        ...Array.from({length: 4000}, (_, index) => (index * 37) & 255),
      ]),
      'not_a_dump',
    ],
    ['an empty object', Buffer.alloc(0), 'empty_dump'],
    ['a web page', Buffer.from('<!doctype html><title>hello</title>\n'), 'not_a_dump'],
    ['a gzip of which only the header came', realDump.subarray(0, 12), 'not_a_dump'],
  ])('reports %s under the key of a dump', async (_what, body, code) => {
    bucket.s3.seed(storedDump('20261124T081200Z-web.1-14-k3f9q2m8x1', {body}))
    expect(await errorOf()).toMatchObject({code, exit: 1})
  })

  it('analyzes what is left of a truncated gzip, and exits with 3', async () => {
    bucket.s3.seed(
      storedDump('20261124T081200Z-web.1-14-k3f9q2m8x1', {body: realDump.subarray(0, realDump.length >> 1)}),
    )
    const {code, stdout} = await analyze('--json')
    const report = JSON.parse(stdout)
    expect(report.dump.truncated).toBe(true)
    expect(report.totals.objects).toBeGreaterThan(100)
    expect(code).toBe(3)
    const screen = await analyze()
    expect(screen.stderr).toContain('cut short')
    expect(screen.code).toBe(3)
  })
})

describe('--top', () => {
  /** Lines below each heading of the first page. At 100 columns, two tables are side by side. */
  const rowsOf = async (...args: string[]) => {
    const restore = setEnvironment({COLUMNS: '80'})
    try {
      const file = join(bucket.directory, 'heap.json')
      await writeFile(file, gunzipSync(realDump))
      const {stdout} = await analyze(file, '--no-cache', ...args)
      return ['Owner', 'Allocation site'].map(heading => {
        const [, below = ''] = stdout.split(new RegExp(`^ ?${heading} .*\n`, 'm'))
        return below.split('\n').findIndex(line => line.trim() === '')
      })
    } finally {
      restore()
    }
  }

  it('also sets the number of rows on the first page', async () => {
    expect(await rowsOf('--top', '2')).toEqual([2, 2])
    expect(await rowsOf('--top', '9')).toEqual([9, 9])
    const [held, sites] = await rowsOf('--top', '0')
    expect(Math.min(held, sites)).toBeGreaterThan(25)
  })
})

describe('the report cache', () => {
  it('still finds a report after an update of the Heroku CLI', async () => {
    const file = join(bucket.directory, 'heap.json')
    await writeFile(file, gunzipSync(realDump))
    const forgotten = async (version: string) =>
      (await runCommand(HeapdumpAnalyze, ['--clear-cache'], {version})).stdout.trim()
    await forgotten('10.0.0')
    await runCommand(HeapdumpAnalyze, [file], {version: '10.0.0'})
    await runCommand(HeapdumpAnalyze, [file], {version: '10.1.0'})
    expect(await forgotten('10.1.0')).toBe('Deleted 1 cached report and 1 cached heap.')
  })
})
