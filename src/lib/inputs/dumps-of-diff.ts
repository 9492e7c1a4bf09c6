// What is known of dumps before they are compared: whether it makes sense, how long lies between them, whose they are.
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
  /** What is known without reading them about where objects may have gone. */
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
    throw new UserError('The dumps are not in the order in which they were taken.', {
      code: 'wrong_order',
      exit: 2,
      hint: proposal`Oldest first:  ${herokuCommand('heapdump:diff', inOrder, found.find(dump => dump.target.length > 0)?.target)}`,
    })
  }

  const differing = (['dyno', 'process', 'pid', 'release'] as const).filter(field => {
    const [first = null, ...others] = dumps.map(dump => dump[field])
    return first !== null && others.some(other => other !== null && other !== first)
  })
  // That another process has another pid goes without saying.
  const told = differing.filter(field => field !== 'pid' || differing.length === 1)
  const warnings = told.map(
    field =>
      `Not the same ${field === 'pid' ? 'process' : field}: ${dumps.map(dump => `${dump.name} is of ${described(dump, field)}`).join(', ')}.`,
  )
  return {
    dumps,
    hours,
    movement: differing.length > 0 ? 'other-process' : movementOf(await Promise.all(found.map(dump => dump.gcStat()))),
    warnings,
  }
}

/** What the GC counts only rises while a process lives, and it counts compactions. */
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

/** What the list says of a dump, or the file beside a download; of a file with a dump's key for a name, what that says. The time of a file says nothing. */
function recordedFacts({facts, stored, source}: NamedDump): Omit<DumpOfDiff, 'name'> {
  const known: StoredDump | undefined =
    stored ?? facts ?? readCatalogue([{key: DUMP_PREFIX + basename(source), storedBytes: null}])[0]
  if (known === undefined) return {createdAt: null, dyno: null, pid: null, process: null, release: null}
  const {createdAt, dyno, pid, process, release} = known
  return {createdAt, dyno, pid, process, release}
}

function hoursBetween(before: string | null, after: string | null): number | null {
  return before === null || after === null ? null : (Date.parse(after) - Date.parse(before)) / HOUR_MS
}

/** A pipe that a shell opened for this process has a name that leads nowhere. */
async function placeOf(path: string): Promise<string> {
  return realpath(path).catch(() => path)
}

async function refuseSame(found: readonly NamedDump[]): Promise<void> {
  const places = await Promise.all(found.map(({bytes, source}) => ('path' in bytes ? placeOf(bytes.path) : source)))
  const twice = found[places.findIndex((place, at) => places.indexOf(place) !== at)]
  if (twice === undefined) return
  if (twice.name === '-') {
    throw new UserError('Standard input can be read only once.', {
      code: 'stdin_twice',
      exit: 2,
      hint: 'Write one of the dumps to a file.',
    })
  }

  throw new UserError(`${twice.name} is named twice: a dump does not differ from itself.`, {
    code: 'same_dump',
    exit: 2,
    hint: 'Name an older dump of the same process first. heroku heapdump:list shows what there is.',
  })
}
