// What the memory record adds to a dump of an app that serves 50 requests a second: in pairs of one run, a dump without
// it and a dump with it, in alternating order. Prints medians, ranges, and the differences of each pair.
//   npx vitest run --config bench/agent/vitest.config.ts bench/agent/record
//   HEAPDUMP_BENCH_MB=500 HEAPDUMP_BENCH_PATH=/page HEAPDUMP_BENCH_REDACT=0 HEAPDUMP_BENCH_PAIRS=5
import {rmSync, writeFileSync} from 'node:fs'
import {loadavg} from 'node:os'
import {expect, it} from 'vitest'
import {ofType, trigger} from '../../test/support/enabled-app.js'
import {rssBytesOf} from '../../test/support/processes.js'
import {seconds, settingOf, visited} from './setting.js'

const MEGABYTES = Number(process.env.HEAPDUMP_BENCH_MB ?? 500)
const PATH = process.env.HEAPDUMP_BENCH_PATH ?? '/page'
const REDACT = process.env.HEAPDUMP_BENCH_REDACT === '1'
const PAIRS = Number(process.env.HEAPDUMP_BENCH_PAIRS ?? 5)
const SWITCH = 'without-record'
const HEAP = `ROWS = Array.new(${Math.round(MEGABYTES * 2500)}) { |i| {'id' => i.to_s, 'email' => "customer#{i}@example.com", 'note' => 'n' * 60} }`
/** While the file exists, nothing is collected, neither before the fork nor in it. */
const WITHOUT = `
  Thread.new do
    sleep(0.1) until defined?(Heapdump::Dump)
    off = proc { File.exist?(File.join(ENV['TMPDIR'], '${SWITCH}')) }
    Heapdump::OwnMappings.singleton_class.prepend(Module.new { define_method(:tell) { |pipe| super(pipe) unless off.call } })
    Heapdump::MemoryInside.singleton_class.prepend(Module.new { define_method(:tell) { |pipe, leash| super(pipe, leash) unless off.call } })
  end
`
const setting = settingOf({vars: {EXTRA: HEAP + WITHOUT, HEAPDUMP_DAILY_LIMIT: '500'}, workers: 0})

type Dumped = {
  readonly pauseMs: number
  readonly seconds: number
  readonly p99: number
  readonly worst: number
  readonly recordBytes: number
  readonly failed: number
}

async function dump(withRecord: boolean): Promise<Dumped> {
  const {app, postgres, s3} = setting
  const file = `${app.temporary}/${SWITCH}`
  if (withRecord) rmSync(file, {force: true})
  else writeFileSync(file, '')
  s3.objects.clear()
  let events: Awaited<ReturnType<typeof trigger>> = []
  const startedAt = performance.now()
  let took = 0
  const {failures, latenciesMs} = await visited(app.url + PATH, 50, async () => {
    events = await trigger(postgres.url, {force: true, redact: REDACT})
    took = (performance.now() - startedAt) / 1000
    await seconds(2)
  })
  const [finished] = ofType(events, 'finished')
  expect(finished).toBeDefined()
  const record = s3.objects.get(finished.key.replace('.json.gz', '.memory.json.gz'))
  const sorted = latenciesMs.toSorted((a, b) => a - b)
  return {
    failed: failures.length,
    p99: sorted[Math.floor(sorted.length * 0.99)],
    pauseMs: finished.stallMs,
    recordBytes: record?.body.length ?? 0,
    seconds: took,
    worst: sorted.at(-1) ?? 0,
  }
}

function spread(numbers: readonly number[], digits: number): string {
  const sorted = numbers.toSorted((a, b) => a - b).map(number => number.toFixed(digits))
  return `${sorted[sorted.length >> 1]} (${sorted[0]} to ${sorted.at(-1)})`
}

it('the memory record costs a dump little', async () => {
  console.log(
    `The process has ${Math.round(rssBytesOf(setting.app.pid) / 1e6)} MB; its dumps are ${REDACT ? 'redacted' : 'plain'}. Load of the machine: ${loadavg()[0].toFixed(1)}.`,
  )
  await dump(true) // the first dump loads what later ones reuse
  const pairs: Array<{with: Dumped; without: Dumped}> = []
  for (let pair = 0; pair < PAIRS; pair++) {
    const first = await dump(pair % 2 === 0)
    const second = await dump(pair % 2 !== 0)
    pairs.push(pair % 2 === 0 ? {with: first, without: second} : {with: second, without: first})
  }

  const rows = [
    ['pause, ms', 'pauseMs', 1],
    ['dump takes, s', 'seconds', 2],
    ['p99, ms', 'p99', 1],
    ['worst, ms', 'worst', 1],
  ] as const
  console.log(['', 'without', 'with', 'difference of a pair'].map(text => text.padEnd(24)).join(''))
  for (const [name, field, digits] of rows) {
    const values = [
      pairs.map(pair => pair.without[field]),
      pairs.map(pair => pair.with[field]),
      pairs.map(pair => pair.with[field] - pair.without[field]),
    ]
    console.log([name, ...values.map(numbers => spread(numbers, digits))].map(text => text.padEnd(24)).join(''))
  }

  console.log(`The record has ${pairs.at(-1)?.with.recordBytes} bytes.`)
  expect(pairs.flatMap(pair => [pair.with.failed, pair.without.failed]).filter(failed => failed > 0)).toEqual([])
  expect(pairs.every(pair => pair.with.recordBytes < 100_000)).toBe(true)
})
