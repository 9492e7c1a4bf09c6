// Which dump an argument of the command line means: a file, `-` for standard input, or a dump of the bucket by id, key or `latest`.
import type {DumpToRead} from '../analysis/session/open-analysis.js'
import {flag, herokuCommand, proposal, type Target} from '../command-line.js'
import type {Chunks} from '../dump/chunks.js'
import {findLocalDump, type LocalDump} from '../dump/local-dump.js'
import {hintLines, UserError} from '../errors.js'
import {type GcStat, readGcStat, readHistory} from '../process-history.js'
import type {Bucket} from '../store/open-bucket.js'
import type {DumpStore, StoredDump} from '../store/store.js'
import {formatAge} from '../units.js'

export type NamedDump = DumpToRead & {
  /** What names it again on a command line, without the flags: an id, a path, `-`. */
  readonly name: string
  readonly target: Target
  /** Flags that select the app or file that was dumped, also for a download; empty: unknown. */
  readonly origin: Target
  /** Its title on a screen: `d7k2mq · ⬢ shop web.1 · puma worker 0 · Ruby 3.3.6 · v214 · 4 min ago`. */
  readonly title: string
  /** What the list says about it; null for what is not from the bucket. */
  readonly stored: StoredDump | null
  /** The same of a file that was downloaded: what was kept beside it. */
  readonly facts: StoredDump | null
  /** The last dump of the same process before this one, as far as the bucket has one. */
  readonly previous: StoredDump | null
  /** What Ruby's GC had counted; null where nobody wrote it down. */
  readonly gcStat: () => Promise<GcStat | null>
}

/** One or more. */
export type NamedDumps = readonly [NamedDump, ...NamedDump[]]

/** As much of a bucket as finding a dump needs. */
export type DumpsOfBucket = Pick<Bucket, 'app' | 'target'> & {readonly store: DumpStore}

/**
 * The dumps that `names` mean, in order. The bucket is listed once, and only if a name is neither `-` nor a file; nothing of a dump is
 * requested before its chunks are. Throws UserErrors of the store and of findLocalDump.
 */
export async function findDumps(
  names: readonly [string, ...string[]],
  stdin: Chunks,
  openBucket: () => Promise<DumpsOfBucket>,
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
    if (found) return localDump(name, found)
    if (bucket === null) throw new Error(`No bucket was opened for ${name}.`)
    const stored = pickDump(dumps, name, bucket.target)
    return {...storedDump(stored, bucket), previous: previousOf(dumps, stored)}
  }

  const [first, ...others] = names
  return Promise.all([read(first), ...others.map(read)])
}

async function localDump(name: string, found: LocalDump): Promise<NamedDump> {
  const common = {...found, name, origin: [], previous: null, stored: null, target: []}
  const {readFactsBeside} = await import('../store/facts-beside.js')
  const beside = found.storedBytes === null ? null : await readFactsBeside(name, found.storedBytes)
  if (beside === null) {
    return {...common, facts: null, gcStat: async () => null, title: name === '-' ? 'standard input' : name}
  }

  const {app, dump, facts} = beside
  return {
    ...common,
    dumpBytes: dump.bytes,
    facts: dump,
    gcStat: async () => readGcStat(facts),
    history: async () => readHistory(facts),
    origin: app === null ? [] : flag('--app', app),
    processBytes: dump.memoryBytes,
    title: titleOf(dump, app),
  }
}

/** What a screen calls a dump whose facts are known. */
function titleOf({createdAt, dyno, id, process: role, release, ruby}: StoredDump, app: string | null): string {
  const place = [app === null ? null : `⬢ ${app}`, dyno].filter(Boolean).join(' ')
  const age = formatAge(Date.parse(createdAt), Date.now())
  return [id, place, role, ruby && `Ruby ${ruby}`, release, age].filter(Boolean).join(' · ')
}

/** Without an app there is no bucket: then a mistyped file is the likelier trouble. */
function explainMissing(name: string, error: unknown): unknown {
  if (!(error instanceof UserError) || error.code !== 'no_app') return error
  return new UserError(`There is no file ${name}, and no app is given whose bucket could have a dump of that name.`, {
    code: 'no_app',
    exit: 2,
    hint: hintLines(error.hint),
  })
}

/** A dump of the bucket, which is read as it comes: nothing of it touches the disk. */
export function storedDump(stored: StoredDump, {store, app, target}: DumpsOfBucket): NamedDump {
  const {id, key, bootedAt, bytes, memoryBytes, storedBytes} = stored
  return {
    bytes: {chunks: chunksOf(store, stored)},
    dumpBytes: bytes,
    facts: null,
    gcStat: async () => readGcStat(await store.readFacts(key)),
    // Who recorded the one has recorded the other: of an older agent nothing is requested.
    history: bootedAt === null ? undefined : async () => readHistory(await store.readFacts(key)),
    name: id,
    origin: target,
    previous: null,
    processBytes: memoryBytes,
    source: key,
    stored,
    storedBytes,
    target,
    title: titleOf(stored, app),
  }
}

/** Of the same process: its dyno and pid are another one's after a restart, its beginning is not. */
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

  throw new UserError('No process has two dumps in the bucket.', {
    code: 'no_pair',
    hint: [
      proposal`Take another one: ${herokuCommand('heapdump:trigger', [], target)}`,
      proposal`Or name two that you know: ${herokuCommand('heapdump:list', [], target)}`,
    ],
  })
}

/** Opened by the first request for bytes: of several dumps the later ones would else wait on idle connections. */
async function* chunksOf(store: DumpStore, dump: StoredDump): AsyncGenerator<Uint8Array> {
  yield* (await store.open(dump)).stream
}
