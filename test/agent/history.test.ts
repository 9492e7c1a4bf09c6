// The history that a process records of itself, on a simulated clock; test/agent/dump.test.ts checks it in a real
// worker's facts.
import {describe, expect, it} from 'vitest'
import {recordedPoints} from '../support/histories.js'
import {randomOf} from '../support/random.js'
import {parseFacts, readHistory} from '../../src/lib/process-history.js'
import {runRuby} from '../support/run-ruby.js'

const FILES = ['heapdump/history', 'heapdump/histories', 'heapdump/process_entry']
const COLUMNS = ['rss', 'pss', 'old', 'major', 'count', 'live', 'pages', 'malloc', 'threads']
/** The largest realistic numbers: 14 GB, and 99 million objects. */
const LARGE = `
  require 'tmpdir'
  class LargeProcess
    def uptime_seconds; 0; end
    def rss_bytes; 14_000_000 * 1024; end
    def pss_bytes; 13_000_000 * 1024; end
  end
  class ListedProcess < LargeProcess
    def initialize(sizes); @sizes = sizes.each; end
    def rss_bytes; @sizes.next * 1024; end
  end
  COLUMNS = Heapdump::History::COLUMNS
  def record(process, minutes, path: nil)
    history = Heapdump::History.new(process, 0.0, path: path)
    (1..minutes * 2).each { |half| history.look(half * 30.0); yield(history) if block_given? }
    history
  end
`
const now = 'Process.clock_gettime(Process::CLOCK_MONOTONIC)'

type Facts = {
  readonly boot: number
  readonly history: Readonly<Record<string, number[]>> & {readonly now: number; readonly gc: number}
}

describe('the history of a process', () => {
  it('has a point a minute, fewer as it gets longer, and covers a day', () => {
    const [hour, day] = runRuby<Facts[]>(
      FILES,
      `${LARGE}
      answer([60, 3000].map { |minutes| record(LargeProcess.new, minutes).facts(now: minutes * 60.0) })`,
    )
    expect(hour.history.at).toEqual(Array.from({length: 61}, (_, minute) => minute * 60))
    const {at} = day.history
    expect(at.length).toBeLessThanOrEqual(64)
    expect(at.length).toBeGreaterThan(40)
    expect(at.at(-1)! - at[0]).toBeGreaterThan(80_000)
    expect(at.at(-1)! - at[0]).toBeLessThan(90_000)
    const gaps = at.slice(1).map((time, index) => time - at[index])
    expect(Math.max(...gaps.slice(-20))).toBeLessThan(Math.max(...gaps.slice(0, 20)))
    for (const {history} of [hour, day])
      for (const column of COLUMNS) expect(history[column]).toHaveLength(history.at.length)
  })

  it('keeps the lowest and the highest of what it thins, as the tests of its judgement do', () => {
    const random = randomOf(18)
    const sizes = Array.from({length: 1001}, (_, minute) => 200_000 + Math.floor(random() * 1000) + (minute % 37) * 500)
    const {facts, whole} = runRuby<{facts: Facts; whole: number[][]}>(
      FILES,
      `${LARGE}
      Dir.mktmpdir do |directory|
        path = File.join(directory, '7.history')
        history = record(ListedProcess.new(INPUT), INPUT.size - 1, path: path)
        columns = Heapdump::HistoryFile.read(path, COLUMNS)['columns']
        answer('facts' => history.facts(now: 60_000.0), 'whole' => [columns['at'], columns['rss']])
      end`,
      sizes,
    )
    const points = (most: number) =>
      recordedPoints(
        sizes.map(size => size * 1024),
        most,
      )
    expect(whole[0].map(seconds => seconds / 60)).toEqual(points(1e6).map(({seconds}) => seconds / 60))
    expect(whole[1]).toEqual(points(1e6).map(({rssBytes}) => rssBytes / 1024))
    expect(facts.history.at).toEqual(points(64).map(({seconds}) => seconds))
    expect(whole[1].filter((_, index) => whole[0][index] < 40_000)).toContain(
      Math.max(...sizes.slice(0, 600).filter((_, minute) => minute >= 590)),
    )
  })

  it('fits into the part of the facts that the plugin reads', () => {
    const {body, points} = runRuby<{body: string; points: number}>(
      FILES,
      `${LARGE}
      large = ->(value) { value.is_a?(Integer) ? [value, 99_999_999].max : value }
      facts = record(LargeProcess.new, 3000).facts(tracing: 99_999, now: 86_400.0)
      facts['history'] = facts['history'].transform_values { |values| values.is_a?(Array) ? values.map { |value| value || 99_999_999 } : values }
      %w[old live].each { |name| facts['history'][name].map! { 99_999_999 } }
      %w[major count pages malloc].each { |name| facts['history'][name].map! { 999_999 } }
      facts['history']['threads'].map! { 99 }
      answer('body' => JSON.generate(facts.merge('gc' => GC.stat.transform_values(&large))), 'points' => facts['history']['at'].size)`,
    )
    expect(points).toBeGreaterThan(40)
    // Leaves space for the other facts.
    expect(body.length).toBeLessThan(6800)
    expect(readHistory(parseFacts(body))?.points).toHaveLength(points)
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

describe('the file of a history', () => {
  it('has every point, is private, and stays below 64 kB for a day', () => {
    const {boot, largest, mode, rows} = runRuby<{boot: number[]; largest: number; mode: number; rows: number}>(
      FILES,
      `${LARGE}
      Dir.mktmpdir do |directory|
        path = File.join(directory, '7.history')
        largest = 0
        history = record(LargeProcess.new, 2880, path: path) { largest = [largest, File.size(path)].max }
        read = Heapdump::HistoryFile.read(path, COLUMNS)
        line = File.readlines(path).map(&:size).max
        answer('boot' => [read['boot'], history.facts['boot']], 'largest' => [largest, 80 * read['columns']['at'].size].max,
               'mode' => File.stat(path).mode & 0o777, 'rows' => read['columns']['at'].size)
      end`,
    )
    expect(boot[0]).toBe(boot[1])
    expect(largest).toBeLessThan(65_536)
    expect(mode).toBe(0o600)
    expect(rows).toBeGreaterThan(400)
    expect(rows).toBeLessThanOrEqual(470)
  })

  it('is complete again after the disk was full, and skips damaged lines', () => {
    const [full, later, damaged, other] = runRuby<Array<number[] | null>>(
      FILES,
      `${LARGE}
      $stderr = File.open(File::NULL, 'w')
      Signal.trap('XFSZ', 'IGNORE')
      Dir.mktmpdir do |directory|
        path = File.join(directory, '7.history')
        times = -> { Heapdump::HistoryFile.read(path, COLUMNS)&.dig('columns', 'at') }
        history = record(LargeProcess.new, 5, path: path)
        _, most = Process.getrlimit(:FSIZE)
        Process.setrlimit(:FSIZE, File.size(path) + 20, most)
        (6..50).each { |minute| history.look(minute * 60.0) }
        full = times.call
        Process.setrlimit(:FSIZE, most, most)
        history.look(51 * 60.0)
        later = times.call
        File.write(path, File.read(path).lines.insert(3, "60 1\n", "no numbers\n", "\xff\n", "#{'9' * 400}\n").join)
        damaged = times.call
        File.write(path, "2 \n")
        answer([full, later, damaged, times.call])
      end`,
    )
    expect(full).toEqual([0, 60, 120, 180, 240, 300])
    expect(later).toEqual(Array.from({length: 52}, (_, minute) => minute * 60))
    expect(damaged).toEqual(later)
    expect(other).toBeNull()
  })

  it('fits into NOTIFYs, however many processes there are', () => {
    const parts = runRuby<Array<Array<{pid: number; history: Record<string, number[]>}>>>(
      FILES,
      `${LARGE}
      Dir.mktmpdir do |directory|
        record(LargeProcess.new, 1500, path: File.join(directory, '1.history'))
        (2..40).each { |pid| File.write(File.join(directory, "#{pid}.history"), File.read(File.join(directory, '1.history'))) }
        rendezvous = Object.new
        rendezvous.define_singleton_method(:history_path) { |pid| File.join(directory, "#{pid}.history") }
        answer(Heapdump::Histories.new(rendezvous).call((1..41).to_a))
      end`,
    )
    expect(parts.flat().map(({pid}) => pid)).toEqual(Array.from({length: 40}, (_, at) => at + 1))
    for (const part of parts) expect(JSON.stringify(part).length).toBeLessThan(7100)
    for (const {history} of parts.flat()) expect(history.at.length).toBeLessThanOrEqual(48)
    expect(parts.length).toBeLessThan(20)
  })
})
