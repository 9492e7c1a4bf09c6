// Where the memory of Puma with Rails is, by Ruby, allocator, JIT and preloading; and whether each part agrees with what the
// kernel, Ruby and glibc say in the app itself. Prints the rows of docs/memory.md.
//   vitest run --config bench/agent/vitest.config.ts bench/agent/memory
//   npm run rubies -- SUITE bench/agent/memory
// The suite redmine measures Debian's Redmine. HEAPDUMP_MEMORY_KEEP=DIR keeps the dumps and their records.
import {execFileSync} from 'node:child_process'
import {mkdtempSync, writeFileSync} from 'node:fs'
import {connect} from 'node:net'
import {rm} from 'node:fs/promises'
import {join} from 'node:path'
import {tmpdir} from 'node:os'
import {gunzipSync} from 'node:zlib'
import {afterAll, describe, expect, it} from 'vitest'
import {Subject} from '../../src/lib/analysis/objects/subject.js'
import {groupBytes} from '../../src/lib/analysis/tables/part-groups.js'
import {
  bytesOfParts,
  type PartKind,
  processParts,
  type ProcessParts,
} from '../../src/lib/analysis/tables/process-parts.js'
import {type ObjectBytes, objectBytes} from '../../src/lib/analysis/tables/object-bytes.js'
import {readHeap} from '../../src/lib/dump/read-heap.js'
import {parseMemoryRecord} from '../../src/lib/parse-memory-record.js'
import {type EnabledApp, ofType, startEnabledApp, trigger} from '../../test/support/enabled-app.js'
import {root} from '../../test/support/buildpack.js'
import {eventually} from '../../test/support/eventually.js'
import type {S3Double} from '../../test/support/s3-double.js'
import type {TestPostgres} from '../../test/support/postgres.js'
import {withServices} from '../../test/support/with-services.js'
import {soakSubject} from './soak-subjects.js'

const SUMS = new URL('smaps.awk', import.meta.url).pathname
const JEMALLOC = '/usr/lib/x86_64-linux-gnu/libjemalloc.so.2'
/** Requests to each app: enough for arenas and the JIT to settle. */
const REQUESTS = Number(process.env.HEAPDUMP_MEMORY_REQUESTS ?? 600)
const AT_ONCE = 4
const KEPT = process.env.HEAPDUMP_MEMORY_KEEP
const LEAST_ATTRIBUTED = 0.95
/** Between our figures and those of a moment before. */
const MOST_DIFFERENCE = 0.05

const ALLOCATORS = {
  glibc: {command: [], vars: {}},
  'glibc, 2 arenas': {command: [], vars: {MALLOC_ARENA_MAX: '2'}},
  jemalloc: {command: ['env', `LD_PRELOAD=${JEMALLOC}`], vars: {}},
} as const

const ruby = (code: string) => execFileSync('ruby', ['-e', code], {encoding: 'utf8'}).trim()
const version = ruby('print RUBY_VERSION')
// Without it, Ruby 3.4 only warns of --yjit.
const hasYjit = ruby('print defined?(RubyVM::YJIT) ? true : false') === 'true'
const hasJemalloc = ruby(`print File.exist?('${JEMALLOC}')`) === 'true'

let postgres: TestPostgres
let s3: S3Double
withServices(started => {
  ;({postgres, s3} = started)
  subject.prepare?.(postgres.url)
})
const rows: string[] = []
const checks: string[] = []
afterAll(() => console.log([...rows, '', ...checks].join('\n')))

const name = process.env.HEAPDUMP_SOAK_APP ?? 'rails'
const subject = soakSubject(name)
/** Debian's Redmine runs in one process. */
const hasWorkers = name === 'rails'

const combinations = Object.keys(ALLOCATORS).flatMap(allocator =>
  [false, ...(hasYjit ? [true] : [])].flatMap(jit =>
    [false, ...(hasWorkers ? [true] : [])].map(preload => ({
      allocator: allocator as keyof typeof ALLOCATORS,
      jit,
      preload,
    })),
  ),
)

describe(`Ruby ${version}`, () => {
  it.for(combinations.filter(({allocator}) => allocator !== 'jemalloc' || hasJemalloc))(
    '$allocator, YJIT: $jit, preloaded: $preload',
    async ({allocator, jit, preload}) => {
      const {command, vars} = ALLOCATORS[allocator]
      const probes = mkdtempSync(join(tmpdir(), 'heapdump-probe-'))
      const app = await startEnabledApp({
        command: [...command, 'puma', '-q', '-C', 'config/puma.rb'],
        databaseUrl: postgres.url,
        s3,
        source: subject.source,
        vars: {
          BALLAST_ROWS: '20000',
          PROBE: probes,
          PROBE_RB: join(root, 'test/support/ruby/probe.rb'),
          RAILS_ENV: 'production',
          ...(jit ? {RUBYOPT: '--yjit'} : {}),
          ...(preload ? {PRELOAD: '1'} : {}),
          ...vars,
        },
        workers: hasWorkers ? 2 : 0,
      })
      try {
        await visit(app.url)
        const {kernel, parts, said, usage} = await dumped(app, probes)
        const label = [version, allocator, jit ? 'yes' : 'no', preload ? 'yes' : 'no']
        rows.push(row(label, parts))
        const pairs = pairsOf(parts, usage, {kernel, said})
        checks.push(`| ${[...label, ...pairs.map(pair => pair.map(megabytes).join(' / '))].join(' | ')} |`)
        expect(parts.attributed).toBeGreaterThan(LEAST_ATTRIBUTED)
        const [[rss = 0, rssOfKernel = 0] = [], [pages = 0, pagesOfRuby = 0] = []] = pairs
        expect(Math.abs(rss / rssOfKernel - 1)).toBeLessThan(MOST_DIFFERENCE)
        expect(Math.abs(pages / pagesOfRuby - 1)).toBeLessThan(MOST_DIFFERENCE)
      } finally {
        await app.stop()
        await rm(probes, {force: true, recursive: true})
      }
    },
  )
})

/** Mostly the first page, and the last one now and then. */
async function visit(url: string): Promise<void> {
  const {visits: pages} = subject
  // The agent may be up before the app.
  await eventually(
    'the app answers',
    () =>
      fetch(`${url}${pages[0].path}`).then(
        response => response.ok,
        () => false,
      ),
    120,
  )
  const visitor = async (share: number) => {
    for (let request = 0; request < REQUESTS / AT_ONCE; request++) {
      const {path} = pages[(request + share) % 10 === 0 ? pages.length - 1 : 0]
      await (await fetch(`${url}${path}`, {headers: {connection: 'close'}})).text()
    }
  }

  await Promise.all(Array.from({length: AT_ONCE}, (_, share) => visitor(share)))
}

/** What Ruby and glibc say in the app itself (test/support/ruby/probe.rb). */
type Said = {
  readonly gc: Readonly<Record<string, number>>
  readonly malloc: Readonly<Record<'arena' | 'fordblks' | 'hblkhd' | 'uordblks', number>>
}
type Kernel = ReadonlyMap<string, number>

/** Asks all processes for their figures, and dumps them right after that. */
async function dumped(app: EnabledApp, probes: string) {
  const known = new Map<number, {readonly kernel: Kernel; readonly said: Said}>()
  for (const pid of await app.members())
    known.set(pid, {kernel: sumsOf(pid), said: await askProbe(join(probes, `${pid}.sock`))})
  const events = await trigger(postgres.url, {force: true})
  const done = ofType(events, 'finished').find(({pid}) => known.has(pid))
  const figures = known.get(done?.pid ?? 0)
  if (done === undefined || figures === undefined) throw new Error(`No dump: ${JSON.stringify(events.at(-1))}`)
  const body = (key: string) => gunzipSync(s3.objects.get(key)!.body)
  const read = await readHeap(chunksOf(body(done.key)), {})
  const text = body(done.key.replace('.json.gz', '.memory.json.gz')).toString()
  const record = parseMemoryRecord(text)
  if (KEPT !== undefined) {
    const stem = join(KEPT, `${name}-${version}-${done.pid}`)
    writeFileSync(`${stem}.json.gz`, s3.objects.get(done.key)!.body)
    writeFileSync(`${stem}.memory.json`, text)
  }

  const parts = processParts(new Subject(done.key, read, null, null, record))
  if (parts === null) throw new Error('The record is not of this process.')
  return {...figures, parts, usage: objectBytes(read.heap)}
}

async function askProbe(path: string): Promise<Said> {
  const socket = connect(path)
  const chunks: Buffer[] = []
  for await (const chunk of socket as AsyncIterable<Buffer>) chunks.push(chunk)
  return JSON.parse(Buffer.concat(chunks).toString()) as Said
}

/** Resident bytes by kind of mapping. */
function sumsOf(pid: number): Kernel {
  const lines = execFileSync('awk', ['-f', SUMS, `/proc/${pid}/smaps`], {encoding: 'utf8'}).trim()
  return new Map(
    lines.split('\n').map(line => {
      const [kind = '', kilobytes] = line.split(' ')
      return [kind, Number(kilobytes) * 1024]
    }),
  )
}

function row(label: readonly string[], parts: ProcessParts): string {
  const {agent, allocator, jit, libraries, native, objects, other, stacks} = groupBytes(parts)
  const garbage = bytesOfParts(parts, 'garbage-slots', 'garbage-memory')
  const free = bytesOfParts(parts, 'free-slots')
  const sizes = [parts.rssBytes, objects, garbage, free, native, allocator, jit, stacks, libraries, agent, other]
  return `| ${[...label, ...sizes.map(megabytes), `${(parts.attributed * 100).toFixed(1)} %`].join(' | ')} |`
}

/** Our figure and theirs: resident memory, heap pages, malloc in use and free, JIT code, stacks, files. */
function pairsOf(
  parts: ProcessParts,
  {agent}: ObjectBytes,
  {kernel, said}: {readonly kernel: Kernel; readonly said: Said},
): ReadonlyArray<readonly [number, number | undefined]> {
  const sum = (...kinds: readonly PartKind[]) => bytesOfParts(parts, ...kinds)
  const of = (...kinds: readonly string[]) => kinds.reduce((total, kind) => total + (kernel.get(kind) ?? 0), 0)
  const pageBytes = Number(version.slice(0, 3)) < 3.2 ? 16_384 : 65_536
  const malloc = sum('live-memory', 'garbage-memory', 'native', 'jit-data') + sum('agent') - agent.slotBytes
  const isGlibc = parts.allocator?.name === 'glibc'
  return [
    [parts.rssBytes, of('rss')],
    [
      sum('live-slots', 'garbage-slots', 'free-slots') + agent.slotBytes,
      (said.gc.heap_allocated_pages ?? 0) * pageBytes,
    ],
    [malloc, isGlibc ? said.malloc.uordblks + said.malloc.hblkhd : undefined],
    [sum('allocator-free'), isGlibc ? said.malloc.fordblks : undefined],
    [sum('jit-code'), of('code')],
    [sum('stacks'), of('stack')],
    [sum('libraries-shared', 'libraries-private', 'files'), of('file')],
  ]
}

function megabytes(bytes = Number.NaN): string {
  return Number.isNaN(bytes) ? '–' : (bytes / 1e6).toFixed(1)
}

async function* chunksOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536)
}
