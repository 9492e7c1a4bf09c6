// No collection of the app's while a child shares its memory, but never for long, and never against what the app wants.
import {expect, it} from 'vitest'
import {join} from 'node:path'
import {root, run} from '../support/buildpack.js'

const ruby = async (program: string) => {
  const ran = await run('ruby', ['-W', '-I', join(root, 'buildpack/agent'), '-rheapdump/gc_pause', '-e', `P = Heapdump::GcPause\nHEAP = Array.new(300_000) { |i| i.to_s }\n${program}`])
  expect(ran).toMatchObject({code: 0, stderr: ''})
  return ran.stdout.trim().split('\n')
}
/** Prints whether collections are off, and leaves it so. */
const OFF = 'def off; GC.disable.tap { |was| GC.enable unless was }; end'

it('begins between two collections, and ends with the child', async () => {
  const said = await ruby(`
    ${OFF}
    GC.start
    P.wait_for_rest
    P.attend
    puts off
    collections = GC.count
    500_000.times { Object.new }
    puts GC.count - collections
    P.stop
    puts off
    P.attend
    puts off
    P.reset
    P.attend
    puts off
    puts IO.popen('-') { |io| io ? io.read : (P.reset; print off) }
  `)
  expect(said).toEqual(['true', '0', 'false', 'false', 'true', 'false'])
})

it('begins in the middle of a sweep when the fork is next, and not before', async () => {
  const said = await ruby(`
    ${OFF}
    MORE = Array.new(500_000) { |i| i.to_s }.each_slice(2).map(&:first)
    GC.start(immediate_sweep: false)
    puts GC.latest_gc_info(:state)
    P.attend
    puts off
    GC.start(immediate_sweep: false)
    P.start
    puts GC.latest_gc_info(:state)
    collections = GC.count
    800_000.times { Object.new }
    puts GC.count - collections
    P.reset
    puts off
  `)
  expect(said).toEqual(['sweeping', 'false', 'none', '0', 'false'])
})

it('ends when the app has grown by more than a sixth', async () => {
  const said = await ruby(`
    ${OFF}
    GC.start
    P.attend
    puts off
    KEPT = []
    40.times { KEPT << 'x' * (4 << 20) }
    P.attend
    puts off
    P.attend
    puts off
  `)
  expect(said).toEqual(['true', 'false', 'false'])
})

it('leaves collections off in an app that has switched them off', async () => {
  expect(await ruby(`${OFF}; GC.disable; P.attend; puts off; P.stop; P.reset; puts off`)).toEqual(['true', 'true'])
})
