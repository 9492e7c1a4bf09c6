// A bucket with dumps in it, and the configuration for it.
import {createHash} from 'node:crypto'
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {bucketVars, startBucket} from './services.js'
import {dotenv} from './stage.js'

const fixtures = join(dirname(dirname(fileURLToPath(import.meta.url))), 'fixtures/dumps')

/** A real dump of Ruby 3.3, traced, gzipped. */
export const realDump = await readFile(join(fixtures, 'ruby-3.3-traced.json.gz'))

export type TestBucket = Awaited<ReturnType<typeof openBucket>>

/** Starts an S3 double, and writes a .env for it. `vars` are added to the .env; undefined ones are removed. */
export async function openBucket(vars: Readonly<Record<string, string | undefined>> = {}) {
  const s3 = await startBucket()
  const directory = await mkdtemp(join(tmpdir(), 'heapdump-bucket-'))
  const envFile = join(directory, '.env')
  const all = {...bucketVars(s3), ...vars}
  const given = Object.fromEntries(
    Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
  await writeFile(envFile, dotenv(given))
  return {
    directory,
    envFile,
    s3,
    vars: given,
    async close() {
      await s3.stop()
      await rm(directory, {force: true, recursive: true})
    },
  }
}

type Facts = Readonly<Record<string, string | number>>

const FACTS: Facts = {
  bytes: 16_000_000,
  objects: 64_507,
  process: 'puma_worker_0',
  redacted: 0,
  release: 'v214',
  rss: 52_700_000,
  ruby: '3.3.6',
  stall: 9,
  traced: 300,
}

/** The objects of one dump as the agent stores it. `facts: null`: the uploader died before it wrote them. */
export function storedDump(
  name: string,
  {body = realDump, facts = FACTS}: {readonly body?: Buffer | undefined; readonly facts?: Facts | null} = {},
): Array<{key: string; body: Buffer | string}> {
  const stem = `heapdump/v1/${name}`
  const dump = {body, key: `${stem}.json.gz`}
  if (facts === null) return [dump]
  const pairs = Object.entries({...FACTS, ...facts}).map(([fact, value]) => `${fact}=${value}`)
  return [dump, {body: JSON.stringify(facts), key: `${stem},${pairs.join(',')}.facts`}]
}

/** The short id of a key, computed independently from docs/protocol.md, bit by bit. */
export function idOf(key: string): string {
  const digest = createHash('sha256').update(key).digest()
  const bits = [...digest.subarray(0, 4)].map(byte => byte.toString(2).padStart(8, '0')).join('')
  return `d${[0, 5, 10, 15, 20].map(at => '0123456789abcdefghjkmnpqrstvwxyz'[Number.parseInt(bits.slice(at, at + 5), 2)]).join('')}`
}
