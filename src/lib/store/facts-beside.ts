// The recorded facts of a dump, in a small file beside a download, so that a downloaded dump is shown like a stored one.
import {readFile, stat} from 'node:fs/promises'
import {writePrivateFile} from '../private-file.js'
import type {RecordedFacts} from '../process-history.js'
import {dumpIdFromKey} from './dump-key.js'
import type {StoredDump} from './store.js'

export type FactsBeside = {
  readonly app: string | null
  readonly dump: StoredDump
  /** What the agent recorded: GC.stat, and the history of the process. */
  readonly facts: RecordedFacts
}

const VERSION = 1
/** The agent's facts are at most 64 kB. */
const MOST_BYTES = 1_000_000
const STRINGS = ['bootedAt', 'by', 'createdAt', 'dyno', 'key', 'process', 'release', 'ruby'] as const
const NUMBERS = [
  'bytes',
  'heapBytes',
  'jitBytes',
  'mallocFreeBytes',
  'memoryBytes',
  'objects',
  'pid',
  'quotaBytes',
  'stackBytes',
  'stallMs',
  'storedBytes',
  'tracedSeconds',
] as const
const BOOLEANS = ['redacted', 'traced'] as const

export function factsPath(file: string): string {
  return `${file}.facts.json`
}

/** Replaces the facts of an earlier download. Throws UserErrors of `writePrivateFile`. */
export async function writeFactsBeside(file: string, facts: FactsBeside): Promise<string> {
  const path = factsPath(file)
  const text = `${JSON.stringify({version: VERSION, ...facts}, null, 2)}\n`
  await writePrivateFile(path, {existsHint: '', overwrite: true}, handle => handle.writeFile(text))
  return path
}

/** null: no facts, or facts of a file of another size. Anyone may have written them, so invalid facts become null. */
export async function readFactsBeside(file: string, storedBytes: number | null): Promise<FactsBeside | null> {
  try {
    const path = factsPath(file)
    if ((await stat(path)).size > MOST_BYTES) return null
    const read = JSON.parse(await readFile(path, 'utf8')) as Partial<FactsBeside> & {version?: unknown}
    const dump = readDump(read.dump)
    if (read.version !== VERSION || dump === null || dump.storedBytes !== storedBytes) return null
    const facts = typeof read.facts === 'object' && read.facts !== null ? read.facts : {}
    return {app: typeof read.app === 'string' ? read.app : null, dump, facts}
  } catch {
    return null
  }
}

function readDump(value: unknown): StoredDump | null {
  if (typeof value !== 'object' || value === null) return null
  const given = value as Record<string, unknown>
  const ofType = (names: readonly string[], isOne: (one: unknown) => boolean) =>
    Object.fromEntries(names.map(name => [name, isOne(given[name]) ? given[name] : null]))
  const known = {
    ...ofType(STRINGS, one => typeof one === 'string' && one.length <= 500),
    ...ofType(NUMBERS, Number.isSafeInteger),
    ...ofType(BOOLEANS, one => typeof one === 'boolean'),
  } as Omit<StoredDump, 'complete' | 'growth' | 'id'>
  if (known.key === null || Number.isNaN(Date.parse(known.createdAt))) return null
  return {...known, complete: true, growth: null, id: dumpIdFromKey(known.key)}
}
