// The messages between the CLI and the agent; docs/protocol.md is the contract. Sizes are bytes, `at` and `until` are
// Unix seconds.
import type {FailureCode} from '../error-codes.js'

export const PROTOCOL_VERSION = 1

/** Postgres rejects a NOTIFY payload of 8,000 bytes. */
export const MAX_PAYLOAD_BYTES = 7999

type Message<Type extends string> = {readonly v: 1; readonly type: Type; readonly id: string; readonly dyno: string}

/** The dyno that sent an event: during a deploy or a restart, two have the same name. Absent: an older agent. */
export type Instance = {
  readonly host?: string
  /** null: the app has no dyno metadata. */
  readonly release?: string | null
  /** When it started. */
  readonly boot?: number
}

type Event<Type extends string> = Message<Type> & Instance

export type DumpRequest = Message<'dump'> & {
  readonly at: number
  readonly traceSeconds: number
  /** Dump even if memory is short or the cooldown has not elapsed. */
  readonly force?: true
  /** Whether to redact the dump before it leaves the dyno; absent: as the dyno is configured. */
  readonly redact?: boolean
  /** Fields that the agent must support; otherwise it answers `unsupported` and dumps nothing. */
  readonly needs?: readonly string[]
  /** Dump only the processes with this name or pid. */
  readonly process?: string
  /** Dump only the largest of the processes. */
  readonly largest?: true
  /** The dyno's memory quota, known from the Platform API but not on the dyno. */
  readonly quotaBytes?: number
}

/** Sent to one dyno, or to all (`*`) on EVERYWHERE. */
export type StatusRequest = Message<'status'> & {
  readonly at: number
  /** Send the processes' histories too. Older agents ignore it. */
  readonly history?: true
}
export type TraceStartRequest = Message<'trace_start'> & {readonly at: number; readonly traceSeconds: number}
export type TraceStopRequest = Message<'trace_stop'> & {readonly at: number}

/** Reloads the rules for automatic dumps; answered by `status`. */
export type RulesRequest = Message<'rules'> & {readonly at: number}

/** Has processes return to the kernel what their allocator holds free; answered by `trimmed`. */
export type TrimRequest = Message<'trim'> & {
  readonly at: number
  /** Absent: every process of the dyno. */
  readonly pid?: number
}

/** Repeats the events of the dump `request` on this message's reply channel; its later events go to its own channel. */
export type AttachRequest = Message<'attach'> & {readonly at: number; readonly request: string}

/** Ends the dump `request`, or without it any dump in progress; answered by `status`. */
export type CancelRequest = Message<'cancel'> & {readonly at: number; readonly request?: string}

export type AgentRequest =
  | DumpRequest
  | StatusRequest
  | TraceStartRequest
  | TraceStopRequest
  | RulesRequest
  | TrimRequest
  | AttachRequest
  | CancelRequest

/** The channel on which every dyno's agent listens in addition to its own. */
export const EVERYWHERE = 'heapdump__all'

export type AgentProcess = {readonly pid: number; readonly process: string; readonly rssBytes: number | null}

export type Accepted = Event<'accepted'> & {
  /** By the dyno's clock; absent: an agent that does not report it. */
  readonly at?: number
  readonly agent: string
  readonly ruby: string
  /** Absent: an agent that cannot redact. */
  readonly redacted?: boolean
  readonly processes: readonly AgentProcess[]
}
export type Tracing = Event<'tracing'> & {readonly until: number}
export type Dumping = Event<'dumping'> & {
  readonly pid: number
  readonly rssBytes: number | null
  readonly stallMs: number
  /** Slots of Ruby's heap in use at the fork: about the number of objects to dump. Absent: an older agent. */
  readonly liveSlots?: number
}
export type Uploading = Event<'uploading'> & {
  readonly pid: number
  readonly bytes: number
  readonly storedBytes: number
  /** Written so far. Absent: an older agent. */
  readonly objects?: number
}
export type Finished = Event<'finished'> & {
  readonly pid: number
  readonly key: string
  readonly bytes: number
  readonly storedBytes: number
  readonly objects: number
  readonly stallMs: number
  readonly seconds: number
}
export type Failed = Event<'failed'> & {
  readonly pid: number | null
  /** `unknown` stands for a code that this version does not know. */
  readonly code: FailureCode
  readonly message: string
}
export type Alive = Event<'alive'>
export type Done = Event<'done'> & {readonly finished: number; readonly failed: number}

export type ProcessStatus = {
  readonly pid: number
  readonly process: string
  readonly rssBytes: number | null
  readonly uptimeSeconds: number | null
  /** null: the process was too busy to answer. */
  readonly gcCount: number | null
  /** null: not tracing. With `since` and `until` null: traced since the process started, without end. */
  readonly tracing: {readonly since: number | null; readonly until: number | null} | null
}

/** The answer to `status` and to requests that change tracing: the state after the request. */
export type Status = StatusOf<ProcessStatus>
export type StatusOf<Process> = Event<'status'> & {
  readonly agent: string
  readonly ruby: string
  /** A dump is in progress. */
  readonly busy: boolean
  /** In answer to `cancel`. null: no such dump was in progress; not ended: it is still being cleaned up. */
  readonly cancelled?: {readonly id: string; readonly ended: boolean} | null
  /** Names of the rules for automatic dumps that apply to this dyno; absent: an agent without rules. */
  readonly rules?: readonly string[]
  /** The agent is in the app's own repository; absent: an agent that does not report it. */
  readonly vendored?: boolean
  /** Boot times of other dynos of this name that are connected; absent: an older agent. */
  readonly namesakes?: readonly number[]
  /** With histories: the memory limit, if the dyno knows it, and the memory of all its processes. */
  readonly limitBytes?: number | null
  readonly usedBytes?: number | null
  /** Features that an earlier agent would ignore; absent: an agent from before them. */
  readonly supports?: readonly string[]
  readonly processes: readonly Process[]
}

export type TrimmedProcess = {
  readonly pid: number
  readonly process: string
  /** null: the process did not say. */
  readonly allocator: 'glibc' | 'jemalloc' | 'mimalloc' | 'tcmalloc' | 'other' | null
  /**
   * null: trimmed. `other_allocator`: only glibc's can be asked. `no_fiddle`: Ruby has no Fiddle to ask it with.
   * `busy`: the process is being dumped. `no_answer`: it did not answer in time. `failed`: the log says why.
   */
  readonly refused: 'other_allocator' | 'no_fiddle' | 'busy' | 'no_answer' | 'failed' | null
  /** Resident memory before and after; null if refused. */
  readonly beforeBytes: number | null
  readonly afterBytes: number | null
  /** How long it took, and how long another thread of the process waited at most meanwhile; null if refused. */
  readonly seconds: number | null
  readonly stallMs: number | null
}

/** The answer to `trim`. */
export type Trimmed = Event<'trimmed'> & {
  readonly agent: string
  readonly ruby: string
  readonly processes: readonly TrimmedProcess[]
}

/** The histories of some of the dyno's processes. These events come before the `status` that they belong to. */
export type Histories = Event<'history'> & {
  readonly processes: ReadonlyArray<{readonly pid: number; readonly boot: number; readonly history: object}>
}

/** This dyno leaves the request to a newer dyno of its name. */
export type Yielded = Event<'yielded'>

export type AgentEvent =
  Accepted | Tracing | Dumping | Uploading | Finished | Failed | Alive | Done | Status | Trimmed | Histories | Yielded

/** The channel that a dyno's agent listens on. If two names share a channel, the message's `dyno` tells them apart. */
export function requestChannel(dyno: string): string {
  return `heapdump_${dyno.toLowerCase().replaceAll(/[^a-z0-9]/g, '_')}`.slice(0, 63)
}

/** The channel that the sender of request `id` listens on. */
export function replyChannel(id: string): string {
  return `heapdump_reply_${id}`
}
