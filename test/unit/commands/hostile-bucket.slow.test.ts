// Screens and errors of the commands that read a bucket, whose keys, facts and S3 messages would do harm if printed
// unescaped. And objects that are not our dumps, although their keys start like one.
import {gzipSync} from 'node:zlib'
import {afterAll, beforeAll, expect, it} from 'vitest'
import HeapdumpAnalyze from '../../../src/commands/heapdump/analyze.js'
import HeapdumpDelete from '../../../src/commands/heapdump/delete.js'
import HeapdumpDiff from '../../../src/commands/heapdump/diff.js'
import HeapdumpDoctor from '../../../src/commands/heapdump/doctor.js'
import HeapdumpDownload from '../../../src/commands/heapdump/download.js'
import HeapdumpExplain from '../../../src/commands/heapdump/explain.js'
import HeapdumpExplore from '../../../src/commands/heapdump/explore.js'
import HeapdumpInfo from '../../../src/commands/heapdump/info.js'
import HeapdumpList from '../../../src/commands/heapdump/list.js'
import HeapdumpPrune from '../../../src/commands/heapdump/prune.js'
import HeapdumpScheduleList from '../../../src/commands/heapdump/schedule/list.js'
import HeapdumpTrend from '../../../src/commands/heapdump/trend.js'
import HeapdumpTrigger from '../../../src/commands/heapdump/trigger.js'
import HeapdumpScheduleRemove from '../../../src/commands/heapdump/schedule/remove.js'
import HeapdumpUrl from '../../../src/commands/heapdump/url.js'
import {idOf, openBucket, storedDump, type TestBucket} from '../../support/bucket.js'
import {hostileRun, problemsOf} from '../../support/hostile-runs.js'
import {hostileDump, UNPRINTABLE} from '../../support/hostile.js'
import {runCommand} from '../../support/run-command.js'

type CommandClass = Parameters<typeof hostileRun>[0]

const ALL = UNPRINTABLE.join('')
/** Without a comma, which ends a fact, a slash, which ends a folder of the key, and NUL, which S3 rejects. */
const inKey = (text: string) => text.replaceAll(/[,/\0]/g, '')
const facts = (at: number) =>
  Object.fromEntries(
    ['process', 'release', 'ruby', 'by'].map((name, turn) => [
      name,
      name + inKey(UNPRINTABLE[(at + turn) % UNPRINTABLE.length]),
    ]),
  )
const hostile = hostileDump(UNPRINTABLE)
const stems = UNPRINTABLE.map((_, at) => `20261124T08${10 + at}00Z-web.1-14-k3f9q2m8x${at}`)
const keys = stems.map(stem => `heapdump/v1/${stem}.json.gz`)
let bucket: TestBucket

beforeAll(async () => {
  bucket = await openBucket({
    DATABASE_URL: `postgres://u:p@127.0.0.1:9/${encodeURIComponent(ALL)}`,
    HEAPDUMP_SCHEDULE: ALL.replaceAll(/[\n\r]/g, ''),
    HEAPDUMP_SECRET: 'a'.repeat(40),
  })
  bucket.s3.seed(stems.flatMap((stem, at) => storedDump(stem, {body: gzipSync(hostile.text), facts: facts(at)})))
  // Two dumps of one run of a process, for trend and diff.
  bucket.s3.seed(
    ['1', '2'].flatMap(day =>
      storedDump(`2026112${day}T080000Z-web.2-14-a${day}`, {
        body: gzipSync(hostileDump(UNPRINTABLE, {count: 300 * Number(day)}).text),
        facts: facts(0),
      }),
    ),
  )
  bucket.s3.seed(
    UNPRINTABLE.map((text, at) => ({
      body: 'x',
      key: `heapdump/v1/2026112${at}T081200Z-web${inKey(text)}.1-14-abcdefgh.json.gz`,
    })),
  )
})
afterAll(() => bucket.close())

const PLAIN: ReadonlySet<unknown> = new Set([HeapdumpUrl, HeapdumpScheduleList, HeapdumpPrune])
const faulty = (fault: object) => () => void bucket.s3.faults.add({times: Infinity, ...fault})

/** A command, its arguments, and a failure of S3. */
const runs = (): ReadonlyArray<readonly [CommandClass, readonly string[], (() => void)?]> => [
  [HeapdumpList, ['--all']],
  [HeapdumpList, ['--json']],
  ...keys.slice(0, 4).map(key => [HeapdumpInfo, [idOf(key)]] as const),
  [HeapdumpInfo, ['--json', keys[0]]],
  [HeapdumpInfo, [ALL]],
  [HeapdumpUrl, [keys[1]]],
  [HeapdumpUrl, [ALL, '--json']],
  [HeapdumpAnalyze, [keys[2]]],
  [HeapdumpAnalyze, [ALL]],
  [HeapdumpExplain, [keys[3], hostile.addresses.hash]],
  [HeapdumpExplore, [ALL]],
  [HeapdumpDiff, [keys[0], keys[1]]],
  [HeapdumpDiff, [keys[1], keys[0]]],
  [HeapdumpTrend, ['--dyno', 'web.2']],
  [HeapdumpTrend, ['--dyno', ALL]],
  [HeapdumpTrend, ['--process', ALL]],
  [HeapdumpDelete, [keys[0]]],
  [HeapdumpDelete, [keys[0], '--confirm', ALL]],
  [HeapdumpPrune, ['--keep', '2', '--dry-run']],
  [HeapdumpPrune, ['--keep', '1', '--confirm', ALL]],
  [HeapdumpDownload, [keys[0], '-o', '/dev/null/漢字\u202e']],
  [HeapdumpScheduleList, []],
  [HeapdumpScheduleRemove, [ALL]],
  [HeapdumpTrigger, ['--yes', '--dyno', ALL]],
  [HeapdumpTrigger, ['--yes', '--database', ALL]],
  [HeapdumpDoctor, ['--timeout', '1s']],
  [HeapdumpList, [], faulty({code: `Evil${ALL}`, status: 400})],
  [HeapdumpList, [], faulty({code: 'AccessDenied', message: ALL, status: 403})],
  [
    HeapdumpList,
    [],
    faulty({code: 'PermanentRedirect', headers: {'x-amz-bucket-region': "eu'; touch pwned; '"}, status: 301}),
  ],
  [HeapdumpAnalyze, [keys[0]], faulty({code: `No${ALL}`, operation: 'GetObject', status: 404})],
  [HeapdumpList, ['--env', `/no/such${ALL.replaceAll('\0', '')}`]],
]

it.each([80, 140])(
  'nothing foreign is printed at %i columns, and no line is longer',
  {timeout: 300_000},
  async width => {
    const hostileRuns = runs().map(([command, args, spoil]) => {
      const all = args.includes('--env') ? args : [...args, '--env', bucket.envFile]
      const {plain, run, title} = hostileRun(command, all)
      const spoiled = async () => {
        spoil?.()
        return run().finally(() => bucket.s3.faults.clear())
      }
      // The terminal wraps plain lines, such as a URL or keys.
      return {plain: plain || PLAIN.has(command), run: spoiled, title}
    })
    expect(await problemsOf(hostileRuns, width)).toEqual([])
  },
)

it('ignores keys without a valid dyno, date or number', async () => {
  const others = [
    '20261324T081200Z-web.1-14-abcdefgh',
    '20260230T081200Z-web.1-14-abcdefgh',
    '99999999T999999Z-web.1-7-abcdefgh',
    '20261124T081200Z-$(id)-7-abcdefgh',
    `20261124T081200Z-${'w'.repeat(65)}-7-abcdefgh`,
    '20261124T081200Z-web.1-99999999999-abcdefgh',
    '20261124T081200Z-we b-7-abcdefgh',
    '20261124T081200Z-wéb-7-abcdefgh',
  ].map(stem => ({body: 'x', key: `heapdump/v1/${stem}.json.gz`}))
  bucket.s3.seed([...others, {body: 'x', key: '2026-13-45T99:22:26Z-process:878-heap.dump'}])
  // A key with a time after it was stored would be `latest` forever.
  const toCome = ['heapdump/v1/99990101T000000Z-web.1-7-abcdefgh.json.gz', '2999-01-01T00:00:00Z-process:878-heap.dump']
  bucket.s3.seed(toCome.map(key => ({body: 'x', key, lastModified: new Date()})))
  const {stdout} = await runCommand(HeapdumpList, ['--json', '--env', bucket.envFile])
  const listed = (JSON.parse(stdout) as Array<{key: string}>).map(({key}) => key)
  expect(listed.toSorted()).toEqual(
    [
      ...keys,
      'heapdump/v1/20261121T080000Z-web.2-14-a1.json.gz',
      'heapdump/v1/20261122T080000Z-web.2-14-a2.json.gz',
    ].toSorted(),
  )
})
