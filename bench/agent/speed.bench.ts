// How long the dump of an app with two workers of about 640 MB takes, from the request to the last stored object, and what
// its visitors notice: idle, at the latency bench's 50 requests a second, and on a busy dyno. Also measures other
// checkouts' buildpacks, in turns, each in an app of its own.
//   HEAPDUMP_BENCH_BUILDPACKS=before=/path/to/buildpack vitest run --config bench/agent/vitest.config.ts bench/agent/speed
//   HEAPDUMP_BENCH_MB=500 HEAPDUMP_BENCH_RATES=0,50,300 HEAPDUMP_BENCH_ROUNDS=3 HEAPDUMP_BENCH_REDACT=1
// The latencies of a window that is as long for each agent, since a quicker dump is a smaller part of its own time.
import {execFileSync} from 'node:child_process'
import {readFileSync} from 'node:fs'
import {loadavg} from 'node:os'
import {expect, it} from 'vitest'
import {type EnabledApp, ofType, startEnabledApp, trigger} from '../../test/support/enabled-app.js'
import {eventually} from '../../test/support/eventually.js'
import {type Services, startServices} from '../../test/support/services.js'
import {seconds, visited} from './setting.js'

const MEGABYTES = Number(process.env.HEAPDUMP_BENCH_MB ?? 500)
const RATES = (process.env.HEAPDUMP_BENCH_RATES ?? '0,50,300').split(',').map(Number)
const ROUNDS = Number(process.env.HEAPDUMP_BENCH_ROUNDS ?? 3)
const REDACT = process.env.HEAPDUMP_BENCH_REDACT !== '0'
/** Name and directory; undefined: this project's. */
const BUILDPACKS: ReadonlyArray<readonly [name: string, directory: string | undefined]> = [
  ['now', undefined],
  ...(process.env.HEAPDUMP_BENCH_BUILDPACKS ?? '')
    .split(',')
    .filter(Boolean)
    .map(pair => pair.split('=') as [string, string]),
]
const WINDOW_SECONDS = Number(process.env.HEAPDUMP_BENCH_WINDOW ?? 60)
/** Rows of about 400 bytes of heap. */
const HEAP = `ROWS = Array.new(${Math.round(MEGABYTES * 2500)}) { |i| {'id' => i.to_s, 'email' => "customer#{i}@example.com", 'note' => 'n' * 60} }`

type Measured = {
  readonly agent: string
  readonly rate: number
  readonly seconds: number
  /** Megabytes of the dumps a second. */
  readonly speed: number
  readonly pauseMs: number
  readonly p99Ms: number
  readonly failed: number
}

/** CPU seconds that all cores spent: [busy, all]. */
function cpuOfMachine(): readonly [number, number] {
  const fields = readFileSync('/proc/stat', 'utf8').split('\n')[0].split(/\s+/).slice(1, 9).map(Number)
  const all = fields.reduce((sum, one) => sum + one, 0)
  return [all - fields[3] - fields[4], all]
}

async function busyShare(during: () => Promise<unknown>): Promise<number> {
  const before = cpuOfMachine()
  await during()
  const after = cpuOfMachine()
  return (after[0] - before[0]) / (after[1] - before[1])
}

const at = (sorted: readonly number[], share: number) =>
  sorted.length === 0 ? 0 : sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]

async function visitedAt(app: EnabledApp, rate: number, during: () => Promise<unknown>) {
  if (rate > 0) return visited(`${app.url}/page`, rate, during)
  await during()
  return {failures: [], latenciesMs: []}
}

async function measure(agent: string, app: EnabledApp, services: Services, rate: number): Promise<Measured> {
  let busy = 0
  let took = 0
  let events: Awaited<ReturnType<typeof trigger>> = []
  const quiet = await visitedAt(app, rate, async () => {
    busy = await busyShare(() => seconds(WINDOW_SECONDS / 4))
  })
  const {failures, latenciesMs} = await visitedAt(app, rate, async () => {
    const started = performance.now()
    events = await trigger(services.postgres.url, {force: true, redact: REDACT})
    took = (performance.now() - started) / 1000
    await seconds(WINDOW_SECONDS - took)
  })
  const finished = ofType(events, 'finished')
  expect(finished).toHaveLength(2)
  services.s3.objects.clear()
  const sorted = latenciesMs.toSorted((a, b) => a - b)
  const before = quiet.latenciesMs.toSorted((a, b) => a - b)
  const megabytes = finished.reduce((sum, {bytes}) => sum + bytes, 0) / 1e6
  const pauses = finished.map(({stallMs}) => stallMs)
  console.log(
    [
      `${agent.padEnd(8)}${`${rate}/s`.padEnd(8)}cores busy ${(busy * 100).toFixed(0)} %`,
      `${took.toFixed(1)} s (${finished.map(one => one.seconds.toFixed(1)).join(', ')}) for ${megabytes.toFixed(0)} MB, ${(megabytes / took).toFixed(0)} MB/s`,
      `pause ${pauses.map(pause => pause.toFixed(0)).join(', ')} ms`,
      `p50 ${at(sorted, 0.5).toFixed(1)} (before ${at(before, 0.5).toFixed(1)}), p99 ${at(sorted, 0.99).toFixed(1)} (${at(before, 0.99).toFixed(1)}), worst ${at(sorted, 1).toFixed(0)} (${at(before, 1).toFixed(0)}) ms of ${sorted.length} requests, ${failures.length} failed`,
    ].join('; '),
  )
  return {
    agent,
    failed: failures.length,
    p99Ms: at(sorted, 0.99),
    pauseMs: Math.max(...pauses),
    rate,
    seconds: took,
    speed: megabytes / took,
  }
}

const median = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1]

function printMedians(rows: readonly Measured[]): void {
  for (const rate of RATES) {
    for (const [name] of BUILDPACKS) {
      const own = rows.filter(row => row.rate === rate && row.agent === name)
      const of = (value: (row: Measured) => number) => median(own.map(row => value(row)))
      console.log(
        `${name} at ${rate}/s, median of ${own.length}: ${of(row => row.seconds).toFixed(1)} s, ${of(row => row.speed).toFixed(0)} MB/s, pause ${of(row => row.pauseMs).toFixed(0)} ms, p99 ${of(row => row.p99Ms).toFixed(1)} ms`,
      )
    }
  }
}

async function appOf(services: Services, buildpack: string | undefined): Promise<EnabledApp> {
  const vars = {EXTRA: HEAP, HEAPDUMP_DAILY_LIMIT: '500'}
  const app = await startEnabledApp({buildpack, databaseUrl: services.postgres.url, s3: services.s3, vars, workers: 2})
  await eventually(
    'the app answers',
    () =>
      fetch(`${app.url}/up`).then(
        response => response.ok,
        () => false,
      ),
    120,
  )
  await seconds(10)
  return app
}

it('dumps two large workers quickly', async () => {
  const services = await startServices()
  const ruby = execFileSync('ruby', ['-v'], {encoding: 'utf8'}).split(' ')[1]
  console.log(`Ruby ${ruby}, ${REDACT ? 'redacted' : 'plain'}. Load of the machine: ${loadavg()[0].toFixed(1)}.`)
  const rows: Measured[] = []
  try {
    for (let round = 0; round < ROUNDS; round++) {
      for (const rate of RATES) {
        for (const [agent, buildpack] of round % 2 === 0 ? BUILDPACKS : BUILDPACKS.toReversed()) {
          const app = await appOf(services, buildpack)
          try {
            rows.push(await measure(agent, app, services, rate))
          } finally {
            await app.stop()
          }
        }
      }
    }
  } finally {
    await services.stop()
  }

  printMedians(rows)
  expect(rows.flatMap(row => (row.failed > 0 ? [row.failed] : []))).toEqual([])
})
