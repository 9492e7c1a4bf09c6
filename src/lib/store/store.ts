// Dumps as named objects, wherever they lie.
import type {RecordedFacts} from '../process-history.js'

export type StoredDump = {
  /** The rule that asked for it; null: a person, or unknown. */
  readonly by: string | null
  /** Short, derived from the key: `d7k2mq`. */
  readonly id: string
  readonly key: string
  /** ISO 8601, UTC: when the process began to dump; for other writers' dumps when they say so, else when the object was stored. */
  readonly createdAt: string
  readonly dyno: string | null
  readonly pid: number | null
  /** `puma worker 0`. */
  readonly process: string | null
  readonly release: string | null
  /** ISO 8601, UTC: when the process began, which tells it from another one of the same pid; null: an older agent. */
  readonly bootedAt: string | null
  /** Before compression. */
  readonly bytes: number | null
  readonly storedBytes: number | null
  readonly objects: number | null
  readonly traced: boolean | null
  readonly redacted: boolean | null
  /** false: still being uploaded. */
  readonly complete: boolean
  /** Resident memory of the process when it was dumped. */
  readonly memoryBytes: number | null
  /** Memory limit of the dyno, where the agent knew one. */
  readonly quotaBytes: number | null
  /** Since before the first dump of this process: dumps that came before this one, growth of its memory, and how much of that came while a dump ran. */
  readonly growth: {readonly dumps: number; readonly bytes: number; readonly whileDumping: number} | null
  /** Length of the tracing window; null unknown, or since the process started. */
  readonly tracedSeconds: number | null
  readonly ruby: string | null
  /** What the bucket calls these bytes; another after they were written again. */
  readonly etag?: string | undefined
  readonly stallMs: number | null
}

export type OpenedDump = {
  /** As stored: compressed, if it is. */
  readonly stream: AsyncIterable<Uint8Array>
  readonly storedBytes: number
  /** MD5 of the stored bytes, hex, when the bucket's ETag is one; else null. */
  readonly md5: string | null
}

/** A dump as the list has it: what arrives is compared with that. */
export type ListedDump = Pick<StoredDump, 'key' | 'storedBytes'>

export type DumpStore = {
  /** Newest first. */
  list(): Promise<readonly StoredDump[]>
  /** Goes on where it broke when the connection is lost, a few times. `signal` ends the stream with UserError `interrupted`. */
  open(dump: ListedDump, signal?: AbortSignal): Promise<OpenedDump>
  /** What the agent wrote beside a dump: the facts of its name and more (`gc`, `history`); null: nothing, or another writer's dump. */
  readFacts(key: string): Promise<RecordedFacts | null>
}

/** One that can be changed too. */
export type WritableStore = DumpStore & {
  /** Dumps, with what is written beside them. What is not there is as good as removed. */
  remove(keys: readonly string[]): Promise<void>
  /** A small text beside the dumps; null: none. */
  readText(key: string): Promise<string | null>
  writeText(key: string, text: string): Promise<void>
}
