// npm run bench:agent: what a dump of a 500 MB heap costs an app that serves 50 requests a second. In one run: the app
// left alone, dumped by the agent, and dumping itself in a thread, as without an agent. Compare the ratios to the
// first, because milliseconds differ between machines.
//   HEAPDUMP_BENCH_MB=500 HEAPDUMP_BENCH_PATH=/page HEAPDUMP_BENCH_REDACT=1
import {execFileSync} from 'node:child_process'
import {writeFileSync} from 'node:fs'
import {loadavg} from 'node:os'
import {fileURLToPath} from 'node:url'
import {expect, it} from 'vitest'
import {ofType, trigger} from '../../test/support/enabled-app.js'
import {eventually} from '../../test/support/eventually.js'
import {rssBytesOf} from '../../test/support/processes.js'
import {seconds, settingOf, spentBy, visited} from './setting.js'

const MEGABYTES = Number(process.env.HEAPDUMP_BENCH_MB ?? 500)
const PATH = process.env.HEAPDUMP_BENCH_PATH ?? '/page'
const REDACT = process.env.HEAPDUMP_BENCH_REDACT !== '0'
const IDLE_SECONDS = 15
/** A shorter dump covers fewer requests, so its slow ones weigh more in percentiles: they are counted too. */
const SLOW_MS = 20
/** Realistic rows, about 400 bytes of heap each. */
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
const setting = settingOf({vars: {EXTRA: HEAP + INLINE}, workers: 0})

type Row = {
  readonly name: string
  readonly latenciesMs: number[]
  readonly failed: number
  readonly faults: number
  readonly cpu: number
  readonly took: number
  readonly gc: string
}

/** Closes the connection: on a kept one, Puma's thread would wait 0.2 s for another request. */
async function collections(): Promise<{readonly count: number; readonly major: number}> {
  return (await (await fetch(`${setting.app.url}/gc`, {headers: {connection: 'close'}})).json()) as {
    count: number
    major: number
  }
}

async function measure(name: string, during: () => Promise<unknown>): Promise<Row> {
  const {app} = setting
  const [gcBefore, before, startedAt] = [await collections(), spentBy(app.pid), performance.now()]
  const {failures, latenciesMs} = await visited(app.url + PATH, 50, during)
  const [after, took, gcAfter] = [spentBy(app.pid), (performance.now() - startedAt) / 1000, await collections()]
  return {
    cpu: after.cpuSeconds - before.cpuSeconds,
    failed: failures.length,
    faults: after.faults - before.faults,
    gc: `${gcAfter.count - gcBefore.count} (${gcAfter.major - gcBefore.major} full)`,
    latenciesMs: latenciesMs.toSorted((a, b) => a - b),
    name,
    took,
  }
}

const at = ({latenciesMs}: Row, share: number) =>
  latenciesMs[Math.min(latenciesMs.length - 1, Math.floor(latenciesMs.length * share))]

it('a dump hardly slows the app down', async () => {
  const {app, postgres} = setting
  console.log(
    `The process has ${Math.round(rssBytesOf(app.pid) / 1e6)} MB; its dump is ${REDACT ? 'redacted' : 'plain'}. Load of the machine: ${loadavg()[0].toFixed(1)}.`,
  )
  // The page cost matters most, and differs by a factor of ten between virtual machines.
  const [shared, alone] = execFileSync('ruby', [fileURLToPath(new URL('page-cost.rb', import.meta.url))], {
    encoding: 'utf8',
  }).split(' ')
  console.log(
    `The first write to a page takes ${shared} µs on this machine while a child shares it, ${alone.trim()} µs afterwards.`,
  )
  await visited(app.url + PATH, 50, () => seconds(3))
  const idle = await measure('idle', () => seconds(IDLE_SECONDS))
  let events: Awaited<ReturnType<typeof trigger>> = []
  const dumped = await measure('dumped by the agent', async () => {
    events = await trigger(postgres.url, {force: true, redact: REDACT})
    // Includes the first collection afterwards, which writes to all shared pages.
    const before = await collections()
    await eventually('a collection after the dump', async () => (await collections()).count > before.count, 60)
  })
  const [finished] = ofType(events, 'finished')
  expect(finished).toBeDefined()
  const inline = await measure('dumping itself', async () => {
    writeFileSync(`${app.temporary}/dump-inline`, '')
    await app.saw(/inline dump took/, 300)
  })
  const rows = [idle, dumped, inline]
  console.log(
    ['', 'p50 ms', 'p99 ms', 'worst ms', 'p99 / idle', 'slow', 'served', 'failed', 'CPU %', 'faults/s', 'GC']
      .map((text, i) => text.padEnd(i === 0 ? 22 : 11))
      .join(''),
  )
  for (const row of rows) {
    const milliseconds = [0.5, 0.99, 1].map(share => at(row, share).toFixed(1).padEnd(11)).join('')
    const rest = [
      (at(row, 0.99) / at(idle, 0.99)).toFixed(2),
      row.latenciesMs.filter(one => one > SLOW_MS).length,
      row.latenciesMs.length,
      row.failed,
      ((row.cpu / row.took) * 100).toFixed(0),
      (row.faults / row.took).toFixed(0),
      row.gc,
    ]
    console.log(row.name.padEnd(22) + milliseconds + rest.map(text => String(text).padEnd(11)).join(''))
  }

  const ratio = (at(dumped, 0.99) / at(idle, 0.99)).toFixed(2)
  console.log(
    `The process paused for ${finished.stallMs} ms; the dump of ${Math.round(finished.bytes / 1e6)} MB was stored after ${finished.seconds} s as ${Math.round(finished.storedBytes / 1e6)} MB. ${app.lines.find(line => line.includes('inline dump took'))}.`,
  )
  console.log(
    `Goal: p99 ≤ 1.5 × idle (${ratio}), pause ≤ 50 ms (${finished.stallMs}), no failed request (${dumped.failed}).`,
  )
  expect(dumped.failed).toBe(0)
  // The rest depends on this machine and its load, so it is only printed.
})
