// Dumps as named objects in any kind of storage.
import type {RecordedFacts} from '../process-history.js'
import type {OnProgress} from '../progress.js'
import type {StoredObject} from './dump-key.js'

export type StoredDump = {
  /** The rule that triggered it; null: a person, or unknown. */
  readonly by: string | null
  /** Short id, derived from the key: `d7k2mq`. */
  readonly id: string
  readonly key: string
  /** ISO 8601, UTC: when the dump began, according to its key. */
  readonly createdAt: string
  readonly dyno: string | null
  readonly pid: number | null
  /** `puma worker 0`. */
  readonly process: string | null
  readonly release: string | null
  /** ISO 8601, UTC: when the process started, which tells it from others with the same pid; null: an older agent. */
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
  /** Parts of it: pages of Ruby's heap, memory that malloc could return, code and data of the JIT compiler, stacks. */
  readonly heapBytes: number | null
  readonly mallocFreeBytes: number | null
  readonly jitBytes: number | null
  readonly stackBytes: number | null
  /** Memory limit of the dyno; null: the agent did not know it. */
  readonly quotaBytes: number | null
  /** Since the first dump of this process: number of earlier dumps, memory growth, and its part during dumps. */
  readonly growth: {readonly dumps: number; readonly bytes: number; readonly whileDumping: number} | null
  /** How long it was traced; null: unknown, or since the process started. */
  readonly tracedSeconds: number | null
  readonly ruby: string | null
  /** The bucket's ETag, which changes when the object is overwritten. */
  readonly etag?: string | undefined
  readonly stallMs: number | null
}

export type FileToUpload = {readonly path: string; readonly key: string; readonly bytes: number}

export type UploadOptions = {readonly signal: AbortSignal; readonly onProgress: OnProgress}

export type OpenedDump = {
  /** The stored bytes, which may be compressed. */
  readonly stream: AsyncIterable<Uint8Array>
  readonly storedBytes: number
  /** MD5 of the stored bytes in hex; null: the bucket's ETag is not an MD5. */
  readonly md5: string | null
}

/** A dump's entry in the list, to compare the download with. */
export type ListedDump = Pick<StoredDump, 'key' | 'storedBytes'>

export type DumpStore = {
  /** Newest first. */
  list(): Promise<readonly StoredDump[]>
  /** Resumes a few times if the connection breaks. `signal` ends the stream with UserError `interrupted`. */
  open(dump: ListedDump, signal?: AbortSignal): Promise<OpenedDump>
  /** The facts beside a dump, including `gc` and `history`; null: none, or another tool wrote the dump. */
  readFacts(key: string): Promise<RecordedFacts | null>
  /** The JSON of the memory record beside a dump (memory-record.ts); null: none, or another tool wrote the dump. */
  readMemory(key: string): Promise<string | null>
}

/** A store that can be changed. */
export type WritableStore = DumpStore & {
  /** Deletes dumps and their facts. Missing keys are not an error. */
  remove(keys: readonly string[]): Promise<void>
  /** A small text object; null: it does not exist. */
  readText(key: string): Promise<string | null>
  writeText(key: string, text: string): Promise<void>
  listObjects(prefix: string): Promise<readonly StoredObject[]>
  /** An object of at most `limit` bytes; null: it does not exist. */
  readBytes(key: string, limit: number): Promise<Uint8Array | null>
  /** Stores all of the files, or none, encrypted like dumps. Throws UserError `interrupted` if `signal` stops it. */
  writeFiles(files: readonly FileToUpload[], options: UploadOptions): Promise<void>
  /** `signal` ends it with an error. */
  writeBytes(key: string, bytes: Uint8Array, signal?: AbortSignal): Promise<void>
}
