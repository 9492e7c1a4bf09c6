// npm run soak: what dumps leave behind. Three instances of a Rails app (or Redmine) under the same traffic, in which
// Ruby decides when to collect: one is left alone, one dumped (alternately redacted and plain), one dumped after some
// seconds of tracing. Two minutes after the last dump, the dumped ones must be as large as the one left alone, within 5
// % or 10 MB, and must have no additional process, descriptor, thread, file or database session.
//   HEAPDUMP_SOAK_DUMPS=20
//   HEAPDUMP_SOAK_APP=redmine   (`npm run rubies -- redmine bench/agent/soak` sets it)
//   HEAPDUMP_SOAK_VARS='MALLOC_ARENA_MAX=2 LD_PRELOAD=libjemalloc.so.2'
//   HEAPDUMP_SOAK_OUT=FILE      every measurement, as JSON lines (bench/agent/soak-chart.js draws them)
import {appendFileSync} from 'node:fs'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, it} from 'vitest'
import {askAgents} from '../../src/lib/agent/ask-agents.js'
import {CREDENTIALS, type EnabledApp, connect, startEnabledApp, trigger} from '../../test/support/enabled-app.js'
import {root} from '../../test/support/buildpack.js'
import {eventually} from '../../test/support/eventually.js'
import {type Footprint, footprintOf} from '../../test/support/footprint.js'
import type {TestPostgres} from '../../test/support/postgres.js'
import {descriptorsOf, threadsOf} from '../../test/support/processes.js'
import type {S3Double} from '../../test/support/s3-double.js'
import {type Services, startServices} from '../../test/support/services.js'
import {type Traffic, startTraffic} from '../../test/support/traffic.js'
import {seconds} from './setting.js'
import {soakSubject} from './soak-subjects.js'

const SUBJECT = soakSubject(process.env.HEAPDUMP_SOAK_APP)
const DUMPS = Number(process.env.HEAPDUMP_SOAK_DUMPS ?? 20)
const WARM_UP_SECONDS = 60
const SECONDS_A_DUMP = 15
const REST_SECONDS = 120
const TRACED_SECONDS = 5
/** A second apart, so that the app collects between them, as it does in a month. */
const STATUSES = 60
const MEGABYTE = 1_000_000
const MORE = (process.env.HEAPDUMP_SOAK_VARS ?? '').split(' ').filter(Boolean)
const more = Object.fromEntries(MORE.map(pair => pair.split('=', 2)))

type Subject = {
  readonly name: 'alone' | 'dumped' | 'traced'
  readonly dyno: string
  readonly app: EnabledApp
  readonly probes: string
  readonly traffic: readonly Traffic[]
}
let services: Services | undefined
let [postgres, s3, subjects]: [TestPostgres?, S3Double?, Subject[]?] = []

async function start(name: Subject['name'], at: number): Promise<Subject> {
  const dyno = `web.${at + 1}`
  const probes = await mkdtemp(join(tmpdir(), 'heapdump-'))
  const probe = {PROBE: probes, PROBE_RB: join(root, 'test/support/ruby/probe.rb')}
  const vars = {HEAPDUMP_DYNOS: dyno, ...SUBJECT.vars, ...probe, ...more}
  const {source, visits} = SUBJECT
  const app = await startEnabledApp({databaseUrl: postgres!.url, dyno, s3: s3!, source, vars, workers: 0})
  // The agent may listen before the app.
  const answers = () =>
    fetch(app.url + visits[0].path).then(
      ({ok}) => ok,
      () => false,
    )
  await eventually('the app answers', answers, 90)
  const traffic = visits.map(visit => startTraffic(app.url, visit))
  return {app, dyno, name, probes, traffic}
}

beforeAll(async () => {
  services = await startServices()
  ;({postgres, s3} = services)
  SUBJECT.prepare?.(postgres.url)
  subjects = await Promise.all((['alone', 'dumped', 'traced'] as const).map(start))
})
afterAll(async () => {
  for (const {app, probes} of subjects ?? []) {
    await app.stop()
    await rm(probes, {force: true, recursive: true})
  }

  await services?.stop()
})

/** The number of database sessions: the agents' and our own. */
async function sessions(): Promise<number> {
  const connection = await connect(postgres!.url)
  try {
    return (await connection.countConnections()).used
  } finally {
    await connection.close()
  }
}

async function askForStatus(dyno: string) {
  const connection = await connect(postgres!.url)
  try {
    for (let asked = 0; asked < STATUSES; asked++) {
      await seconds(1)
      const question = {type: 'status'} as const
      const secret = CREDENTIALS.secretAccessKey
      await askAgents(connection, {answerTimeoutMs: 20_000, dyno, question, secret, target: ''})
    }
  } finally {
    await connection.close()
  }
}

const COLUMNS: ReadonlyArray<readonly [string, (footprint: Footprint) => string]> = [
  ['RSS', one => (one.rss / MEGABYTE).toFixed(1)],
  ['PSS', one => (one.pss / MEGABYTE).toFixed(1)],
  ['heap pages', one => String(one.gc.heap_allocated_pages)],
  ['free slots', one => String(one.gc.heap_free_slots)],
  ['malloc in use', one => ((one.malloc.uordblks + one.malloc.hblkhd) / MEGABYTE).toFixed(1)],
  ['malloc free', one => (one.malloc.fordblks / MEGABYTE).toFixed(1)],
  ['GCs', one => String(one.gc.count)],
]

async function note(dumps: number, subject: Subject): Promise<Footprint> {
  const footprint = await footprintOf(subject.app.pid, subject.probes)
  const cells = COLUMNS.map(([title, of]) => of(footprint).padStart(title.length + 2))
  console.log([subject.name.padEnd(7), String(dumps).padStart(5), ...cells].join(' '))
  const out = process.env.HEAPDUMP_SOAK_OUT
  if (out) appendFileSync(out, `${JSON.stringify({dumps, name: subject.name, ...footprint})}\n`)
  return footprint
}

/** Counts a process's resources while no request is in progress. */
async function belongings({app, traffic}: Subject) {
  await Promise.all(traffic.map(one => one.pause()))
  const counts = {
    descriptors: descriptorsOf(app.pid).length,
    files: (await app.files()).filter(file => !file.endsWith('requests.json')).length,
    processes: app.processes().length,
    threads: threadsOf(app.pid),
  }
  for (const one of traffic) one.resume()
  return counts
}

/** Resources that increased. Decreases come from the app: Rails closes unused connections. */
async function added(subject: Subject, had: Awaited<ReturnType<typeof belongings>>) {
  const has = await belongings(subject)
  const names = Object.keys(had) as Array<keyof typeof had>
  return names.filter(name => has[name] > had[name]).map(name => `${has[name]} ${name}, not ${had[name]}`)
}

it(`${DUMPS} dumps leave the process unchanged`, async () => {
  const [alone, ...dumped] = subjects!
  await seconds(WARM_UP_SECONDS)
  const had = await Promise.all(dumped.map(belongings))
  const sessionsBefore = await sessions()
  console.log(['       ', 'dumps', ...COLUMNS.map(([title]) => title.padStart(title.length + 2))].join(' '))
  const first = [await note(0, alone), ...(await Promise.all(dumped.map(subject => note(0, subject))))]
  const takeDumps = async (subject: Subject) => {
    for (let dumps = 1; dumps <= DUMPS; dumps++) {
      const rested = seconds(SECONDS_A_DUMP)
      const traceSeconds = subject.name === 'traced' ? TRACED_SECONDS : 0
      const events = await trigger(postgres!.url, {dyno: subject.dyno, redact: dumps % 2 === 1, traceSeconds})
      expect(events.at(-1)).toMatchObject({failed: 0, finished: 1})
      s3!.objects.clear()
      await rested
      await note(dumps, subject)
      if (subject === dumped[0]) await note(dumps, alone)
    }

    await seconds(REST_SECONDS)
  }
  await Promise.all(dumped.map(takeDumps))
  console.log(`${REST_SECONDS} s after the last:`)
  const last = await Promise.all(subjects!.map(subject => note(DUMPS, subject)))

  for (const [at, subject] of dumped.entries()) {
    // Ruby keeps the native thread of a finished thread for a few seconds, to reuse it.
    await eventually('everything is as before', async () => (await added(subject, had[at])).length === 0).catch(
      () => {},
    )
    expect(await added(subject, had[at])).toEqual([])
    const came = last[at + 1].rss - first[at + 1].rss - (last[0].rss - first[0].rss)
    console.log(`${subject.name}: ${(came / MEGABYTE).toFixed(1)} MB more growth than the app left alone`)
    expect(came).toBeLessThan(Math.max(10 * MEGABYTE, 0.05 * last[0].rss))
  }

  // Asks twice: objects from the first round are garbage in the second.
  const asked: number[] = []
  for (const _ of [1, 2]) {
    await askForStatus(dumped[0].dyno)
    console.log(`after ${STATUSES} status requests:`)
    asked.push((await note(DUMPS, dumped[0])).rss)
  }

  expect(asked[1] - asked[0]).toBeLessThan(5 * MEGABYTE)
  expect(await sessions()).toBe(sessionsBefore)
  expect(s3!.uploads.size).toBe(0)
  const failed = []
  for (const {name, traffic} of subjects!) {
    const pages = await Promise.all(traffic.map(one => one.stop()))
    const failures = traffic.flatMap(one => one.failures)
    console.log(
      `${name}: ${pages.reduce((sum, {served}) => sum + served, 0)} requests served, ${failures.length} failed`,
    )
    for (const failure of failures) console.log(`  ${failure}`)
    failed.push(failures.length)
  }

  // On a busy machine, requests of the app left alone fail too.
  expect(Math.max(...failed.slice(1))).toBeLessThanOrEqual(failed[0])
})
