// Summaries in the bucket: who writes them, who compares them, who deletes them.
import {gunzipSync, gzipSync} from 'node:zlib'
import {join} from 'node:path'
import {writeFile} from 'node:fs/promises'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import HeapdumpAnalyze from '../../../src/commands/heapdump/analyze.js'
import HeapdumpDelete from '../../../src/commands/heapdump/delete.js'
import HeapdumpList from '../../../src/commands/heapdump/list.js'
import HeapdumpPrune from '../../../src/commands/heapdump/prune.js'
import HeapdumpTrend from '../../../src/commands/heapdump/trend.js'
import {type TestBucket, idOf, openBucket, realDump, storedDump} from '../../support/bucket.js'
import {runCommand} from '../../support/run-command.js'
import {summariesOf} from '../../support/summaries.js'

const STEM = '20261124T081200Z-web.1-14-k3f9q2m8x1'
const SECOND = '20261124T081201Z-web.1-17-k3f9q2m8x1'
const SUMMARY = `heapdump/summaries/v1/${STEM}.json.gz`
let bucket: TestBucket

beforeEach(async () => {
  bucket = await openBucket()
})
afterEach(() => bucket.close())

type CommandClass = Parameters<typeof runCommand>[0]
const run = (command: CommandClass, ...args: string[]) => runCommand(command, [...args, '--env', bucket.envFile])
const summaries = () => [...bucket.s3.objects.keys()].filter(key => key.includes('/summaries/'))

function seedSummaries(story: Parameters<typeof summariesOf>[0]) {
  bucket.s3.seed(
    summariesOf(story).map(one => ({
      body: gzipSync(JSON.stringify(one)),
      key: one.dump.key.replace('heapdump/v1/', 'heapdump/summaries/v1/'),
    })),
  )
}

describe('heapdump:analyze', () => {
  beforeEach(() => bucket.s3.seed(storedDump(STEM)))

  it('stores a summary beside a stored dump, which heapdump:list does not show', async () => {
    const {code, stderr} = await run(HeapdumpAnalyze)
    expect({code, stderr}).toEqual({code: 0, stderr: ''})
    const body = bucket.s3.objects.get(SUMMARY)?.body ?? Buffer.alloc(0)
    expect(body.length).toBeLessThan(20_000)
    expect(JSON.parse(gunzipSync(body).toString())).toMatchObject({
      dump: {dyno: 'web.1', memoryBytes: 52_700_000, pid: 14, process: 'puma worker 0', release: 'v214'},
      traced: true,
      version: 1,
    })
    expect(JSON.parse((await run(HeapdumpList, '--json')).stdout)).toHaveLength(1)
  })

  it('also does so with --json, but neither with --no-cache nor for a file', async () => {
    await run(HeapdumpAnalyze, '--no-cache', '--json')
    const file = join(bucket.directory, 'heap.json.gz')
    await writeFile(file, realDump)
    await run(HeapdumpAnalyze, file)
    expect(summaries()).toEqual([])
    await run(HeapdumpAnalyze, '--json', '--top', '3')
    expect(summaries()).toEqual([SUMMARY])
  })

  it('does not store it again for a question about a dump in the cache', async () => {
    await run(HeapdumpAnalyze)
    bucket.s3.objects.delete(SUMMARY)
    await run(HeapdumpAnalyze, '--class', 'String')
    await run(HeapdumpAnalyze, '--section', 'classes', '--top', '7')
    expect(summaries()).toEqual([])
    await run(HeapdumpAnalyze, '--top', '500')
    expect(summaries()).toEqual([SUMMARY])
  })

  it('is the same when the summary cannot be stored; only --verbose says so', async () => {
    bucket.s3.faults.add({code: 'AccessDenied', operation: 'PutObject', status: 403, times: Infinity})
    const quiet = await run(HeapdumpAnalyze)
    expect(quiet).toMatchObject({code: 0, stderr: ''})
    expect(quiet.stdout).toContain(`=== ${idOf(`heapdump/v1/${STEM}.json.gz`)}`)
    await run(HeapdumpAnalyze, '--clear-cache')
    const verbose = await run(HeapdumpAnalyze, '--verbose')
    expect(verbose.code).toBe(0)
    expect(verbose.stderr).toMatch(/The summary of d\w{5} was not stored: These credentials/)
  })

  it('stores none of half a dump', async () => {
    bucket.s3.seed(storedDump(STEM, {body: realDump.subarray(0, realDump.length >> 1)}))
    expect((await run(HeapdumpAnalyze)).code).toBe(3)
    expect(summaries()).toEqual([])
  })

  it('compares the processes of one request, by their summaries where they have one', async () => {
    bucket.s3.seed(storedDump(SECOND, {facts: {process: 'puma_worker_1'}}))
    bucket.s3.seed(storedDump('20261124T091200Z-web.1-14-another001'))
    const first = await run(HeapdumpAnalyze, idOf(`heapdump/v1/${STEM}.json.gz`), '--processes', '--json')
    const {answer, owners, processes} = JSON.parse(first.stdout)
    expect(processes.map((one: {process: string}) => one.process)).toEqual(['puma worker 0', 'puma worker 1'])
    expect(answer[0]).toBe('No leak: both processes hold about the same.')
    expect(owners[0].memsizes).toHaveLength(2)
    expect(summaries()).toHaveLength(2)
    bucket.s3.requests.length = 0
    const ids = [STEM, SECOND].map(stem => idOf(`heapdump/v1/${stem}.json.gz`))
    const again = await run(HeapdumpAnalyze, ...ids)
    expect(again.stdout).toMatch(/1 +d\w{5} +web\.1 +puma worker 0.*\n +2 +d\w{5} +web\.1 +puma worker 1/)
    const read = bucket.s3.requests.filter(({operation}) => operation === 'GetObject').map(({path}) => path)
    expect(read.filter(path => !path.includes('summaries'))).toEqual([])
  })

  it('refuses what is for a single dump, and a dump that is alone', async () => {
    const several = await run(HeapdumpAnalyze, 'latest', 'latest', '--class', 'String', '--json')
    expect(JSON.parse(several.stdout)).toMatchObject({
      error: {code: 'wrong_use', message: '--class is for a single dump.'},
    })
    expect(several.code).toBe(2)
    const alone = await run(HeapdumpAnalyze, '--processes', '--json')
    expect(JSON.parse(alone.stdout)).toMatchObject({error: {code: 'single_dump'}})
  })
})

describe('heapdump:trend --by', () => {
  it('reads summaries alone, and answers first', async () => {
    seedSummaries({dumps: 120, releases: 8, leakFrom: 5, seed: 2})
    const {code, stderr, stdout} = await run(HeapdumpTrend, '--by', 'release')
    expect({code, stderr}).toEqual({code: 0, stderr: ''})
    expect(stdout.split('\n')[2]).toMatch(/^ v106 brought it: PriceList holds/)
    expect(stdout).toMatch(/Read 120 summaries \([\d.]+ kB\)\./)
    const json = JSON.parse(
      (await run(HeapdumpTrend, '--by', 'dyno', '--dyno', 'web', '--last', '50', '--json')).stdout,
    )
    expect(json.summaries).toMatchObject({made: 0, missing: 0, read: 50, unreadable: 0})
    expect(json.groups.map(({name}: {name: string}) => name)).toEqual(['web.1', 'web.2', 'web.3'])
    const dumps = bucket.s3.requests.filter(
      ({operation, path}) => operation === 'GetObject' && !path.includes('summaries'),
    )
    expect(dumps).toEqual([])
  })

  it('writes no HTML report', async () => {
    const {code, stderr} = await run(HeapdumpTrend, '--by', 'release', '--html', 'trend.html')
    expect(code).toBe(2)
    expect(stderr).toContain('--html does not go with --by.')
  })

  it('says what to do without dumps, and without summaries', async () => {
    const none = await run(HeapdumpTrend, '--by', 'release', '--json')
    expect(JSON.parse(none.stdout)).toMatchObject({error: {code: 'no_dumps', message: 'The bucket has no dumps.'}})
    bucket.s3.seed(storedDump(STEM))
    const without = await run(HeapdumpTrend, '--by', 'release', '--json')
    expect(JSON.parse(without.stdout)).toMatchObject({
      error: {
        code: 'no_summaries',
        hint: `To download 1 dump and summarize them now: heroku heapdump:trend --by release --summarize --env ${bucket.envFile}`,
      },
    })
  })

  it('makes missing summaries after a confirmation', async () => {
    bucket.s3.seed([...storedDump(STEM), ...storedDump(SECOND, {body: Buffer.from('not a dump')})])
    const unasked = await run(HeapdumpTrend, '--by', 'release', '--summarize', '--json')
    expect(JSON.parse(unasked.stdout)).toMatchObject({error: {code: 'not_confirmed'}})
    expect(summaries()).toEqual([])
    const {code, stderr, stdout} = await run(HeapdumpTrend, '--by', 'release', '--summarize', '--yes')
    expect(code).toBe(0)
    expect(stderr.replaceAll(/\s+›?\s*/g, ' ')).toContain('is not a Ruby heap dump')
    expect(stdout).toContain('The only dump is of v214')
    expect(stdout).toContain('Read 0 summaries (0 B), and made 1.')
    expect(summaries()).toEqual([SUMMARY])
  })

  it('leaves out summaries that nobody should have written', async () => {
    seedSummaries({dumps: 20, releases: 2, leakFrom: null, seed: 2})
    const [first, second, third, fourth] = summaries()
    bucket.s3.seed([
      {body: 'not gzip', key: first},
      {body: gzipSync('[]'), key: second},
      {body: gzipSync(Buffer.alloc(50_000_000)), key: third},
      {body: Buffer.alloc(300_000), key: fourth},
      {body: gzipSync('{}'), key: 'heapdump/summaries/v1/../../escape.json.gz'},
    ])
    const {code, stdout} = await run(HeapdumpTrend, '--by', 'release', '--json')
    expect(code).toBe(0)
    expect(JSON.parse(stdout).summaries).toMatchObject({read: 16, unreadable: 4})
  })
})

describe('retention', () => {
  const daysAgo = (days: number, id: string) => {
    const time = new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')
    return `${time}Z-web.1-14-${id}`
  }

  it('deletes a summary with its dump, but lets it outlive a pruned dump for half a year', async () => {
    const stems = [daysAgo(300, 'aaaaaaaa'), daysAgo(100, 'bbbbbbbb'), daysAgo(1, 'cccccccc')]
    const keyOf = (stem: string) => `heapdump/summaries/v1/${stem}.json.gz`
    bucket.s3.seed(stems.flatMap(stem => [...storedDump(stem), {body: 'x', key: keyOf(stem)}]))
    const dry = await run(HeapdumpPrune, '--keep', '1', '--dry-run')
    expect(dry.stdout).toContain('Would delete 2 of 3 dumps')
    const pruned = await run(HeapdumpPrune, '--keep', '1', '--confirm', bucket.envFile, '--json')
    expect(JSON.parse(pruned.stdout)).toMatchObject({removed: [{}, {}], summaries: 1})
    expect(summaries()).toEqual([keyOf(stems[1]), keyOf(stems[2])])
    const id = idOf(`heapdump/v1/${stems[2]}.json.gz`)
    await run(HeapdumpDelete, id, '--confirm', id)
    expect([...bucket.s3.objects.keys()]).toEqual([keyOf(stems[1])])
  })
})
