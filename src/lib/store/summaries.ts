// The summaries of dumps in a bucket, as bytes of gzipped JSON. Their contents are checked by who reads them.
import {promisify} from 'node:util'
import {gunzip, gzip} from 'node:zlib'
import type {StoredDump, WritableStore} from './store.js'
import {readSummaryKeys, SUMMARY_PREFIX, type SummarizedKey, summaryKey} from './summary-key.js'

/** Ten times the usual size. A larger object is not a summary. */
const MOST_STORED_BYTES = 200_000
const MOST_BYTES = 2_000_000
/** S3 answers a request in about 30 ms, and takes thousands per second. */
const AT_A_TIME = 24
/** A bucket that does not answer must not keep a finished command waiting. */
const WRITE_TIMEOUT_MS = 5000

/** Newest dump first. */
export async function listSummaries(store: WritableStore): Promise<readonly SummarizedKey[]> {
  return readSummaryKeys(await store.listObjects(SUMMARY_PREFIX))
}

/** The text of each summary, in the order of `keys`; null: it is gone, too long or damaged. */
export async function readSummaries(
  store: WritableStore,
  keys: readonly SummarizedKey[],
  onRead: (done: number) => void,
): Promise<ReadonlyArray<string | null>> {
  const texts = Array.from<string | null>({length: keys.length}).fill(null)
  // Shared: each reader takes the next one.
  const queue = keys.entries()
  let done = 0
  const readNext = async (): Promise<void> => {
    for (const [at, {storedBytes, summaryKey: key}] of queue) {
      if ((storedBytes ?? Infinity) <= MOST_STORED_BYTES) {
        const bytes = await store.readBytes(key, MOST_STORED_BYTES)
        texts[at] = bytes === null ? null : await unpack(bytes)
      }

      onRead(++done)
    }
  }

  await Promise.all(Array.from({length: Math.min(AT_A_TIME, keys.length)}, readNext))
  return texts
}

/** The text of a dump's summary; null: it has none. */
export async function readSummaryOf(store: WritableStore, dump: StoredDump): Promise<string | null> {
  const key = summaryKey(dump.key)
  const bytes = key === null ? null : await store.readBytes(key, MOST_STORED_BYTES)
  return bytes === null ? null : unpack(bytes)
}

async function unpack(bytes: Uint8Array): Promise<string | null> {
  try {
    return (await promisify(gunzip)(bytes, {maxOutputLength: MOST_BYTES})).toString()
  } catch {
    return null
  }
}

/** Replaces an earlier one. Throws UserErrors of the store; writes nothing for a dump of another tool. */
export async function writeSummary(store: WritableStore, dump: StoredDump, summary: object): Promise<void> {
  const key = summaryKey(dump.key)
  if (key === null) return
  const bytes = await promisify(gzip)(JSON.stringify(summary))
  await store.writeBytes(key, bytes, AbortSignal.timeout(WRITE_TIMEOUT_MS))
}
