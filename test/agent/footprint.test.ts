// What a dump leaves behind in the process, and how that is measured and reported.
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {expect, it} from 'vitest'
import {type EnabledApp, startEnabledApp, trigger} from '../support/enabled-app.js'
import {root, run} from '../support/buildpack.js'
import {eventually} from '../support/eventually.js'
import {startServices} from '../support/services.js'
import {descriptorsOf, rssBytesOf, statusOf, threadsOf} from '../support/processes.js'
import {startTraffic} from '../support/traffic.js'

const MEGABYTE = 1_000_000
const PRELUDE = `
  require 'agent'
  require 'heapdump/member'
  def resident() Heapdump::ProcessEntry.new(Process.pid).rss_bytes end
`
async function ruby(program: string, env: Readonly<Record<string, string>> = {}): Promise<readonly string[]> {
  const ran = await run('ruby', ['-W', '-I', join(root, 'buildpack/agent'), '-e', PRELUDE + program], env)
  expect(ran).toMatchObject({code: 0, stderr: ''})
  return ran.stdout.trim().split('\n')
}

it('freed memory goes back to the kernel, and other threads keep running meanwhile', async () => {
  const [freed, left, verbose] = await ruby(`
    kept = []
    strings = Array.new(60_000) { |i| ('x' * 1000).tap { |text| kept << text if i % 20 == 0 } }
    strings = nil
    GC.start
    before = resident
    Heapdump::FreedMemory.give_back
    puts before - resident
    sleeping = Fiddle::Function.new(Fiddle::Handle::DEFAULT['usleep'], [Fiddle::TYPE_INT], Fiddle::TYPE_INT)
    ticks = 0
    Thread.new { loop { ticks += 1; sleep 0.001 } }
    sleeping.call(300_000)
    puts ticks
    puts $VERBOSE
  `)
  expect(Number(freed)).toBeGreaterThan(30 * MEGABYTE)
  expect(Number(left)).toBeGreaterThan(10)
  expect(verbose).toBe('true')
})

it('if Fiddle cannot be loaded, nothing happens, and the log says so once', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'heapdump-'))
  try {
    await writeFile(join(directory, 'fiddle.rb'), "raise LoadError, 'cannot load such file -- fiddle'")
    const program = `${PRELUDE} 2.times { p Heapdump::FreedMemory.give_back }`
    const ran = await run('ruby', ['-I', directory, '-I', join(root, 'buildpack/agent'), '-e', program])
    const line = 'cannot return freed memory to the kernel: LoadError: cannot load such file -- fiddle'
    expect(ran).toEqual({code: 0, stderr: `[heapdump] ${line}\n`, stdout: 'nil\nnil\n'})
  } finally {
    await rm(directory, {force: true, recursive: true})
  }
})

it('frees the records of tracing', async () => {
  const [left, recorded, later] = await ruby(`
    heap = Array.new(150_000) { |i| {'id' => i.to_s, 'note' => 'n' * 60} }
    growth = Heapdump::Growth.new(Heapdump::ProcessEntry.new(Process.pid))
    tracing = Heapdump::Tracing.new(false, growth)
    work = proc { Array.new(400) { |i| "row #{i} of #{i * 2}, too long to be embedded in its slot" } }
    200.times { work.call }
    GC.start
    Heapdump::FreedMemory.give_back
    before = resident
    tracing.open(60, Time.now.to_i + 60)
    attending = Thread.new { loop { sleep Heapdump::Tracing::TICK_SECONDS; tracing.attend } }
    kept = nil
    # Requests with pauses: a thread that never pauses lets other threads run ten times a second at most.
    180.times { 5.times { kept = work.call }; sleep 0.005 }
    file = ObjectSpace.allocation_sourcefile(kept.last)
    tracing.stop
    tracing.clear
    attending.kill
    puts resident - before
    puts file
    old = Array.new(40_000) { |i| ('x' * 1000).tap { |text| heap << text if i % 20 == 0 } }
    old = nil
    GC.start
    tracing.attend
    GC.start
    freed = resident
    tracing.attend
    puts freed - resident
  `)
  expect(recorded).toBe('-e')
  expect(Number(left)).toBeLessThan(16 * MEGABYTE)
  // By the first major GC afterwards, once it is swept.
  expect(Number(later)).toBeGreaterThan(20 * MEGABYTE)
})

it('rules on memory ignore a dump in progress and what it left behind, but nothing beyond that', async () => {
  const [during, after, later] = await ruby(
    `
    require 'heapdump/configuration'
    require 'heapdump/watch'
    BUSY = []
    KEPT = []
    reception = Class.new { def busy?() BUSY.any? end }.new
    rendezvous = Class.new { def members() [Heapdump::ProcessEntry.new(Process.pid)] end }.new
    watch = Heapdump::Watch.new(rendezvous, Heapdump::Configuration.new, nil, reception, nil)
    sample = proc { watch.send(:take_sample) }
    before = sample.call[:used]
    BUSY << true
    BUSY << 'x' * 8_000_000
    p sample.call
    KEPT.concat(BUSY.slice!(0..))
    puts sample.call[:used] - before
    BUSY << true
    sample.call
    BUSY << 'x' * 40_000_000
    KEPT.concat(BUSY.slice!(0..))
    puts sample.call[:used] - before
  `,
    {HEAPDUMP_CGROUP_ROOT: '/nowhere'},
  )
  expect(during).toBe('nil')
  expect(Number(after)).toBeLessThan(4 * MEGABYTE)
  expect(Number(later)).toBeGreaterThan(30 * MEGABYTE)
})

const seconds = (count: number) =>
  new Promise(resolve => {
    setTimeout(resolve, count * 1000)
  })

/** Everything except memory that a dump could leave in a process. The ledger of requests is meant to stay. */
const belongings = async ({pid, files}: EnabledApp) => ({
  descriptors: descriptorsOf(pid).length,
  files: (await files()).filter(file => !file.endsWith('requests.json')).toSorted(),
  signals: ['SigBlk', 'SigIgn', 'SigCgt'].map(field => statusOf(pid, field)),
  threads: threadsOf(pid),
})

// The bucket is slow, so that each child lives as long as that of a large process: a plain dump waits in the child.
// Ruby decides when both apps collect garbage.
it('a dumped Rails app grows no more than one left alone, and keeps no new resources', async () => {
  const {postgres, s3, stop} = await startServices()
  const start = (dyno: string) => {
    const vars = {BALLAST_ROWS: '60000', HEAPDUMP_DYNOS: dyno, RAILS_ENV: 'production'}
    return startEnabledApp({databaseUrl: postgres.url, dyno, s3, source: 'test/support/ruby/rails', vars, workers: 0})
  }
  const apps = await Promise.all([start('web.1'), start('web.2')])
  const [dumped] = apps
  const traffics = apps.map(app => startTraffic(app.url, {path: '/shelf', perSecond: 12}))
  try {
    await seconds(12)
    await Promise.all(traffics.map(traffic => traffic.pause()))
    const [before, had] = [apps.map(app => rssBytesOf(app.pid)), await belongings(dumped)]
    for (const traffic of traffics) traffic.resume()
    s3.faults.add({delayMs: 6000, operation: 'UploadPart', times: Infinity})
    const threads = new Set<number>()
    for (const _ of [1, 2]) {
      const onEvent = () => threads.add(threadsOf(dumped.pid))
      const events = await trigger(postgres.url, {onEvent, redact: false})
      expect(events.at(-1)).toMatchObject({failed: 0, finished: 1})
    }

    // A dyno at its process limit could not start another thread.
    expect([...threads]).toEqual([had.threads])
    await seconds(8)
    await Promise.all(traffics.map(traffic => traffic.pause()))
    const grown = apps.map((app, at) => rssBytesOf(app.pid) - before[at])
    expect(grown[0] - grown[1]).toBeLessThan(Math.max(10 * MEGABYTE, 0.05 * before[0]))
    const same = async () => JSON.stringify(await belongings(dumped)) === JSON.stringify(had)
    await eventually('everything is as before', same).catch(() => {})
    expect(await belongings(dumped)).toEqual(had)
    expect(traffics.flatMap(traffic => traffic.failures)).toEqual([])
  } finally {
    await Promise.all(traffics.map(traffic => traffic.stop()))
    await Promise.all(apps.map(app => app.stop()))
    await stop()
  }
})
