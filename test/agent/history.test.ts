// The history that a process records of itself, on a simulated clock; test/agent/dump.test.ts checks it in a real
// worker's facts.
import {describe, expect, it} from 'vitest'
import {parseFacts, readHistory} from '../../src/lib/process-history.js'
import {runRuby} from '../support/run-ruby.js'

const FILES = ['heapdump/history', 'heapdump/process_entry']
/** The largest realistic numbers: 14 GB, and 99 million objects. */
const LARGE = `
  class LargeProcess
    def uptime_seconds; 0; end
    def rss_bytes; 14_000_000 * 1024; end
  end
`
const now = 'Process.clock_gettime(Process::CLOCK_MONOTONIC)'

type Facts = {
  readonly boot: number
  readonly history: Readonly<Record<string, number[]>> & {readonly now: number; readonly gc: number}
}

describe('the history of a process', () => {
  it('has a point a minute, fewer as it gets longer, and covers a day at most', () => {
    const spans = runRuby<Facts[]>(
      FILES,
      `${LARGE}
      answer([60, 180, 3000].map { |minutes|
        history = Heapdump::History.new(LargeProcess.new, 0.0)
        (1..minutes * 2).each { |half| history.look(half * 30.0) }
        history.facts(now: minutes * 60.0)
      })`,
    )
    const times = spans.map(({history}) => history.at)
    expect(times[0]).toEqual(Array.from({length: 61}, (_, minute) => minute * 60))
    expect(times[1]).toEqual(Array.from({length: 91}, (_, point) => point * 120))
    expect(times[2].at(-1)! - times[2][0]).toBeLessThanOrEqual(86_400)
    expect(times[2].at(-1)! - times[2][0]).toBeGreaterThan(80_000)
    expect(new Set(times[2].slice(1).map((time, at) => time - times[2][at]))).toEqual(new Set([960]))
    for (const {history} of spans)
      for (const column of ['rss', 'old', 'major', 'live', 'pages', 'count'])
        expect(history[column]).toHaveLength(history.at.length)
  })

  it('fits into the part of the facts that the plugin reads', () => {
    const {body, points} = runRuby<{body: string; points: number}>(
      FILES,
      `${LARGE}
      large = ->(value) { value.is_a?(Integer) ? [value, 99_999_999].max : value }
      history = Heapdump::History.new(LargeProcess.new, 0.0)
      (1..95).each { |minute| history.look(minute * 60.0) }
      facts = history.facts(tracing: 99_999, now: 86_400.0)
      facts['history'] = facts['history'].transform_values { |values| values.is_a?(Array) ? values.map { |value| value || 99_999_999 } : values }
      %w[old live].each { |name| facts['history'][name].map! { 99_999_999 } }
      %w[major count pages].each { |name| facts['history'][name].map! { 999_999 } }
      facts['history']['at'].map! { |at| at + 80_000 }
      answer('body' => JSON.generate(facts.merge('gc' => GC.stat.transform_values(&large))), 'points' => facts['history']['at'].size)`,
    )
    expect(points).toBe(96)
    // Leaves space for the other facts, a few hundred bytes.
    expect(body.length).toBeLessThan(7400)
    expect(readHistory(parseFacts(body))?.points).toHaveLength(96)
  })

  it('counts the old objects that a major GC left, not those that became old since', () => {
    const [before, grown, after] = runRuby<Facts[]>(
      FILES,
      `
      kept = []
      history = Heapdump::History.new(Heapdump::ProcessEntry.new(Process.pid), 0.0)
      answer([
        -> { },
        -> { GC.start; history.look(1.0); kept = Array.new(2_000) { |i| i.to_s }; 4.times { GC.start(full_mark: false) }; kept = nil },
        -> { GC.start }
      ].each_with_index.map { |step, at|
        step.call
        history.look((at + 1) * 60.0)
        Marshal.load(Marshal.dump(history.facts(now: (at + 1) * 60.0)))
      })`,
    )
    const last = ({history}: Facts, column: string) => history[column][history[column].length - 1]
    expect(last(before, 'old')).toBeNull()
    expect(Number(grown.history.oldNow) - last(grown, 'old')).toBeGreaterThan(1500)
    expect(Math.abs(Number(after.history.oldNow) - last(after, 'old'))).toBeLessThan(100)
    expect(last(after, 'major')).toBeGreaterThan(last(grown, 'major'))
  })

  it('allocates no objects per tick, and few per point', () => {
    const [tick, point] = runRuby<number[]>(
      FILES,
      `
      history = Heapdump::History.new(Heapdump::ProcessEntry.new(Process.pid), 0.0)
      history.look(30.0)
      objects = ->(times, &work) { before = GC.stat(:total_allocated_objects); times.times(&work); (GC.stat(:total_allocated_objects) - before) / times.to_f }
      answer([objects.call(1000) { history.look(30.0) }, objects.call(1000) { |at| history.look(60.0 * (at + 1)) }])`,
    )
    expect(tick).toBeLessThan(0.1)
    expect(point).toBeLessThan(200)
  })

  it('starts with the process, and records when tracing began', () => {
    const {booted, facts, started} = runRuby<{
      booted: number
      facts: Facts & {history: {tracing: number}}
      started: number
    }>(
      FILES,
      `
      entry = Heapdump::ProcessEntry.new(Process.pid)
      history = Heapdump::History.new(entry)
      answer('booted' => Time.now.to_i - entry.uptime_seconds, 'facts' => history.facts(tracing: 12, now: ${now} + 3600), 'started' => GC.count)`,
    )
    expect(Math.abs(facts.boot - booted)).toBeLessThanOrEqual(1)
    expect(facts.history.now).toBeGreaterThanOrEqual(3600)
    expect(facts.history).toMatchObject({gc: started, tracing: 12})
  })
})
