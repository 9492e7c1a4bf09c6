// Every screen and every error of the commands that look into a bucket, where its keys, the facts in them and S3's own
// words do harm if they are printed as they are. And what is no dump of ours although its key begins as one.
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
import HeapdumpSchedules from '../../../src/commands/heapdump/schedules.js'
import HeapdumpTrend from '../../../src/commands/heapdump/trend.js'
import HeapdumpTrigger from '../../../src/commands/heapdump/trigger.js'
import HeapdumpUnschedule from '../../../src/commands/heapdump/unschedule.js'
import HeapdumpUrl from '../../../src/commands/heapdump/url.js'
import {idOf, openBucket, storedDump, type TestBucket} from '../../support/bucket.js'
import {foreignIn, hostileDump, UNPRINTABLE} from '../../support/hostile.js'
import {runCommand} from '../../support/run-command.js'
import {columnsOf} from '../../support/screens.js'
import {setEnvironment} from '../../support/settings.js'

type CommandClass = Parameters<typeof runCommand>[0] & {readonly name: string}

const ALL = UNPRINTABLE.join('')
/** A comma ends a fact, a slash a folder of the key, NUL whatever S3 takes for one. */
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
  // Two of one run of a process, for the trend and a comparison.
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

const PLAIN: ReadonlySet<CommandClass> = new Set<CommandClass>([HeapdumpUrl, HeapdumpSchedules, HeapdumpPrune])
const faulty = (fault: object) => async () => void bucket.s3.faults.add({times: Infinity, ...fault})
const nothing = async () => {}

/** A command, its arguments, and what goes wrong with S3 meanwhile. */
const runs = (): ReadonlyArray<readonly [CommandClass, readonly string[], () => Promise<void>]> => [
  [HeapdumpList, ['--all'], nothing],
  [HeapdumpList, ['--json'], nothing],
  ...keys.slice(0, 4).map(key => [HeapdumpInfo, [idOf(key)], nothing] as const),
  [HeapdumpInfo, ['--json', keys[0]], nothing],
  [HeapdumpInfo, [ALL], nothing],
  [HeapdumpUrl, [keys[1]], nothing],
  [HeapdumpUrl, [ALL, '--json'], nothing],
  [HeapdumpAnalyze, [keys[2]], nothing],
  [HeapdumpAnalyze, [ALL], nothing],
  [HeapdumpExplain, [keys[3], hostile.addresses.hash], nothing],
  [HeapdumpExplore, [ALL], nothing],
  [HeapdumpDiff, [keys[0], keys[1]], nothing],
  [HeapdumpDiff, [keys[1], keys[0]], nothing],
  [HeapdumpTrend, ['--dyno', 'web.2'], nothing],
  [HeapdumpTrend, ['--dyno', ALL], nothing],
  [HeapdumpTrend, ['--process', ALL], nothing],
  [HeapdumpDelete, [keys[0]], nothing],
  [HeapdumpDelete, [keys[0], '--confirm', ALL], nothing],
  [HeapdumpPrune, ['--keep', '2', '--dry-run'], nothing],
  [HeapdumpPrune, ['--keep', '1', '--confirm', ALL], nothing],
  [HeapdumpDownload, [keys[0], '-o', '/dev/null/漢字\u202e'], nothing],
  [HeapdumpSchedules, [], nothing],
  [HeapdumpUnschedule, [ALL], nothing],
  [HeapdumpTrigger, ['--yes', '--dyno', ALL], nothing],
  [HeapdumpTrigger, ['--yes', '--database', ALL], nothing],
  [HeapdumpDoctor, ['--timeout', '1s'], nothing],
  [HeapdumpList, [], faulty({code: `Evil${ALL}`, status: 400})],
  [HeapdumpList, [], faulty({code: 'AccessDenied', message: ALL, status: 403})],
  [
    HeapdumpList,
    [],
    faulty({code: 'PermanentRedirect', headers: {'x-amz-bucket-region': "eu'; touch pwned; '"}, status: 301}),
  ],
  [HeapdumpAnalyze, [keys[0]], faulty({code: `No${ALL}`, operation: 'GetObject', status: 404})],
  [HeapdumpList, ['--env', `/no/such${ALL.replaceAll('\0', '')}`], nothing],
]

it.each([80, 140])(
  'nothing foreign is printed at %i columns, and no line is longer',
  {timeout: 300_000},
  async width => {
    const restore = setEnvironment({COLUMNS: String(width), NO_COLOR: '1'})
    const found: string[] = []
    try {
      for (const [command, args, prepare] of runs()) {
        await prepare()
        const {stderr, stdout} = await runCommand(
          command,
          args.includes('--env') ? args : [...args, '--env', bucket.envFile],
        )
        bucket.s3.faults.clear()
        const title = `${command.name} ${args.join(' ')}`
        found.push(...foreignIn(stdout + stderr).map(problem => `${title}: ${problem}`))
        // Plain lines are the terminal's to break: a URL, keys.
        if (!args.includes('--json') && !PLAIN.has(command))
          found.push(
            ...stdout
              .split('\n')
              .filter(line => columnsOf(line) > width)
              .map(line => `${title}: ${line}`),
          )
        if (stdout + stderr === '') found.push(`${title}: nothing was printed`)
      }
    } finally {
      restore()
    }

    expect(found).toEqual([])
  },
)

it('what has no dyno, no date or no number of ours in its key is no dump of ours', async () => {
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
