// npm run bench:agent: what a dump of a heap of 500 MB costs an app that serves 50 requests a second. In one run: the app left alone, dumped by
// the agent, and dumping itself in a request as code without an agent does; ratios to the first hold where milliseconds differ.
//   HEAPDUMP_BENCH_MB=500
import {writeFileSync} from 'node:fs'
import {afterAll, beforeAll, expect, it} from 'vitest'
import {type ArmedApp, ofType, startArmedApp, startBucket, trigger} from '../../test/support/armed-app.js'
import {type TestPostgres, startPostgres} from '../../test/support/postgres.js'
import {rssBytesOf} from '../../test/support/processes.js'
import type {S3Double} from '../../test/support/s3-double.js'
import {startTraffic} from '../../test/support/traffic.js'

const MEGABYTES = Number(process.env.HEAPDUMP_BENCH_MB ?? 500)
const IDLE_SECONDS = 20
/** Rows as an app has them, about 400 bytes of heap each. */
const HEAP = `ROWS = Array.new(${Math.round(MEGABYTES * 2500)}) { |i| {'id' => i.to_s, 'email' => "customer#{i}@example.com", 'note' => 'n' * 60} }`
const INLINE = `
  Thread.new do
    sleep(0.1) until File.exist?(File.join(ENV['TMPDIR'], 'dump-inline'))
    started = Process.clock_gettime(Process::CLOCK_MONOTONIC)
    require 'objspace'
    File.open(File.join(ENV['TMPDIR'], 'inline.json'), 'w') { |file| ObjectSpace.dump_all(output: file) }
    $stderr.write("inline dump took #{(Process.clock_gettime(Process::CLOCK_MONOTONIC) - started).round(2)} s\\n")
  end
`

let postgres: TestPostgres
let s3: S3Double
let app: ArmedApp
beforeAll(async () => {
  postgres = await startPostgres()
  s3 = await startBucket()
  app = await startArmedApp({databaseUrl: postgres.url, s3, vars: {EXTRA: HEAP + INLINE}, workers: 0})
})
afterAll(async () => {
  await app?.stop()
  await postgres?.stop()
  await s3?.stop()
})

type Row = {readonly name: string; readonly p50: number; readonly p99: number; readonly worst: number; readonly served: number; readonly failed: number}

async function measure(name: string, during: () => Promise<unknown>): Promise<Row> {
  const traffic = startTraffic(app.url, {perSecond: 50})
  await during()
  const {failed, served} = await traffic.stop()
  const sorted = traffic.latenciesMs.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
  return {failed, name, p50: at(0.5), p99: at(0.99), served, worst: at(1)}
}

it('a dump costs the app hardly anything', async () => {
  console.log(`The process has ${Math.round(rssBytesOf(app.pid) / 1e6)} MB.`)
  const idle = await measure('idle', () => new Promise(resolve => {
    setTimeout(resolve, IDLE_SECONDS * 1000)
  }))
  let events: Awaited<ReturnType<typeof trigger>> = []
  const dumped = await measure('dumped by the agent', async () => {
    events = await trigger(postgres.url, {force: true})
  })
  const [finished] = ofType(events, 'finished')
  expect(finished).toBeDefined()
  const inline = await measure('dumping itself', async () => {
    writeFileSync(`${app.temporary}/dump-inline`, '')
    await app.saw(/inline dump took/, 300)
  })
  const rows = [idle, dumped, inline]
  console.log(['', 'p50 ms', 'p99 ms', 'worst ms', 'p99 / idle', 'served', 'failed'].map((text, i) => text.padEnd(i === 0 ? 22 : 11)).join(''))
  for (const {name, p50, p99, worst, served, failed} of rows) {
    console.log(name.padEnd(22) + [p50, p99, worst].map(ms => ms.toFixed(1).padEnd(11)).join('') + [(p99 / idle.p99).toFixed(2), served, failed].map(text => String(text).padEnd(11)).join(''))
  }

  console.log(`The process stood still for ${finished.stallMs} ms; the dump of ${Math.round(finished.bytes / 1e6)} MB was stored after ${finished.seconds} s as ${Math.round(finished.storedBytes / 1e6)} MB. ${app.lines.find(line => line.includes('inline dump took'))}.`)
  console.log(`Wanted: p99 ≤ 1.5 × idle (${(dumped.p99 / idle.p99).toFixed(2)}), stall ≤ 50 ms (${finished.stallMs}), no failed request (${dumped.failed}).`)
  expect(dumped.failed).toBe(0)
  // The rest is what this machine and its other work make of it: printed, for whoever reads.
})
