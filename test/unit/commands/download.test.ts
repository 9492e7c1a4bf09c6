import {readFile, readdir, stat, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import HeapdumpAnalyze from '../../../src/commands/heapdump/analyze.js'
import HeapdumpDownload from '../../../src/commands/heapdump/download.js'
import {type TestBucket, idOf, openBucket, realDump, storedDump} from '../../support/bucket.js'
import {runCommand} from '../../support/run-command.js'

const KEY = 'heapdump/v1/20261124T081200Z-web.1-14-k3f9q2m8x1.json.gz'
let bucket: TestBucket
let file: string
const download = (...args: string[]) => runCommand(HeapdumpDownload, ['--env', bucket.envFile, ...args])

beforeEach(async () => {
  bucket = await openBucket()
  bucket.s3.seed([
    ...storedDump('20261124T081200Z-web.1-14-k3f9q2m8x1'),
    ...storedDump('20261123T081200Z-web.1-15-k3f9q2m8x2', {body: Buffer.from('{"type":"ROOT"}')}),
  ])
  file = join(bucket.directory, 'heap.json.gz')
})
afterEach(() => bucket.close())

describe('heapdump:download', () => {
  it('saves the latest dump to a private file', async () => {
    const {code, stdout} = await download('-o', file)
    expect((await readFile(file)).equals(realDump)).toBe(true)
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(stdout).toContain(`Downloaded ${idOf(KEY)} to ${file}`)
    expect(stdout).toContain(`Next: heroku heapdump:analyze ${file}`)
    expect(code).toBe(0)
  })

  it('says whether the dump is redacted', async () => {
    bucket.s3.seed(storedDump('20261124T091200Z-web.1-14-k3f9q2m8x3', {facts: {redacted: 1}}))
    expect((await download('-o', file)).stdout).toContain('String contents are redacted.')
    expect((await download(KEY, '-o', `${file} 2`)).stdout).toMatch(
      /It contains every string of the app[^]*Next: heroku heapdump:analyze '\S+heap\.json\.gz 2'$/m,
    )
  })

  it('saves the facts beside the dump, so that it is shown like a stored one', async () => {
    const {stdout} = await download('-o', file, '--json')
    expect(JSON.parse(stdout).factsFile).toBe(`${file}.facts.json`)
    expect((await stat(`${file}.facts.json`)).mode & 0o777).toBe(0o600)
    const analyze = (name: string) => runCommand(HeapdumpAnalyze, [name, '--no-cache'])
    const titleOf = async (name: string) => (await analyze(name)).stdout.split('\n')[0].replace(/· [^·]*$/, '')
    expect(await titleOf(file)).toBe(`=== ${idOf(KEY)} · web.1 · puma worker 0 · Ruby 3.3.6 · v214 `)
    const report = JSON.parse((await runCommand(HeapdumpAnalyze, [file, '--json'])).stdout)
    expect(report.memory.processBytes).toBe(52_700_000)

    // Ignores the facts of another file, and invalid facts.
    const kept = JSON.parse(await readFile(`${file}.facts.json`, 'utf8'))
    await writeFile(`${file}.facts.json`, JSON.stringify({...kept, dump: {...kept.dump, storedBytes: 7}}))
    expect(await titleOf(file)).toBe(`=== ${file}`)
    const odd = {...kept.dump, memoryBytes: '1e9', process: {}, release: 'x'.repeat(1000)}
    await writeFile(`${file}.facts.json`, JSON.stringify({...kept, dump: odd}))
    expect(await titleOf(file)).toBe(`=== ${idOf(KEY)} · web.1 · Ruby 3.3.6 `)
    for (const text of ['', 'null', '{"version": 1, "dump": null}', '[]']) {
      await writeFile(`${file}.facts.json`, text)
      expect(await titleOf(file)).toBe(`=== ${file}`)
    }
  })

  it('accepts a directory, and names the file by the id', async () => {
    const {stdout} = await download('-o', bucket.directory, '--json')
    expect(JSON.parse(stdout).file).toBe(join(bucket.directory, `${idOf(KEY)}.json.gz`))
  })

  it('checks the output file before any request', async () => {
    await writeFile(file, 'precious')
    expect((await download('-o', file)).code).toBe(2)
    expect((await download('-o', join(bucket.directory, 'no/heap.gz'))).code).toBe(1)
    expect(bucket.s3.requests).toEqual([])
  })

  it('accepts an id or a key', async () => {
    for (const name of [idOf(KEY), KEY]) {
      const {stdout} = await download(name, '-o', file, '--force', '--json')
      expect(JSON.parse(stdout)).toMatchObject({file, key: KEY})
    }
  })

  it('does not overwrite a file without --force', async () => {
    await writeFile(file, 'precious')
    const {code, stderr} = await download('-o', file)
    expect(stderr).toContain('already exists')
    expect(code).toBe(2)
    expect(await readFile(file, 'utf8')).toBe('precious')
    expect(bucket.s3.requests.map(({operation}) => operation)).not.toContain('GetObject')
    expect((await download('-o', file, '--force')).code).toBe(0)
    expect((await readFile(file)).equals(realDump)).toBe(true)
  })

  it('names a file that cannot be written', async () => {
    const {code, stderr} = await download('-o', join(bucket.directory, 'no/such/directory/heap.gz'))
    expect(stderr).toContain('Cannot write')
    expect(code).toBe(1)
  })

  it('proposes the list for an unknown name', async () => {
    const {code, stdout} = await download('d00000', '-o', file, '--json')
    expect(JSON.parse(stdout)).toEqual({
      schemaVersion: 1,
      error: {
        code: 'dump_not_found',
        hint: `List the dumps: heroku heapdump:list --env ${bucket.envFile}`,
        message: 'There is no dump d00000: it is neither an id or key in the bucket, nor a file.',
      },
    })
    expect(code).toBe(1)
    expect(await readdir(bucket.directory)).toEqual(['.env'])
  })
})
