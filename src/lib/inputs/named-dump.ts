// Finds the dump that an argument names: a file, `-` for stdin, or a dump in the bucket by id, key or `latest`.
import {basename} from 'node:path'
import type {DumpToRead} from '../analysis/session/open-analysis.js'
import {flag, herokuCommand, proposal, type Target} from '../command-line.js'
import type {Chunks} from '../dump/chunks.js'
import {findLocalDump, type LocalDump} from '../dump/local-dump.js'
import {hintLines, UserError} from '../errors.js'
import type {MemoryRecord} from '../memory-record.js'
import {parseMemoryRecord} from '../parse-memory-record.js'
import {type GcStat, readGcStat, readHistory} from '../process-history.js'
import type {Bucket} from '../store/open-bucket.js'
import type {DumpStore, StoredDump} from '../store/store.js'
import {formatAge, formatTime} from '../units.js'

export type NamedDump = DumpToRead & {
  /** Its name on a command line, without the flags: an id, a path, `-`. */
  readonly name: string
  readonly target: Target
  /** Flags that select the app or file that was dumped, also for a download; empty: unknown. */
  readonly origin: Target
  /** Its title on a screen: `d7k2mq · ⬢ shop web.1 · puma worker 0 · Ruby 3.3.6 · v214 · 4 min ago`. */
  readonly title: string
  /** Its title in a report, which is read later and elsewhere: the time instead of the age, no folder of a file. */
  readonly titleToShare: string
  /** Its entry in the list; null: not in the bucket. */
  readonly stored: StoredDump | null
  /** The same for a downloaded file, from the facts saved beside it. */
  readonly facts: StoredDump | null
  /** The previous dump of the same process in the bucket; null: none. */
  readonly previous: StoredDump | null
  /** The GC's counters; null: not recorded. */
  readonly gcStat: () => Promise<GcStat | null>
}

/** One or more. */
export type NamedDumps = readonly [NamedDump, ...NamedDump[]]

/** The part of a bucket that finding a dump needs. */
export type DumpsOfBucket = Pick<Bucket, 'app' | 'target'> & {readonly store: DumpStore}

/**
 * Finds dumps by name, in order. Lists the bucket once, and only if a name is neither `-` nor a file. Requests a dump
 * only when its chunks are read. `origin` is for files without facts. Throws UserErrors of the store and of
 * findLocalDump.
 */
export async function findDumps(
  names: readonly [string, ...string[]],
  stdin: Chunks,
  openBucket: () => Promise<DumpsOfBucket>,
  origin: Target = [],
): Promise<NamedDumps> {
  const local = new Map(await Promise.all(names.map(async name => [name, await findLocalDump(name, stdin)] as const)))
  const missing = names.find(name => !local.get(name))
  const bucket =
    missing === undefined
      ? null
      : await openBucket().catch((error: unknown) => {
          throw missing === 'latest' ? error : explainMissing(missing, error)
        })
  const dumps = (await bucket?.store.list()) ?? []
  const {pickDump} = await import('../store/find-dump.js')
  const read = async (name: string): Promise<NamedDump> => {
    const found = local.get(name)
    if (found) return localDump(name, found, origin)
    if (bucket === null) throw new Error(`No bucket was opened for ${name}.`)
    const stored = pickDump(dumps, name, bucket.target)
    return {...storedDump(stored, bucket), previous: previousOf(dumps, stored)}
  }

  const [first, ...others] = names
  return Promise.all([read(first), ...others.map(read)])
}

async function localDump(name: string, found: LocalDump, origin: Target): Promise<NamedDump> {
  const [{readFactsBeside}, {readMemoryBeside}] = await Promise.all([
    import('../store/facts-beside.js'),
    import('../store/memory-beside.js'),
  ])
  const memory = async () => recordOf(await readMemoryBeside(name))
  const common = {...found, memory, name, origin, previous: null, stored: null, target: []}
  const beside = found.storedBytes === null ? null : await readFactsBeside(name, found.storedBytes)
  if (beside === null) {
    const title = name === '-' ? 'stdin' : name
    return {...common, facts: null, gcStat: async () => null, title, titleToShare: basename(title)}
  }

  const {app, dump, facts} = beside
  return {
    ...common,
    dumpBytes: dump.bytes,
    facts: dump,
    gcStat: async () => readGcStat(facts),
    history: async () => readHistory(facts),
    origin: app === null ? origin : flag('--app', app),
    processBytes: dump.memoryBytes,
    ...titlesOf(dump, app),
  }
}

/** The titles of a dump with known facts. */
function titlesOf(
  {createdAt, dyno, id, process: role, release, ruby}: StoredDump,
  app: string | null,
): Pick<NamedDump, 'title' | 'titleToShare'> {
  const place = [app === null ? null : `⬢ ${app}`, dyno].filter(Boolean).join(' ')
  const titleWith = (time: string) =>
    [id, place, role, ruby && `Ruby ${ruby}`, release, time].filter(Boolean).join(' · ')
  const takenMs = Date.parse(createdAt)
  return {title: titleWith(formatAge(takenMs, Date.now())), titleToShare: titleWith(formatTime(takenMs))}
}

/** Without an app there is no bucket, so the likeliest mistake is a mistyped file name. */
function explainMissing(name: string, error: unknown): unknown {
  if (!(error instanceof UserError) || error.code !== 'no_app') return error
  return new UserError(`There is no file ${name}. To look for the dump in a bucket, name an app.`, {
    code: 'no_app',
    exit: 2,
    hint: hintLines(error.hint),
  })
}

/** A dump in the bucket, which is streamed: nothing is written to disk. */
export function storedDump(stored: StoredDump, {store, app, target}: DumpsOfBucket): NamedDump {
  const {id, key, bootedAt, bytes, memoryBytes, storedBytes} = stored
  return {
    bytes: {chunks: chunksOf(store, stored)},
    dumpBytes: bytes,
    facts: null,
    gcStat: async () => readGcStat(await store.readFacts(key)),
    // An agent that recorded no boot time recorded no history either, so save the request.
    history: bootedAt === null ? undefined : async () => readHistory(await store.readFacts(key)),
    memory: bootedAt === null ? undefined : async () => recordOf(await store.readMemory(key)),
    name: id,
    origin: target,
    previous: null,
    processBytes: memoryBytes,
    source: key,
    stored,
    storedBytes,
    target,
    ...titlesOf(stored, app),
  }
}

function recordOf(text: string | null): MemoryRecord | null {
  return text === null ? null : parseMemoryRecord(text)
}

/** The boot time tells processes apart: after a restart, another process can have the same dyno and pid. */
function previousOf(dumps: readonly StoredDump[], {bootedAt, createdAt, dyno, pid}: StoredDump): StoredDump | null {
  if (bootedAt === null) return null
  const isSame = (one: StoredDump) => one.bootedAt === bootedAt && one.dyno === dyno && one.pid === pid
  const earlier = dumps.filter(one => one.complete && isSame(one) && one.createdAt < createdAt)
  return earlier.toSorted((a, b) => a.createdAt.localeCompare(b.createdAt)).at(-1) ?? null
}

/** The last two dumps of one process, the older first. Throws UserError `no_pair`. */
export async function findLastTwo(bucket: DumpsOfBucket): Promise<NamedDumps> {
  const [previous, last] = lastTwo(await bucket.store.list(), bucket.target)
  return [storedDump(previous, bucket), storedDump(last, bucket)]
}

function lastTwo(dumps: readonly StoredDump[], target: Target): readonly [StoredDump, StoredDump] {
  for (const dump of dumps) {
    const previous = dump.complete ? previousOf(dumps, dump) : null
    if (previous !== null) return [previous, dump]
  }

  throw new UserError('The bucket does not have two dumps of the same process.', {
    code: 'no_pair',
    hint: [
      proposal`Take another dump: ${herokuCommand('heapdump:trigger', [], target)}`,
      proposal`Or compare two dumps of your choice: ${herokuCommand('heapdump:list', [], target)}`,
    ],
  })
}

/** Opens the dump on the first read: with several dumps, connections opened earlier would idle. */
async function* chunksOf(store: DumpStore, dump: StoredDump): AsyncGenerator<Uint8Array> {
  yield* (await store.open(dump)).stream
}
