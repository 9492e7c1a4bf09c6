// A dump waits compressed, in a separate process, until it is redacted.
import {expect, it} from 'vitest'
import {startEnabledRuby} from '../support/enabled-ruby.js'
import {startBackstage} from '../support/ask-agent.js'
import {eventually} from '../support/eventually.js'
import {processesOfGroup} from '../support/processes.js'
import {runRuby} from '../support/run-ruby.js'

/** A pipe into a spool with a limit of INPUT bytes, and the text of a dump of 20 MB. */
const SPOOL = `
  require 'digest'
  input, OUT = IO.pipe
  SPOOL = Heapdump::Spool.new(input, INPUT, [OUT])
  line = Random.new(1).bytes(30_000).unpack1('H*')
  TEXT = Array.new(300) { |i| "#{i} #{line}\\n" }.join.b
  def written_by_itself(text)
    Thread.new { OUT.write(text); OUT.close }.tap { |thread| thread.report_on_exception = false }
  end
  def all
    taken = ''.b
    loop do
      IO.select([SPOOL])
      taken << SPOOL.take
    end
  rescue EOFError
    taken
  end`

it.each([10_000, 100_000_000])('passes everything on, with a limit of %i bytes', limit => {
  expect(runRuby(['uploader/spool'], `${SPOOL}\nwritten_by_itself(TEXT)\nanswer(all == TEXT)`, limit)).toBe(true)
})

it('accepts a dump without a reader, up to its limit', () => {
  // Answers whether the writer finished in time.
  const program = `${SPOOL}\nwriter = written_by_itself(Random.new(2).bytes(4_000_000))\nended = !writer.join(INPUT > 1_000_000 ? 20 : 1).nil?\nSPOOL.close\nanswer(ended)`
  expect(runRuby(['uploader/spool'], program, 8_000_000)).toBe(true)
  expect(runRuby(['uploader/spool'], program, 500_000)).toBe(false)
})

it('is broken if its process is killed', () => {
  const program = `
    ${SPOOL}
    OUT.write(TEXT.byteslice(0, 1_000_000))
    Process.kill(:KILL, SPOOL.instance_variable_get(:@pid))
    answer((all rescue $!.class.name))`
  expect(runRuby(['uploader/spool'], program, 1_000_000)).toBe('Heapdump::Spool::Broken')
})

it('exits with the process that it works for, even during a dump', () => {
  const program = `
    reader, writer = IO.pipe
    input, output = IO.pipe
    worker = fork do
      writer.puts(Heapdump::Spool.new(input, INPUT, [output]).instance_variable_get(:@pid))
      sleep
    end
    pid = Integer(reader.gets)
    Process.kill(:KILL, worker)
    Process.wait(worker)
    answer(200.times.any? { sleep 0.05; File.read("/proc/#{pid}/stat").include?(') Z ') rescue true })
    output.close`
  expect(runRuby(['uploader/spool'], program, 1_000_000)).toBe(true)
})

it.each(['SIGKILL', 'SIGTERM'] as const)(
  'leaves no process behind if the uploader gets %s during a redacted dump, and the next dump is stored',
  async signal => {
    const backstage = await startBackstage()
    const ruby = await startEnabledRuby({
      env: backstage.env,
      script: 'KEPT = Array.new(200_000) { |i| "kept #{i} #{i * 7} " * 3 }; sleep',
    })
    try {
      const all = () => processesOfGroup(ruby.pid).filter(one => one.state !== 'Z')
      const events = await backstage.trigger({redact: true}, async event => {
        if (event.type !== 'dumping') return
        const uploader = await eventually('the uploader', () =>
          all().find(one => one.parent === ruby.pid && one.command.includes('uploader.rb')),
        )
        process.kill(uploader.pid, signal)
      })
      expect(events.at(-1)).toMatchObject({failed: 1, type: 'done'})
      await eventually('the app is alone', () => all().length === 1)
      expect(backstage.s3.objects.size + backstage.s3.uploads.size).toBe(0)
      expect((await backstage.trigger({redact: true})).at(-1)).toMatchObject({finished: 1, type: 'done'})
      await eventually('the app is alone', () => all().length === 1)
    } finally {
      await ruby.stop()
      await backstage.stop()
    }
  },
)

it('the uploader’s memory limit does not count the address space that Ruby reserved before', () => {
  const program = `
    Heapdump::Uploader.allocate.send(:limit_memory, INPUT)
    held = File.read('/proc/self/status')[/^VmData:\\s+(\\d+) kB/, 1].to_i * 1024
    answer(Process.getrlimit(:DATA).first - held)`
  expect(runRuby(['uploader/uploader'], program, 0)).toBeGreaterThan(500 << 20)
})
