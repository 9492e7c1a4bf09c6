// What a dump leaves in the process: memory, and how it is told.
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {expect, it} from 'vitest'
import {root, run} from '../support/buildpack.js'

const MEGABYTE = 1_000_000
const PRELUDE = `
  require 'heapdump/member'
  def resident = Heapdump::ProcessEntry.new(Process.pid).rss_bytes
`
async function ruby(program: string): Promise<readonly string[]> {
  const ran = await run('ruby', ['-W', '-I', join(root, 'buildpack/agent'), '-e', PRELUDE + program])
  expect(ran).toMatchObject({code: 0, stderr: ''})
  return ran.stdout.trim().split('\n')
}

it('freed memory goes back to the kernel, and other threads go on meanwhile', async () => {
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

it('where Fiddle cannot be loaded nothing happens, and the log says so once', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'heapdump-'))
  try {
    await writeFile(join(directory, 'fiddle.rb'), "raise LoadError, 'cannot load such file -- fiddle'")
    const ran = await run('ruby', ['-I', directory, '-I', join(root, 'buildpack/agent'), '-e', `${PRELUDE} 2.times { p Heapdump::FreedMemory.give_back }`])
    expect(ran).toEqual({code: 0, stderr: '[heapdump] memory that tracing used stays with the process: LoadError: cannot load such file -- fiddle\n', stdout: 'nil\nnil\n'})
  } finally {
    await rm(directory, {force: true, recursive: true})
  }
})

it('what tracing recorded does not stay', async () => {
  const [left, recorded] = await ruby(`
    heap = Array.new(150_000) { |i| {'id' => i.to_s, 'note' => 'n' * 60} }
    growth = Heapdump::Growth.new(Heapdump::ProcessEntry.new(Process.pid))
    tracing = Heapdump::Tracing.new(false, growth)
    work = proc { Array.new(400) { |i| "row #{i} of #{i * 2}, longer than what an object has room for" } }
    200.times { work.call }
    GC.start
    Heapdump::FreedMemory.give_back
    before = resident
    tracing.open(60, Time.now.to_i + 60)
    attending = Thread.new { loop { sleep Heapdump::Tracing::TICK_SECONDS; tracing.attend } }
    kept = nil
    900.times { kept = work.call }
    file = ObjectSpace.allocation_sourcefile(kept.last)
    tracing.stop
    tracing.clear
    attending.kill
    puts resident - before
    puts file
  `)
  expect(recorded).toBe('-e')
  expect(Number(left)).toBeLessThan(16 * MEGABYTE)
})
