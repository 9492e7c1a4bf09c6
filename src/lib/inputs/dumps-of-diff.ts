// What is known about dumps before comparing them: whether they are comparable, and how much time lies between them.
import {realpath} from 'node:fs/promises'
import {herokuCommand, proposal} from '../command-line.js'
import {basename} from 'node:path'
import type {Movement} from '../analysis/compare/movement.js'
import type {NamedDump} from './named-dump.js'
import {UserError} from '../errors.js'
import {DUMP_PREFIX, readCatalogue} from '../store/dump-key.js'
import type {GcStat} from '../process-history.js'
import type {StoredDump} from '../store/store.js'

export type DumpOfDiff = {
  readonly name: string
  /** null: a file without facts. */
  readonly id: string | null
  readonly createdAt: string | null
  readonly dyno: string | null
  readonly pid: number | null
  readonly process: string | null
  readonly release: string | null
}

export type PreparedDiff = {
  readonly dumps: readonly DumpOfDiff[]
  /** Hours from each dump to the next; null unknown. */
  readonly hours: ReadonlyArray<number | null>
  /** Whether objects may have moved, as far as is known without reading the dumps. */
  readonly movement: Movement
  readonly warnings: readonly string[]
}

const HOUR_MS = 3_600_000

/** Oldest first. Throws UserErrors of exit status 2: `same_dump`, `stdin_twice`, `wrong_order`. */
export async function prepareDiff(found: readonly NamedDump[]): Promise<PreparedDiff> {
  await refuseSame(found)
  const dumps = found.map(dump => ({name: dump.name, ...recordedFacts(dump)}))
  const hours = dumps.slice(1).map((dump, at) => hoursBetween(dumps[at]?.createdAt ?? null, dump.createdAt))
  if (hours.some(one => one !== null && one < 0)) {
    const inOrder = dumps
      .toSorted((a, b) => (a.createdAt ?? '').localeCompare(b.createdAt ?? ''))
      .map(dump => dump.name)
    const target = found.find(dump => dump.target.length > 0)?.target
    throw new UserError('The dumps are not in chronological order.', {
      code: 'wrong_order',
      exit: 2,
      hint: proposal`Name the oldest first:  ${herokuCommand('heapdump:diff', inOrder, target)}`,
    })
  }

  const differing = (['dyno', 'process', 'pid', 'release'] as const).filter(field => {
    const [first = null, ...others] = dumps.map(dump => dump[field])
    return first !== null && others.some(other => other !== null && other !== first)
  })
  // Another process implies another pid.
  const reported = differing.filter(field => field !== 'pid' || differing.length === 1)
  const warnings = reported.map(
    field =>
      `The dumps differ in ${field === 'pid' ? 'process' : field}: ${dumps.map(dump => `${dump.name} is from ${described(dump, field)}`).join(', ')}.`,
  )
  return {
    dumps,
    hours,
    movement: differing.length > 0 ? 'other-process' : movementOf(await Promise.all(found.map(dump => dump.gcStat()))),
    warnings,
  }
}

/** GC counters only rise within a process, and one of them counts compactions. */
function movementOf(stats: ReadonlyArray<GcStat | null>): Movement {
  let movement: Movement = 'none'
  for (const [at, later] of stats.entries()) {
    const earlier = stats[at - 1] ?? null
    if (earlier === null || later === null) continue
    if (later.count < earlier.count || later.allocated < earlier.allocated) return 'other-process'
    if (later.compactions !== earlier.compactions) movement = 'compacted'
  }

  return movement
}

function described(dump: DumpOfDiff, field: 'dyno' | 'process' | 'pid' | 'release'): string {
  return dump[field] === null ? '?' : field === 'pid' ? `pid ${dump.pid}` : String(dump[field])
}

/**
 * From the list, or from the facts beside a download, or from a file name that is a dump's key. A file's modification
 * time is not used: it is not when the dump was taken.
 */
function recordedFacts({facts, stored, source}: NamedDump): Omit<DumpOfDiff, 'name'> {
  const known: StoredDump | undefined =
    stored ?? facts ?? readCatalogue([{key: DUMP_PREFIX + basename(source), storedBytes: null}])[0]
  if (known === undefined) return {createdAt: null, dyno: null, id: null, pid: null, process: null, release: null}
  const {createdAt, dyno, id, pid, process, release} = known
  return {createdAt, dyno, id, pid, process, release}
}

function hoursBetween(before: string | null, after: string | null): number | null {
  return before === null || after === null ? null : (Date.parse(after) - Date.parse(before)) / HOUR_MS
}

/** Falls back to the path: a pipe from the shell (/dev/fd/63) has no real path. */
async function resolvePath(path: string): Promise<string> {
  return realpath(path).catch(() => path)
}

async function refuseSame(found: readonly NamedDump[]): Promise<void> {
  const places = await Promise.all(found.map(({bytes, source}) => ('path' in bytes ? resolvePath(bytes.path) : source)))
  const twice = found[places.findIndex((place, at) => places.indexOf(place) !== at)]
  if (twice === undefined) return
  if (twice.name === '-') {
    throw new UserError('Stdin can be read only once.', {
      code: 'stdin_twice',
      exit: 2,
      hint: 'Save one of the dumps to a file.',
    })
  }

  throw new UserError(`${twice.name} is named twice: a dump does not differ from itself.`, {
    code: 'same_dump',
    exit: 2,
    hint: 'Name an older dump of the same process first. To list the dumps: heroku heapdump:list',
  })
}
