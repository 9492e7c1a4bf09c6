// The memory record beside a dump: what is in it, and what is missing when a part of it cannot be collected.
import {spawnSync} from 'node:child_process'
import {chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {gunzipSync} from 'node:zlib'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import type {AgentEvent} from '../../src/lib/protocol/messages.js'
import {startBackstage} from '../support/ask-agent.js'
import {ofType, readStoredDump} from '../support/enabled-app.js'
import {AGENT, type EnabledRuby, startEnabledRuby} from '../support/enabled-ruby.js'
import {eventually} from '../support/eventually.js'
import {isAlive, processesOfGroup} from '../support/processes.js'
import {runRuby} from '../support/run-ruby.js'

let backstage: Awaited<ReturnType<typeof startBackstage>>
const scratch = mkdtempSync(join(tmpdir(), 'heapdump-memory-'))
beforeAll(async () => {
  chmodSync(scratch, 0o777)
  backstage = await startBackstage()
})
afterAll(async () => {
  rmSync(scratch, {force: true, recursive: true})
  await backstage?.stop()
})

type Row = readonly (number | string)[]
type MemoryRecord = {
  readonly v: number
  readonly pageBytes: number
  readonly status: Readonly<Record<string, number>>
  readonly maps: {readonly names: string[]; readonly columns: string[]; readonly rows: Row[]; readonly error?: string}
  readonly allocator: {
    readonly name?: string
    readonly arenas: ReadonlyArray<Readonly<Record<string, number>>>
    readonly heaps: ReadonlyArray<{readonly start: number; readonly bytes: number}>
    readonly trim: {readonly before: number; readonly after: number}
    readonly error?: string
  }
  readonly vm: {
    readonly gc: Readonly<Record<string, number>>
    readonly threads: ReadonlyArray<{readonly stackStart: number; readonly stackBytes: number}>
    readonly error?: string
  }
  readonly settings: Readonly<Record<string, unknown>>
  readonly extensions: ReadonlyArray<{readonly file: number; readonly gem: string; readonly version: string}>
}

/** The record of the last dump among these events. */
function recordOf(events: readonly AgentEvent[]): {key: string; record: MemoryRecord; text: string} {
  const key = ofType(events, 'finished').at(-1)?.key.replace('.json.gz', '.memory.json.gz') ?? ''
  const object = backstage.s3.objects.get(key)
  if (object === undefined) throw new Error(`no ${key} among ${[...backstage.s3.objects.keys()].join(' ')}`)
  const text = gunzipSync(object.body).toString()
  return {key, record: JSON.parse(text) as MemoryRecord, text}
}

function columnOf({columns, rows}: MemoryRecord['maps'], name: string): number[] {
  return rows.map(row => Number(row[columns.indexOf(name)]))
}

/** A gem that is a copy of an extension of Ruby's own. Returns the gems' directory. */
function installGem(name: string, version: string, file: string): string {
  const gems = join(scratch, 'gems-of-the-app')
  const library = join(gems, 'gems', `${name}-${version}`, 'lib')
  mkdirSync(dirname(join(library, file)), {recursive: true})
  mkdirSync(join(gems, 'specifications'))
  const copy = 'require "fileutils"; FileUtils.cp(File.join(RbConfig::CONFIG["rubyarchdir"], ARGV[0]), ARGV[1])'
  expect(spawnSync('ruby', ['-e', copy, file, join(library, file)]).status).toBe(0)
  writeFileSync(
    join(gems, 'specifications', `${name}-${version}.gemspec`),
    `Gem::Specification.new('${name}', '${version}') { |gem| gem.summary = gem.author = '${name}' }`,
  )
  return gems
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)

describe('of an app', () => {
  let ruby: EnabledRuby
  let events: AgentEvent[]
  beforeAll(async () => {
    // 40 MB that glibc keeps free, threads, a mapped file, a gem with an extension; and secrets wherever a name could come
    // from.
    const gems = installGem('bubbles', '1.2.3', 'digest/bubblebabble.so')
    const gemPath = spawnSync('ruby', ['-e', 'print Gem.path.join(File::PATH_SEPARATOR)'], {encoding: 'utf8'}).stdout
    ruby = await startEnabledRuby({
      env: {
        ...backstage.env,
        GEM_PATH: `${gems}:${gemPath}`,
        GLIBC_TUNABLES: 'glibc.malloc.arena_max=2:secret',
        LD_PRELOAD: '/usr/lib/secret-path/libmissing-1.so',
        MALLOC_ARENA_MAX: '2',
        MALLOC_CONF: 'narenas:2,secret value',
        RUBYOPT: `-r${AGENT} --disable=did_you_mean -W:no-experimental`,
        RUBY_GC_SECRET: 'secret-value',
        WEB_CONCURRENCY: '3',
      },
      script: `
        $VERBOSE = nil
        require 'fiddle'
        gem 'bubbles'
        require 'digest/bubblebabble'
        strings = Array.new(60_000) { |i| 'x' * 1000 }
        KEPT = strings.each_slice(20).map(&:first)
        strings = nil
        GC.start
        6.times { |i| Thread.new { sleep }.name = "secret-thread-#{i}" }
        path = File.join(${JSON.stringify(scratch)}, 'secret-customer.mmdb')
        File.write(path, 'secret-content' * 200_000)
        mmap = Fiddle::Function.new(Fiddle::Handle::DEFAULT['mmap'], [Fiddle::TYPE_VOIDP, Fiddle::TYPE_SIZE_T] + [Fiddle::TYPE_INT] * 3 + [Fiddle::TYPE_LONG], Fiddle::TYPE_VOIDP)
        Fiddle::Pointer.new(mmap.call(nil, 2_800_000, 1, 1, File.open(path).fileno, 0).to_i)[0, 2_800_000]
        $stdout.sync = true
        puts "app is ready"
        sleep`,
    })
    await ruby.says('app is ready')
    events = await backstage.trigger()
  })
  afterAll(() => ruby?.stop())

  it('is stored beside the dump, small and complete', () => {
    const {key, record} = recordOf(events)
    expect(record).toMatchObject({pageBytes: 4096, v: 1})
    expect(record.maps.error ?? record.allocator.error ?? record.vm.error).toBeUndefined()
    expect(backstage.s3.objects.get(key)!.body.length).toBeLessThan(100_000)
    const puts = backstage.s3.requests.filter(one => one.operation === 'PutObject' && one.path.endsWith(key))
    expect(puts.map(({headers}) => [headers['x-amz-server-side-encryption'], headers['content-md5']])).toEqual([
      ['AES256', expect.any(String)],
    ])
    const facts = [...backstage.s3.objects.keys()].find(one => one.endsWith('.facts')) ?? ''
    expect(facts).toMatch(/,heapbytes=[1-9]\d*,mallocfree=[1-9]\d*,(jitbytes=\d+,)?stackbytes=[1-9]\d*/)
    expect(facts.length).toBeLessThan(1024)
  })

  it('adds up: mappings to what the process has, arenas and stacks to mappings', () => {
    const {allocator, maps, status, vm} = recordOf(events).record
    const [starts, sizes, resident] = ['start', 'bytes', 'rss'].map(name => columnOf(maps, name))
    expect(Math.abs(sum(resident) * 1024 - status.rss) / status.rss).toBeLessThan(0.02)
    expect(status.anon + status.file + status.shmem).toBe(status.rss)
    expect(status.threads).toBeGreaterThan(6)
    const within = (start: number) => starts.some((one, row) => start >= one && start < one + sizes[row])
    expect(vm.threads.filter(({stackBytes, stackStart}) => within(stackStart + stackBytes - 1))).toHaveLength(
      vm.threads.length,
    )
    expect(vm.threads.length).toBeGreaterThanOrEqual(status.threads - 1)
    expect(vm.threads.length).toBeLessThanOrEqual(status.threads + 3)
    // Arenas besides the main one, at the addresses of mappings. One that the kernel has joined with its neighbour is not
    // always found.
    expect(allocator.heaps.filter(({start}) => within(start))).toHaveLength(allocator.heaps.length)
    const arenaBytes = sum(allocator.arenas.slice(1).map(({system}) => system))
    expect(sum(allocator.heaps.map(({bytes}) => bytes))).toBeLessThanOrEqual(arenaBytes)
  })

  it('says how much free memory the allocator could return', () => {
    const {arenas, trim} = recordOf(events).record.allocator
    expect(trim.before - trim.after).toBeGreaterThan(30e6)
    expect(sum(arenas.map(({free}) => free))).toBeGreaterThan(trim.before - trim.after)
  })

  it('names libraries, gems and settings, and nothing of the app', () => {
    const {record, text} = recordOf(events)
    expect(record.settings).toEqual({
      GLIBC_TUNABLES: 'glibc.malloc.arena_max=2',
      LD_PRELOAD: 'libmissing-1.so',
      MALLOC_ARENA_MAX: '2',
      MALLOC_CONF: 'narenas:2',
      RUBYOPT: '--disable=did_you_mean',
      WEB_CONCURRENCY: '3',
    })
    const [bubbles] = record.extensions
    expect(bubbles).toMatchObject({gem: 'bubbles', version: '1.2.3'})
    expect(record.maps.names[bubbles.file]).toMatch(/gems\/bubbles-1\.2\.3\/lib\/digest\/bubblebabble\.so$/)
    const mapped = record.maps.rows.find(row => record.maps.names[Number(row[3])] === '[file.mmdb]')!
    expect(mapped[record.maps.columns.indexOf('rss')]).toBe(2736)
    expect(text).not.toContain('secret')
  })

  it('does not change the dump, and leaves no process behind', () => {
    const [finished] = ofType(events, 'finished')
    expect(readStoredDump(backstage.s3, finished.key).length).toBeGreaterThan(10_000)
    expect(processesOfGroup(ruby.pid).map(({pid}) => pid)).toEqual([ruby.pid])
  })

  it('may fail to be stored: the dump is complete without it', async () => {
    backstage.s3.faults.add({code: 'AccessDenied', key: /memory\.json\.gz$/, operation: 'PutObject', status: 403})
    const later = await backstage.trigger()
    expect(later.at(-1)).toMatchObject({failed: 0, finished: 1})
    expect(() => recordOf(later)).toThrow('no heapdump/v1/')
    const stem = ofType(later, 'finished')[0].key.replace('.json.gz', '')
    expect([...backstage.s3.objects.keys()].filter(key => key.startsWith(`${stem},`))).toHaveLength(1)
  })
})

/** An app whose Fiddle does what the test says; the dump child alone loads it. */
describe('from a dump child in trouble', () => {
  const library = join(scratch, 'library')
  const childFile = join(scratch, 'child')
  let ruby: EnabledRuby
  const start = () =>
    startEnabledRuby({env: backstage.env, script: `$LOAD_PATH.unshift(${JSON.stringify(library)}); sleep`})
  const fiddle = (code: string) => {
    mkdirSync(library, {recursive: true})
    rmSync(childFile, {force: true})
    writeFileSync(join(library, 'fiddle.rb'), `File.write(${JSON.stringify(childFile)}, Process.pid.to_s)\n${code}\n`)
  }

  const STOPPED = 'Process.kill(:STOP, Process.pid); sleep'
  beforeAll(async () => {
    ruby = await start()
  })
  afterAll(() => ruby?.stop())

  it.each([
    ['without Fiddle', "raise LoadError, 'cannot load such file -- fiddle'", /^Ruby cannot load Fiddle, with which/],
    ['that raises', "raise 'secret'", /^the dump child failed: RuntimeError$/],
    ['that crashes', 'Process.kill(:SEGV, Process.pid); sleep', /^the dump child ended before it answered$/],
    ['that hangs in C', STOPPED, /^the dump child did not answer within 5 s$/],
  ])('%s', async (_, code, error) => {
    fiddle(code)
    const events = await backstage.trigger()
    expect(events.at(-1)).toMatchObject({failed: 0, finished: 1})
    const {record, text} = recordOf(events)
    expect(record.allocator).toEqual({error: expect.stringMatching(error)})
    expect(record.vm.gc.heap_allocated_pages).toBeGreaterThan(10)
    expect(record.maps.rows.length).toBeGreaterThan(20)
    expect(text).not.toContain('secret')
    expect(readStoredDump(backstage.s3, ofType(events, 'finished')[0].key).length).toBeGreaterThan(5000)
    await eventually('nothing is left', () => processesOfGroup(ruby.pid).length === 1)
    // Ruby reports crashes on stderr, which is the app's log.
    expect(ruby.log()).not.toMatch(/BUG|RuntimeError|LoadError/)
  })

  it('whose uploader is killed', async () => {
    fiddle(STOPPED)
    const events = await backstage.trigger({}, async event => {
      if (event.type !== 'dumping') return
      await eventually('the child hangs', () => existsSync(childFile))
      const uploader = processesOfGroup(ruby.pid).find(({command}) => command.includes('uploader.rb'))!
      process.kill(uploader.pid, 'SIGKILL')
    })
    expect(ofType(events, 'failed')).toMatchObject([
      {code: 'upload_failed', message: 'the uploader was killed by SIGKILL'},
    ])
    await eventually('nothing is left', () => processesOfGroup(ruby.pid).length === 1)
  })

  it('does not outlive the app', async () => {
    fiddle(STOPPED)
    const doomed = await startEnabledRuby({
      env: {...backstage.env, DYNO: 'web.2'},
      script: `$LOAD_PATH.unshift(${JSON.stringify(library)}); sleep`,
    })
    try {
      const dumping = backstage.trigger({dyno: 'web.2'}).catch(() => [])
      const child = await eventually(
        'the child',
        () => existsSync(childFile) && Number(readFileSync(childFile, 'utf8')),
      )
      expect(isAlive(child)).toBe(true)
      process.kill(doomed.pid, 'SIGKILL')
      await eventually('the child is gone', () => !isAlive(child), 3)
      void dumping
    } finally {
      await doomed.stop()
    }
  })
})

it('is complete, like the dump, while threads allocate without pause', () => {
  const script = fileURLToPath(new URL('../../bench/agent/fork-stress.rb', import.meta.url))
  const {stdout} = spawnSync('ruby', [script, '8', '4'], {encoding: 'utf8'})
  expect(stdout).toMatch(/\n +8 dump and record complete\n +0 processes left\n$/)
})

it('folds mappings, and keeps only names from the code', () => {
  const mapping = (range: string, perms: string, path: string, rss: number) =>
    `${range} ${perms} 00000000 fe:00 ${path === '' ? 0 : 7} ${path}\nSize: 4 kB\nRss: ${rss} kB\nPss: 1 kB\nPrivate_Dirty: ${rss} kB\nVmFlags: rd\n`
  const smaps = [
    mapping('1000-3000', 'r--p', '/app/lib/oj.so', 8),
    mapping('3000-4000', 'r-xp', '/app/lib/oj.so', 4),
    mapping('4000-5000', 'r--p', '/app/lib/oj.so', 4),
    mapping('5000-6000', 'rw-p', '/app/lib/oj.so', 4),
    mapping('6000-8000', 'rw-p', '', 8), // its static variables
    mapping('9000-a000', 'rw-p', '', 1),
    mapping('a000-b000', 'rw-p', '', 2),
    mapping('b000-c000', 'r-xp', '/app/bin/program', 3),
    mapping('c000-d000', 'r--s', '/tmp/alice@example.com.pdf', 4),
    mapping('d000-e000', 'rw-s', '/dev/shm/alice (deleted)', 5),
    mapping('e000-f000', 'rw-p', '[anon:alice]', 6),
    mapping('f000-10000', 'rw-p', '[anon:Ruby:GC:objspace]', 7),
    mapping('11000-12000', 'r--s', '/tmp/invoice.alice', 9),
    mapping('7ffe0000-7fff0000', 'rw-p', '[stack]', 8),
  ].join('')
  const program = 'answer(Heapdump::Mappings.new(INPUT.b).to_h)'
  const {columns, names, rows} = runRuby<MemoryRecord['maps']>(['uploader/mappings'], program, smaps)
  const named = rows.map(row => [
    row[0],
    row[1],
    row[2],
    names[Number(row[3])] ?? row[3],
    row[columns.indexOf('rss')],
    row[columns.indexOf('privateDirty')],
  ])
  expect(named).toEqual([
    [0x1000, 0x3000, 'r--p', '/app/lib/oj.so', 12, 12],
    [0x3000, 0x1000, 'r-xp', '/app/lib/oj.so', 4, 4],
    [0x5000, 0x3000, 'rw-p', '/app/lib/oj.so', 12, 12],
    [0x9000, 0x1000, 'rw-p', -1, 1, 1],
    [0xa000, 0x1000, 'rw-p', -1, 2, 2],
    [0xb000, 0x1000, 'r-xp', '/app/bin/program', 3, 3],
    [0xc000, 0x1000, 'r--s', '[file.pdf]', 4, 4],
    [0xd000, 0x1000, 'rw-s', '[shared]', 5, 5],
    [0xe000, 0x1000, 'rw-p', -1, 6, 6],
    [0xf000, 0x1000, 'rw-p', '[anon:Ruby:GC:objspace]', 7, 7],
    [0x11000, 0x1000, 'r--s', '[file]', 9, 9],
    [0x7ffe0000, 0x10000, 'rw-p', '[stack]', 8, 8],
  ])
  const many = Array.from({length: 8005}, (_, at) =>
    mapping(`${((at + 1) * 0x2000).toString(16)}-${((at + 1) * 0x2000 + 0x1000).toString(16)}`, 'rw-p', '', at),
  )
  const cut = runRuby<MemoryRecord['maps'] & {rest: unknown}>(['uploader/mappings'], program, many.join(''))
  expect(cut.rows).toHaveLength(8000)
  expect(cut.rest).toMatchObject({bytes: 5 * 0x1000, rows: 5, rss: 0 + 1 + 2 + 3 + 4})
})

it('in the fork, finds the Fiddle that Bundler hides', () => {
  const gem = join(scratch, 'ruby', 'gems', 'fiddle-1.1.8', 'lib')
  mkdirSync(gem, {recursive: true})
  const found = runRuby<unknown>(
    ['inside/allocator_counters'],
    `
    Gem.singleton_class.prepend(Module.new { def default_dir; INPUT; end })
    finder = Heapdump::Inside::BundledFiddle
    answer([finder.find, $LOAD_PATH.first, finder.find])`,
    join(scratch, 'ruby'),
  )
  expect(found).toEqual([true, gem, false])
})

it('leaves out a setting or a counter that JSON cannot express, not all of them', () => {
  const program = `
    ENV.update("F\\xFF" => '1', 'MALLOC_ARENA_MAX' => '2', 'MALLOC_TOP_PAD_' => "\\xFF")
    counters = {ratio: 0.0 / 0, share: 0.5, bytes: 7, on: true, name: 'x'}
    answer([Heapdump::Inside::Settings.read, Heapdump::Inside::VirtualMachine.send(:plain, counters)])`
  const files = ['heapdump/memory_inside', 'inside/settings', 'inside/virtual_machine']
  const [settings, counters] = runRuby<readonly [object, object]>(files, program)
  expect(settings).toMatchObject({MALLOC_ARENA_MAX: '2'})
  expect(settings).not.toHaveProperty('MALLOC_TOP_PAD_')
  expect(counters).toEqual({bytes: 7, on: true, share: 0.5})
})

/** Mounting needs root, and a Ruby with the same root directory. */
const canRefuse = () =>
  process.getuid?.() === 0 &&
  spawnSync('ruby', ['-e', 'print File.stat("/").ino'], {encoding: 'utf8'}).stdout === String(statSync('/').ino)

describe.runIf(canRefuse())('where /proc/PID/smaps is refused', () => {
  it('says so, and has the rest', async () => {
    const [bin, refused, temporary] = ['bin', 'refused', 'temporary'].map(name => join(scratch, name))
    mkdirSync(bin)
    mkdirSync(temporary)
    chmodSync(temporary, 0o777)
    writeFileSync(refused, '', {mode: 0o600})
    const asNobody = 'exec setpriv --reuid=65534 --regid=65534 --clear-groups'
    writeFileSync(
      join(bin, 'ruby'),
      `#!/bin/sh\nPATH=${process.env.PATH} exec unshare --mount sh -c 'mount --bind ${refused} /proc/$$/smaps && ${asNobody} ruby "$@"' sh "$@"\n`,
      {mode: 0o755},
    )
    const ruby = await startEnabledRuby({
      env: {...backstage.env, PATH: `${bin}:${process.env.PATH}`, TMPDIR: temporary},
    })
    try {
      const {record} = recordOf(await backstage.trigger())
      expect(record.maps).toEqual({error: '/proc/PID/smaps cannot be read: Errno::EACCES'})
      expect(record.status.rss).toBeGreaterThan(10e6)
      expect(record.allocator).toMatchObject({name: 'glibc', trim: {before: expect.any(Number)}})
    } finally {
      await ruby.stop()
    }
  })
})
