// Keys of dumps → their facts. docs/protocol.md has the format. Pure.
import {createHash} from 'node:crypto'
import {ID_LETTERS} from '../protocol/ids.js'
import type {StoredDump} from './store.js'

export const DUMP_PREFIX = 'heapdump/v1/'

/** Anyone who can write to the bucket chooses its keys, so only keys of this form are our dumps. */
const DUMP_KEY =
  /^heapdump\/v1\/((\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z-([\w.-]{1,64})-(\d{1,10})-([a-z0-9]{1,64}))\.json\.gz$/
const FACTS_KEY = /^heapdump\/v1\/([^,]+),(.*)\.facts$/
/** The keys that the article about the_lone_dyno uses: `2021-01-14T19:22:26Z-process:878-heap.dump`. */
const ARTICLE_KEY = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d))-process:(\d+)-heap\.dump$/

const MEMORY_ENDING = '.memory.json.gz'
const ID_LENGTH = 5

/** `d` and the first 25 bits of SHA-256 of the key. */
export function dumpIdFromKey(key: string): string {
  const bits = createHash('sha256').update(key).digest().readUInt32BE(0)
  let id = ''
  for (let index = 0; index < ID_LENGTH; index++) id += ID_LETTERS[(bits >>> (27 - 5 * index)) & 31]
  return `d${id}`
}

export type StoredObject = {
  readonly key: string
  readonly storedBytes: number | null
  readonly etag?: string | undefined
  /** Start of the upload, by the bucket's clock; absent: unknown. */
  readonly lastModified?: Date | undefined
}

/** S3 refuses requests from clocks that are off by more. */
const CLOCK_TOLERANCE_MS = 15 * 60_000

const UNKNOWN = {
  bootedAt: null,
  by: null,
  bytes: null,
  growth: null,
  heapBytes: null,
  jitBytes: null,
  mallocFreeBytes: null,
  memoryBytes: null,
  objects: null,
  process: null,
  quotaBytes: null,
  redacted: null,
  release: null,
  ruby: null,
  stackBytes: null,
  stallMs: null,
  traced: null,
  tracedSeconds: null,
} as const

/** The dumps among a bucket's objects, newest first. Ignores other objects. */
export function readCatalogue(objects: Iterable<StoredObject>, complete = true): StoredDump[] {
  const dumps: StoredDump[] = []
  const facts = new Map<string, Map<string, string>>()
  const own: Array<{stem: string; dump: StoredDump}> = []
  for (const {etag, key, lastModified, storedBytes} of objects) {
    const common = {
      ...UNKNOWN,
      ...(etag === undefined ? {} : {etag}),
      complete,
      id: dumpIdFromKey(key),
      key,
      storedBytes,
    }
    const dump = readKey(key)
    if (dump) {
      const {stem, ...fields} = dump
      // A forged key: the dump would have been taken after it was stored, and would be the latest forever.
      if (isAfter(fields.createdAt, lastModified)) continue
      own.push({dump: {...common, ...fields}, stem})
      continue
    }

    const fact = FACTS_KEY.exec(key)
    if (fact) {
      const [, stem = '', text = ''] = fact
      facts.set(stem, parseFacts(text))
      continue
    }

    const article = ARTICLE_KEY.exec(key)
    if (article) {
      const [, takenAt = '', pid] = article
      const time = Date.parse(takenAt)
      if (Number.isNaN(time) || isAfter(takenAt, lastModified)) continue
      const createdAt = new Date(time).toISOString().replace('.000Z', 'Z')
      // The article uploads the dump uncompressed, so its stored size is its size.
      dumps.push({...common, bytes: storedBytes, createdAt, dyno: null, pid: Number(pid)})
    }
  }

  for (const {stem, dump} of own) dumps.push(withFacts(dump, facts.get(stem)))
  return dumps.toSorted((a, b) => b.createdAt.localeCompare(a.createdAt) || a.key.localeCompare(b.key))
}

/** By more than clocks differ. */
export function isAfter(time: string, lastModified: Date | undefined): boolean {
  return lastModified !== undefined && Date.parse(time) > lastModified.getTime() + CLOCK_TOLERANCE_MS
}

/** The facts in the key of a dump; null: not one of our keys, or an impossible date (month 13, February 30). */
export function readKey(
  key: string,
): {readonly stem: string; readonly createdAt: string; readonly dyno: string; readonly pid: number} | null {
  const match = DUMP_KEY.exec(key)
  if (match === null) return null
  const [, stem = '', year, month, day, hour, minute, second, dyno = '', pid] = match
  const createdAt = `${year}-${month}-${day}T${hour}:${minute}:${second}Z`
  const time = Date.parse(createdAt)
  return Number.isNaN(time) || new Date(time).toISOString() !== createdAt.replace('Z', '.000Z')
    ? null
    : {createdAt, dyno, pid: Number(pid), stem}
}

/** The id of the request that a dump belongs to; null: another tool wrote it. */
export function requestOf(key: string): string | null {
  return readKey(key) === null ? null : key.slice(key.lastIndexOf('-') + 1, -'.json.gz'.length)
}

/** The prefix of the key of a dump's facts; null: another tool wrote the dump. */
export function factsPrefix(key: string): string | null {
  const dump = readKey(key)
  return dump === null ? null : `${DUMP_PREFIX}${dump.stem},`
}

/** The key of the memory record beside a dump; null: another tool wrote the dump. */
export function memoryKey(key: string): string | null {
  return readKey(key) === null ? null : key.replace(/\.json\.gz$/, MEMORY_ENDING)
}

/** The key of the dump that facts or a memory record are beside, without its ending; null: another object. */
export function stemBeside(key: string): string | null {
  if (key.endsWith(MEMORY_ENDING)) return key.slice(0, -MEMORY_ENDING.length)
  return key.includes(',') ? key.slice(0, key.indexOf(',')) : null
}

function parseFacts(text: string): Map<string, string> {
  return new Map(
    text.split(',').map(pair => {
      const at = pair.indexOf('=')
      return [pair.slice(0, at), pair.slice(at + 1)]
    }),
  )
}

function withFacts(dump: StoredDump, facts: Map<string, string> | undefined): StoredDump {
  if (!facts) return dump
  // A number holds 15 digits exactly.
  const count = (name: string) => (/^\d{1,15}$/.test(facts.get(name) ?? '') ? Number(facts.get(name)) : null)
  const [dumps, grown, whileDumping] = [count('dumps'), count('grown'), count('growndumping')]
  const traced = facts.get('traced')
  const redacted = facts.get('redacted')
  return {
    ...dump,
    bootedAt: timeOf(count('boot')),
    by: facts.get('by') ?? null,
    bytes: count('bytes'),
    growth: dumps === null || grown === null || whileDumping === null ? null : {bytes: grown, dumps, whileDumping},
    heapBytes: count('heapbytes'),
    jitBytes: count('jitbytes'),
    mallocFreeBytes: count('mallocfree'),
    memoryBytes: count('rss'),
    objects: count('objects'),
    process: facts.get('process')?.replaceAll('_', ' ') ?? null,
    quotaBytes: count('quota'),
    redacted: redacted === undefined ? null : redacted === '1',
    release: facts.get('release') ?? null,
    ruby: facts.get('ruby') ?? null,
    stackBytes: count('stackbytes'),
    stallMs: count('stall'),
    traced: traced === undefined ? null : traced !== '0',
    tracedSeconds: count('traced'),
  }
}

/** The end of the year 9999. */
const LAST_SECOND = 253_402_300_799

function timeOf(seconds: number | null): string | null {
  return seconds === null || seconds > LAST_SECOND ? null : new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')
}
