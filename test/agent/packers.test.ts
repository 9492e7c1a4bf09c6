// A dump is redacted and compressed by several processes at once; what they make is one gzip stream, in order.
import {randomBytes} from 'node:crypto'
import {gunzipSync} from 'node:zlib'
import {expect, it} from 'vitest'
import {startEnabledRuby} from '../support/enabled-ruby.js'
import {startBackstage} from '../support/ask-agent.js'
import {eventually} from '../support/eventually.js'
import {processesOfGroup} from '../support/processes.js'
import {runRuby} from '../support/run-ruby.js'

/** Packs INPUT['lines'] in blocks of random sizes. Answers with the gzip stream in Base64, its bytes and objects. */
const PACK = `
  def packed(text, count, redact, sizes = Random.new(1))
    packers = Heapdump::Packers.new(count, [], redact: redact)
    stream = Heapdump::Packers::HEADER.dup
    position = 0
    until packers.done?
      readable, writable = IO.select(packers.readable, packers.writable, nil, 0.001) || [[], []]
      packers.move(readable, writable) { |bytes| stream << bytes }
      next unless packers.hungry? && position

      block = text.byteslice(position, sizes.rand(1..400_000))
      position = block.empty? ? packers.finish && nil : position + block.bytesize
      packers.add(block) unless block.empty?
    end
    stream << packers.trailer
    packers.close
    [[stream].pack('m0'), packers.bytes, packers.objects]
  end`

type Packed = readonly [stream: string, bytes: number, objects: number]

const unpacked = ([stream]: Packed) => gunzipSync(Buffer.from(stream, 'base64')).toString('latin1')

/** A dump of 8 MB: short lines and one of 3 MB, which is longer than a chunk, with values that cannot be compressed. */
const LINES = [
  '{"type":"ROOT", "root":"vm", "references":[]}',
  ...Array.from({length: 20}, (_, i) => `{"address":"0x${i + 1}a", "type":"SHAPE", "id":${i}}`),
  ...Array.from(
    {length: 600},
    (_, i) =>
      `{"address":"0x${i + 1}0", "type":"STRING", "value":"${randomBytes(i === 300 ? 1_500_000 : 4000).toString('hex')}"}`,
  ),
]
const TEXT = `${LINES.join('\n')}\n`

it.each([1, 2])('%i processes make one gzip stream of all lines, in order, and count them', count => {
  const packed = runRuby<Packed>(
    ['uploader/packers'],
    `${PACK}\nanswer(packed(INPUT['text'].b, INPUT['count'], false))`,
    {
      count,
      text: TEXT,
    },
  )
  expect(unpacked(packed) === TEXT).toBe(true)
  expect(packed.slice(1)).toEqual([TEXT.length, 600])
})

it('all processes redact equal values equally, and let none through', () => {
  const value = (text: string) => `{"address":"0xf0", "type":"STRING", "value":"${text}"}`
  const text = `${[LINES[0], ...LINES.slice(21, 300), value('hunter2'), value('hunter2'.repeat(20_000))].join('\n')}\n`
  const packed = runRuby<Packed>(['uploader/packers'], `${PACK}\nanswer(packed(INPUT.b * 6, 2, true))`, text)
  const redacted = unpacked(packed)
  expect(redacted).not.toContain('hunter')
  expect(packed.slice(1)).toEqual([redacted.length, 6 * 281])
  const copies = redacted.split('{"type":"ROOT"').slice(1)
  expect(copies).toHaveLength(6)
  expect(new Set(copies).size).toBe(1)
})

it('an empty dump is an empty gzip stream', () => {
  const packed = runRuby<Packed>(['uploader/packers'], `${PACK}\nanswer(packed(''.b, 2, true))`)
  expect([unpacked(packed), ...packed.slice(1)]).toEqual(['', 0, 0])
})

it('is broken if one of the processes is killed', () => {
  const program = `
    packers = Heapdump::Packers.new(2, [], redact: true)
    Process.kill(:KILL, packers.instance_variable_get(:@peers).last.pid)
    loop do
      packers.add("a line\\n" * 40_000) if packers.hungry?
      readable, writable = IO.select(packers.readable, packers.writable, nil, 0.1) || [[], []]
      packers.move(readable, writable) { nil }
    end rescue answer($!.class.name)`
  expect(runRuby(['uploader/packers'], program)).toBe('Heapdump::Packers::Broken')
})

it('the processes exit with the one that they work for, even during a dump', () => {
  const program = `
    reader, writer = IO.pipe
    worker = fork do
      packers = Heapdump::Packers.new(2, [], redact: true)
      packers.add("half a line")
      writer.puts(packers.instance_variable_get(:@peers).map(&:pid).join(' '))
      sleep
    end
    pids = reader.gets.split.map(&:to_i)
    Process.kill(:KILL, worker)
    Process.wait(worker)
    over = proc { |pid| File.read("/proc/#{pid}/stat").include?(') Z ') rescue true }
    answer([pids.size, 200.times.any? { sleep 0.05; pids.all?(&over) }])`
  expect(runRuby(['uploader/packers'], program)).toEqual([2, true])
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
