// A dump is stored only if it is complete: the uploader checks that too, even if the dump child reported success.
import {spawnSync} from 'node:child_process'
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {gunzipSync} from 'node:zlib'
import {afterAll, beforeAll, beforeEach, expect, it} from 'vitest'
import {AGENT, startEnabledRuby} from '../support/enabled-ruby.js'
import {startBackstage} from '../support/ask-agent.js'
import {countObjects, ofType, readStoredDump} from '../support/enabled-app.js'
import {processesOfGroup} from '../support/processes.js'
import {runRuby, runRubyBeside} from '../support/run-ruby.js'

let backstage: Awaited<ReturnType<typeof startBackstage>>
beforeAll(async () => {
  backstage = await startBackstage()
})
afterAll(() => backstage?.stop())
beforeEach(() => backstage.s3.objects.clear())

/** Sends a text to an uploader, with a verdict of success. Answers with type and message of its last report. */
const SEND = `
  bucket = {'access_key_id' => 'AKIAIOSFODNN7EXAMPLE', 'secret_access_key' => 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', 'region' => 'us-east-1'}
  storage = bucket.merge('endpoint' => INPUT['endpoint'], 'bucket' => 'shop-heapdumps')
  uploader = Heapdump::UploaderProcess.new('stem' => 'heapdump/v1/a', 'storage' => storage, 'redact' => INPUT['redact'], 'waitingBytes' => 1 << 20)
  reports = []
  read = proc { IO.select([uploader.reports], nil, nil, 10) && reports.concat(uploader.read) }
  read.call until reports.any? { |report| report['type'] == 'ready' }
  uploader.input.write(INPUT['text'])
  [uploader.input, uploader.memory].each(&:close)
  uploader.keep({})
  read.call until uploader.ended?
  uploader.close
  answer([reports.last['type'], reports.last['message']])`
const send = (text: string, redact: boolean) =>
  runRubyBeside<[string, string | null]>(['heapdump/uploader_process'], SEND, {
    endpoint: backstage.s3.endpoint,
    redact,
    text,
  })

const LINES = '{"type":"ROOT", "root":"vm", "references":[]}\n{"address":"0x10", "type":"STRING", "value":"abc"}\n'

it.each([false, true])('stores a stream only if its last line is complete (redacted: %s)', async redact => {
  expect(await send(LINES, redact)).toEqual(['stored', null])
  expect(gunzipSync(backstage.s3.objects.get('heapdump/v1/a.json.gz')!.body).toString()).toContain('"type":"STRING"')
  backstage.s3.objects.clear()
  for (const cut of [1, 2, 9, LINES.length]) {
    expect(await send(LINES.slice(0, -cut), redact)).toEqual([
      'discarded',
      'the dump breaks off in the middle of a line',
    ])
  }

  expect([...backstage.s3.objects.keys(), ...backstage.s3.uploads.keys()]).toEqual([])
})

it('notices that the dump child hangs, and does not mistake slow processes of its own for that', async () => {
  // The processes that pack the dump are stopped for three times as long as the dump child may be silent.
  const program = `
    bucket = {'access_key_id' => 'AKIAIOSFODNN7EXAMPLE', 'secret_access_key' => 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', 'region' => 'us-east-1'}
    storage = bucket.merge('endpoint' => INPUT, 'bucket' => 'shop-heapdumps')
    uploader_pid = Process.pid
    packers = proc { Dir['/proc/[0-9]*/stat'].map { |file| File.read(file).split rescue [] }.select { |stat| stat[3].to_i == uploader_pid }.map { |stat| stat[0].to_i } - [Process.pid] }
    ends = [true, false].map do |hangs|
      input, dump = IO.pipe
      orders, order = IO.pipe
      reader, reports = IO.pipe
      result, last = IO.pipe
      order.puts(JSON.generate('stem' => 'heapdump/v1/slow', 'storage' => storage, 'redact' => true, 'waitingBytes' => 0))
      child = fork do
        reports.close
        reader.gets
        unless hangs
          packers.call.each { |pid| Process.kill(:STOP, pid) }
          Thread.new { sleep 1.5; packers.call.each { |pid| Process.kill(:CONT, pid) } }
        end
        (hangs ? 1 : 400_000).times { |i| dump.write(%({"address":"0x#{i}0", "value":"#{i}"}\\n)) }
        unless hangs
          dump.close
          order.puts(JSON.generate('verdict' => 'keep', 'facts' => {}))
        end
        last.write(JSON.generate(JSON.parse(reader.readlines.last).values_at('type', 'message')))
        exit!
      end
      [dump, last].each(&:close)
      Heapdump::Uploader.new(input: input, orders: orders, memory: IO.pipe.first, reports: reports, patience: 0.5).run
      reports.close
      Process.wait(child)
      JSON.parse(result.read)
    end
    answer(ends)`
  expect(await runRubyBeside(['uploader/uploader'], program, backstage.s3.endpoint)).toEqual([
    ['discarded', 'the dump child hung: it wrote nothing for 30 s'],
    ['stored', null],
  ])
})

it('an uploader loads RbConfig before net/http, which needs it on some Rubies and runs without RubyGems here', () => {
  const directory = mkdtempSync(join(tmpdir(), 'heapdump-'))
  try {
    mkdirSync(join(directory, 'net'))
    writeFileSync(join(directory, 'net/http.rb'), '$stderr.write(defined?(RbConfig).inspect); exit!')
    const {stderr} = spawnSync('ruby', ['--disable=gems', '-I', directory, join(dirname(AGENT), 'uploader.rb')], {
      encoding: 'utf8',
    })
    expect(stderr).toBe('"constant"')
  } finally {
    rmSync(directory, {recursive: true})
  }
})

it('an uploader has low priority from the start, even before its libraries are loaded', () => {
  const directory = mkdtempSync(join(tmpdir(), 'heapdump-'))
  const file = join(directory, 'uploader.rb')
  try {
    writeFileSync(
      file,
      'require "json"; $stdout.puts(JSON.generate("nice" => Process.getpriority(Process::PRIO_PROCESS, 0)))',
    )
    const program = `
      Heapdump::UploaderProcess.send(:remove_const, :PROGRAM)
      Heapdump::UploaderProcess::PROGRAM = INPUT
      uploader = Heapdump::UploaderProcess.new({})
      IO.select([uploader.reports], nil, nil, 10)
      answer(uploader.read.first['nice'])
      uploader.close`
    expect(runRuby(['heapdump/uploader_process'], program, file)).toBe(19)
  } finally {
    rmSync(directory, {recursive: true})
  }
})

it('counts every object and byte, redacted or not, traced or not, without Ruby warnings', async () => {
  const ruby = await startEnabledRuby({
    env: {...backstage.env, RUBYOPT: `-w -r${AGENT}`},
    script:
      'class Kept; def initialize(n); @text = "kept #{n} " * 3; end; end; KEPT = Array.new(50_000) { |n| Kept.new(n) }; sleep',
  })
  try {
    for (const [redact, traceSeconds] of [
      [false, 0],
      [true, 1],
    ] as const) {
      const events = await backstage.trigger({force: true, redact, traceSeconds})
      const [finished] = ofType(events, 'finished')
      const records = readStoredDump(backstage.s3, finished.key)
      expect(finished.objects).toBe(countObjects(records))
      expect(finished.bytes).toBe(gunzipSync(backstage.s3.objects.get(finished.key)!.body).length)
      const kept = records.find(record => record.type === 'CLASS' && record.name === 'Kept')
      expect(records.filter(record => record.type === 'OBJECT' && record.class === kept?.address)).toHaveLength(50_000)
    }

    expect(processesOfGroup(ruby.pid)).toHaveLength(1)
    expect(ruby.log()).not.toContain('warning')
  } finally {
    await ruby.stop()
  }
})
