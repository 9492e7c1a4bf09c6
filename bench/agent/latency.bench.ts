// npm run bench:agent: what a dump of a 500 MB heap costs an app that serves 50 requests a second. In pairs: the app left
// alone for 15 s, then dumped by the agent; each until the next collection, which after a dump writes to all pages that
// the child shared. Prints the median and the range of their ratios, and the ratio over the requests of all pairs, since
// a hundredth of one dump's requests is eight. Milliseconds differ between machines. At the end the app dumps itself in a thread, as without an agent. With HEAPDUMP_BENCH_NICE=1, each pair has a
// second dump, which is only niced and does not wait for spare time.
//   HEAPDUMP_BENCH_MB=500 HEAPDUMP_BENCH_PATH=/page HEAPDUMP_BENCH_REDACT=1 HEAPDUMP_BENCH_PAIRS=7 HEAPDUMP_BENCH_NICE=0
// With another Ruby: npm run rubies -- trixie bench/agent/latency
import {execFileSync} from 'node:child_process'
import {rmSync, writeFileSync} from 'node:fs'
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
const WITH_NICED = process.env.HEAPDUMP_BENCH_NICE === '1'
const PAIRS = Number(process.env.HEAPDUMP_BENCH_PAIRS ?? 7)
/** As long as a dump takes: a shorter time covers fewer requests, and percentiles would not compare. */
const IDLE_SECONDS = 15
/** A full collection may make any request this slow. */
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
const NICED = `
  Thread.new do
    sleep(0.1) until defined?(Heapdump::Dump)
    niced_only = Module.new { def measurable?; super && !File.exist?(File.join(ENV['TMPDIR'], 'niced-only')); end }
    Heapdump::Starvation.singleton_class.prepend(niced_only)
  end
`
const setting = settingOf({vars: {EXTRA: HEAP + INLINE + NICED, HEAPDUMP_DAILY_LIMIT: '500'}, workers: 0})

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

type Dumped = Row & {readonly pauseMs: number; readonly seconds: number}

/** The next collection is part of the price of a dump. An idle app is measured in the same way. */
async function untilCollected(): Promise<void> {
  const before = await collections()
  await eventually('a collection', async () => (await collections()).count > before.count, 60)
}

async function measureIdle(): Promise<Row> {
  return measure('idle', async () => {
    await seconds(IDLE_SECONDS)
    await untilCollected()
  })
}

async function measureDump(name: string): Promise<Dumped> {
  let events: Awaited<ReturnType<typeof trigger>> = []
  const row = await measure(name, async () => {
    events = await trigger(setting.postgres.url, {force: true, redact: REDACT})
    await untilCollected()
  })
  const [finished] = ofType(events, 'finished')
  expect(finished).toBeDefined()
  return {...row, pauseMs: finished.stallMs, seconds: finished.seconds}
}

async function measureNiced(): Promise<Dumped> {
  const file = `${setting.app.temporary}/niced-only`
  writeFileSync(file, '')
  try {
    return await measureDump('niced only')
  } finally {
    rmSync(file)
  }
}

/** The median, and the range in parentheses. */
function spread(numbers: readonly number[], digits = 1): string {
  const sorted = numbers.toSorted((a, b) => a - b).map(number => number.toFixed(digits))
  return `${sorted[sorted.length >> 1]} (${sorted[0]} to ${sorted.at(-1)})`
}

/** All requests of several measurements. */
function pooled(rows: readonly Row[]): Row {
  const latenciesMs = rows.flatMap(row => row.latenciesMs).toSorted((a, b) => a - b)
  return {...rows[0], latenciesMs}
}

const COLUMNS = [
  '',
  'p50 ms',
  'p99 ms',
  'worst ms',
  'p99 / idle',
  'slow',
  'served',
  'failed',
  'CPU %',
  'faults/s',
  'GC',
]
const print = (name: string, cells: readonly unknown[]) =>
  console.log(name.padEnd(22) + cells.map(cell => String(cell).padEnd(11)).join(''))

function printRow(row: Row, idle: Row): void {
  print(row.name, [
    ...[0.5, 0.99, 1].map(share => at(row, share).toFixed(1)),
    (at(row, 0.99) / at(idle, 0.99)).toFixed(2),
    row.latenciesMs.filter(one => one > SLOW_MS).length,
    row.latenciesMs.length,
    row.failed,
    ((row.cpu / row.took) * 100).toFixed(0),
    (row.faults / row.took).toFixed(0),
    row.gc,
  ])
}

it('a dump hardly slows the app down', async () => {
  const {app} = setting
  const ruby = execFileSync('ruby', ['-v'], {encoding: 'utf8'}).split(' ')[1]
  console.log(
    `Ruby ${ruby}: the process has ${Math.round(rssBytesOf(app.pid) / 1e6)} MB; its dump is ${REDACT ? 'redacted' : 'plain'}. Load of the machine: ${loadavg()[0].toFixed(1)}.`,
  )
  // The page cost matters most, and differs by a factor of ten between virtual machines.
  const [shared, alone] = execFileSync('ruby', [fileURLToPath(new URL('page-cost.rb', import.meta.url))], {
    encoding: 'utf8',
  }).split(' ')
  console.log(
    `The first write to a page takes ${shared} µs on this machine while a child shares it, ${alone.trim()} µs afterwards.`,
  )
  await visited(app.url + PATH, 50, () => seconds(IDLE_SECONDS))
  print(COLUMNS[0], COLUMNS.slice(1))
  const pairs: Array<{readonly idle: Row; readonly dumps: readonly Dumped[]}> = []
  for (let pair = 0; pair < PAIRS; pair++) {
    const idle = await measureIdle()
    const dumps: Dumped[] = []
    const measures = [() => measureDump('dumped by the agent'), ...(WITH_NICED ? [measureNiced] : [])]
    // In turns: full collections come at regular intervals, and would always meet the same one.
    for (let turn = 0; turn < measures.length; turn++) {
      const index = (turn + pair) % measures.length
      dumps[index] = await measures[index]()
    }

    pairs.push({dumps, idle})
    for (const row of [idle, ...dumps]) printRow(row, idle)
  }

  const inline = await measure('dumping itself', async () => {
    writeFileSync(`${app.temporary}/dump-inline`, '')
    await app.saw(/inline dump took/, 300)
  })
  printRow(inline, pairs[0].idle)
  console.log(
    `\nRuby ${ruby}, ${REDACT ? 'redacted' : 'plain'}; median (range) of ${PAIRS} pairs. Load of the machine: ${loadavg()[0].toFixed(1)}.`,
  )
  const idle = (value: (row: Row) => number, digits?: number) =>
    spread(
      pairs.map(pair => value(pair.idle)),
      digits,
    )
  for (const [index, {name}] of pairs[0].dumps.entries()) {
    const of = (value: (row: Dumped, idle: Row) => number, digits?: number) =>
      spread(
        pairs.map(pair => value(pair.dumps[index], pair.idle)),
        digits,
      )
    console.log(
      [
        `${name}:`,
        `  p99 / idle ${of((row, before) => at(row, 0.99) / at(before, 0.99), 2)}, wanted ≤ 1.5`,
        `  over all pairs ${(at(pooled(pairs.map(({dumps}) => dumps[index])), 0.99) / at(pooled(pairs.map(pair => pair.idle)), 0.99)).toFixed(2)}`,
        `  p99 ms ${of(row => at(row, 0.99))}, idle ${idle(row => at(row, 0.99))}`,
        `  worst ms ${of(row => at(row, 1))}, idle ${idle(row => at(row, 1))}`,
        `  pause ms ${of(row => row.pauseMs)}, wanted ≤ 50; a dump takes ${of(row => row.seconds)} s`,
        `  faults/s ${of(row => row.faults / row.took, 0)}, idle ${idle(row => row.faults / row.took, 0)}`,
      ].join('\n'),
    )
  }

  expect(pairs.flatMap(({dumps}) => dumps.map(({failed}) => failed)).filter(Boolean)).toEqual([])
  // The rest depends on this machine and its load, so it is only printed.
})
