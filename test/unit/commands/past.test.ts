// analyze and info with two dumps of one process in a bucket, and the history that the agent recorded.
import {gzipSync} from 'node:zlib'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import HeapdumpAnalyze from '../../../src/commands/heapdump/analyze.js'
import HeapdumpDiff from '../../../src/commands/heapdump/diff.js'
import HeapdumpInfo from '../../../src/commands/heapdump/info.js'
import HeapdumpList from '../../../src/commands/heapdump/list.js'
import {parseFacts, readHistory} from '../../../src/lib/process-history.js'
import {type TestBucket, idOf, openBucket, storedDump} from '../../support/bucket.js'
import {heapOf} from '../../support/heaps.js'
import {factsOf, MEGABYTE, pastOf, type PastOptions} from '../../support/histories.js'
import {runCommand} from '../../support/run-command.js'

let bucket: TestBucket
beforeEach(async () => {
  bucket = await openBucket()
})
afterEach(() => bucket.close())

const PAST: PastOptions = {
  minutes: 480,
  old: minute => 200_000 + minute * 500,
  rss: minute => (150 + minute / 2) * MEGABYTE,
}

/** A Hash of Cache with this many strings. */
async function heapWith(texts: number): Promise<Buffer> {
  const {text} = await heapOf(`
    ROOT vm > Object
    Object CLASS 500 name=Object > Cache String Hash
    Cache  CLASS 500 name=Cache > store
    String CLASS 500 name=String
    Hash   CLASS 500 name=Hash
    store HASH:Hash 14376 size=500 > ${Array.from({length: texts}, (_, at) => `text${at}`).join(' ')}
    ${Array.from({length: texts}, (_, at) => `text${at} STRING:String 4000 bytesize=3900 flags={"wb_protected":true,"old":${at % 9 !== 0}}`).join('\n    ')}`)
  return gzipSync(text)
}

/** Stores a dump of web.1, taken at this hour, of the process that started at two. Returns its id. */
async function store(
  hour: number,
  {boot = 2, pid = 14, texts}: {readonly boot?: number; readonly pid?: number; readonly texts: number},
): Promise<string> {
  const past = pastOf({...PAST, minutes: (hour - 2) * 60})
  const stem = `20261124T${String(hour).padStart(2, '0')}0000Z-web.1-${pid}-k3f9q2m8x${hour}`
  const named = {
    boot: past.bootedAt + (boot - 2) * 3600,
    quota: past.quotaBytes!,
    rss: past.rssBytes!,
    used: past.usedBytes!,
  }
  const [dump, facts] = storedDump(stem, {body: await heapWith(texts), facts: named})
  bucket.s3.seed([dump, {...facts, body: JSON.stringify({...factsOf(past), ...named})}])
  return idOf(`heapdump/v1/${stem}.json.gz`)
}

const analyze = (...args: string[]) => runCommand(HeapdumpAnalyze, ['--env', bucket.envFile, ...args])
const downloads = () =>
  bucket.s3.requests.filter(({operation, path}) => operation === 'GetObject' && /(?<!\.memory)\.json\.gz$/.test(path))

describe('the history of a process', () => {
  it('survives writing and reading', () => {
    const past = pastOf({...PAST, gcAtTracing: 4000})
    expect(readHistory(parseFacts(JSON.stringify(factsOf(past))))).toEqual(past)
  })

  it.each([
    ['no JSON', '{'],
    ['a list', '[]'],
    ['no history', JSON.stringify({...factsOf(pastOf(PAST)), history: undefined})],
    ['a history that is none', JSON.stringify({boot: 1, history: 'level'})],
    ['columns that are none', JSON.stringify({boot: 1, history: {at: 7, now: 9, rss: {}}})],
    ['times that run backwards', JSON.stringify({boot: 1, history: {at: [60, 0], now: 90, rss: [1, 1]}})],
    ['a time that no calendar has', JSON.stringify({boot: 1e14, history: {at: [0], now: 90, rss: [1]}})],
    ['sizes that are none', JSON.stringify({boot: 1, history: {at: [0, 60], now: 90, rss: [1, '2']}})],
    [
      'more points than anybody keeps',
      JSON.stringify({
        boot: 1,
        history: {at: Array.from({length: 5000}, () => 1), now: 90, rss: Array.from({length: 5000}, () => 1)},
      }),
    ],
  ])('is missing if the facts have %s', (_what, text) => {
    expect(readHistory(parseFacts(text))).toBeNull()
  })

  it('is in the verdict and the JSON', async () => {
    await store(10, {texts: 400})
    const {stdout} = await analyze('--json')
    const {history, sincePrevious} = JSON.parse(stdout)
    expect(history).toMatchObject({
      bootedAt: '2026-11-24T02:00:00Z',
      gcAtBoot: 20,
      oldObjects: {state: 'climbing'},
      processSeconds: 8 * 3600,
      quotaBytes: 512 * 2 ** 20,
    })
    expect(history.points).toHaveLength(60)
    expect(sincePrevious).toBeNull()
    expect((await analyze()).stdout.replaceAll(/\s+/g, ' ')).toMatch(
      /Old objects climb by 30,000 an hour, memory by 30\.0 MB an hour, since 02:1\d UTC \(7 h \d+ min\)\. At that rate the dyno reaches its 512 MB limit in about 5 h\./,
    )
  })

  it('takes a few lines in heapdump:info', async () => {
    await store(10, {texts: 4})
    const {stdout} = await runCommand(HeapdumpInfo, ['--env', bucket.envFile])
    expect(stdout).toMatch(
      /Started +2026-11-24T02:00:00Z, 8 h before the dump\n +Memory since +150 MB [▁▂▃▄▅▆▇█]{24} 38\d MB\n +Old objects +2\d\d,\d{3} [▁▂▃▄▅▆▇█]{24} 43\d,\d{3}\n +History +Old objects climb by 30,000 an hour/,
    )
    expect(stdout).toContain("the dyno's quota is 512 MB")
    const json = JSON.parse((await runCommand(HeapdumpInfo, ['--env', bucket.envFile, '--json'])).stdout)
    expect(json).toMatchObject({
      bootedAt: '2026-11-24T02:00:00Z',
      history: {memory: {state: 'climbing'}},
      quotaBytes: 512 * 2 ** 20,
    })
  })

  it('is not requested if an older agent wrote the dump', async () => {
    bucket.s3.seed(storedDump('20261124T081200Z-web.1-14-k3f9q2m8x1'))
    expect(JSON.parse((await analyze('--json')).stdout)).toMatchObject({history: null, sincePrevious: null})
    expect(bucket.s3.requests.filter(({operation}) => operation === 'GetObject')).toHaveLength(1)
    expect(JSON.parse((await runCommand(HeapdumpList, ['--env', bucket.envFile, '--json'])).stdout)[0]).toMatchObject({
      bootedAt: null,
      quotaBytes: null,
    })
  })

  it('does not break an analysis if it cannot be read', async () => {
    await store(10, {texts: 400})
    bucket.s3.faults.add({
      code: 'AccessDenied',
      key: /\.facts$/,
      operation: 'GetObject',
      status: 403,
      times: Infinity,
    })
    const {code, stdout} = await analyze('--json')
    expect([code, JSON.parse(stdout).history]).toEqual([0, null])
  })
})

describe('an earlier dump of the process', () => {
  const words = async (...args: string[]) => (await analyze(...args)).stdout.replaceAll(/\s+/g, ' ')

  it('is compared by its recorded facts, without a download', async () => {
    const [before, after] = [await store(8, {texts: 400}), await store(10, {texts: 500})]
    const said = await words(after)
    expect(said).toContain(`Since ${before}, taken 2 h earlier: process +60.0 MB, old objects +55,000.`)
    expect(said).toContain(`heroku heapdump:diff ${before} ${after} --env`)
    expect(downloads()).toHaveLength(1)
    expect(await words(before)).not.toContain('Since d')
  })

  it('is what diff uses by default, and the latest dump is the default of its second argument', async () => {
    const [first, before, after] = [
      await store(6, {texts: 300}),
      await store(8, {texts: 400}),
      await store(10, {texts: 500}),
    ]
    // Another process, with only one dump.
    await store(11, {boot: 7, pid: 99, texts: 10})
    const compared = async (...args: string[]) => {
      const {stdout} = await runCommand(HeapdumpDiff, [...args, '--env', bucket.envFile, '--json'])
      return (JSON.parse(stdout) as {dumps: Array<{name: string}>}).dumps.map(({name}) => name)
    }
    expect(await compared()).toEqual([before, after])
    expect((await compared(first))[0]).toBe(first)
    expect(await compared(first, after)).toEqual([first, after])
  })

  it('is required by diff: a process with two dumps', async () => {
    await store(8, {texts: 10})
    const {code, stdout} = await runCommand(HeapdumpDiff, ['--env', bucket.envFile, '--json'])
    expect(code).toBe(1)
    expect(JSON.parse(stdout).error).toMatchObject({
      code: 'no_pair',
      hint: expect.stringContaining(`heroku heapdump:trigger --env ${bucket.envFile}`),
    })
  })

  it('is compared by its report, if that is cached', async () => {
    const [before, after] = [await store(8, {texts: 400}), await store(10, {texts: 500})]
    await analyze(before)
    expect(await words(after)).toContain(
      `Since ${before}, taken 2 h earlier: process +60.0 MB, live objects +400 kB (Cache +400 kB).`,
    )
    expect(JSON.parse((await analyze(after, '--json')).stdout).sincePrevious).toMatchObject({
      comparedBy: 'report',
      id: before,
      liveBytes: 400_000,
      most: {bytes: 400_000},
      seconds: 7200,
    })
    expect(downloads().filter(({path}) => path.includes('T080000Z'))).toHaveLength(1)
    expect(await words(after, '--no-cache')).toContain('old objects +55,000')
    expect(JSON.parse((await analyze(after, '--json', '--class', 'String')).stdout).sincePrevious).toBeNull()
  })

  it('is not from another process: a restart can have the same dyno and pid', async () => {
    await store(7, {boot: 1, texts: 400})
    await store(8, {pid: 15, texts: 400})
    expect(await words(await store(10, {texts: 500}))).not.toContain('Since d')
  })
})
