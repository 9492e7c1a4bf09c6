// What the CLI and the agent tell each other; docs/protocol.md is the contract. Sizes are bytes, `at` and `until` Unix seconds.
import type {FailureCode} from '../error-codes.js'

export const PROTOCOL_VERSION = 1

/** Postgres refuses a NOTIFY payload of 8,000 bytes. */
export const MAX_PAYLOAD_BYTES = 7999

type Message<Type extends string> = {readonly v: 1; readonly type: Type; readonly id: string; readonly dyno: string}

export type DumpRequest = Message<'dump'> & {
  readonly at: number
  readonly traceSeconds: number
  /** Dump although there may be no room, or the last one was a moment ago. */
  readonly force?: true
  /** Whether values are taken out of the dump before it leaves the dyno; absent: as the dyno is configured. */
  readonly redact?: boolean
  /** Fields that the agent must know; one that does not answers `unsupported` and dumps nothing. */
  readonly needs?: readonly string[]
  /** The dyno's memory quota, which the Platform API tells and the dyno does not know. */
  readonly quotaBytes?: number
}

/** Asked of one dyno, or of all (`*`) on EVERYWHERE. */
export type StatusRequest = Message<'status'> & {readonly at: number}
export type TraceStartRequest = Message<'trace_start'> & {readonly at: number; readonly traceSeconds: number}
export type TraceStopRequest = Message<'trace_stop'> & {readonly at: number}

/** Read the rules of automatic dumps again; answered by `status`. */
export type RulesRequest = Message<'rules'> & {readonly at: number}

export type AgentRequest = DumpRequest | StatusRequest | TraceStartRequest | TraceStopRequest | RulesRequest

/** The channel on which every dyno's agent listens beside its own. */
export const EVERYWHERE = 'heapdump__all'

export type AgentProcess = {readonly pid: number; readonly process: string; readonly rssBytes: number | null}

export type Accepted = Message<'accepted'> & {
  readonly agent: string
  readonly ruby: string
  /** Absent: an agent that redacts nothing. */
  readonly redacted?: boolean
  readonly processes: readonly AgentProcess[]
}
export type Tracing = Message<'tracing'> & {readonly until: number}
export type Dumping = Message<'dumping'> & {
  readonly pid: number
  readonly rssBytes: number | null
  readonly stallMs: number
}
export type Uploading = Message<'uploading'> & {
  readonly pid: number
  readonly bytes: number
  readonly storedBytes: number
}
export type Finished = Message<'finished'> & {
  readonly pid: number
  readonly key: string
  readonly bytes: number
  readonly storedBytes: number
  readonly objects: number
  readonly stallMs: number
  readonly seconds: number
}
export type Failed = Message<'failed'> & {
  readonly pid: number | null
  /** `unknown`: one that this version does not know. */
  readonly code: FailureCode
  readonly message: string
}
export type Alive = Message<'alive'>
export type Done = Message<'done'> & {readonly finished: number; readonly failed: number}

export type ProcessStatus = {
  readonly pid: number
  readonly process: string
  readonly rssBytes: number | null
  readonly uptimeSeconds: number | null
  /** null: the process was too busy to say. */
  readonly gcCount: number | null
  /** null: not tracing. Since and until null: since the process started, and for ever. */
  readonly tracing: {readonly since: number | null; readonly until: number | null} | null
}

/** The answer to `status`, and to what changes the tracing: how things are after it. */
export type Status = Message<'status'> & {
  readonly agent: string
  readonly ruby: string
  /** A dump is under way. */
  readonly busy: boolean
  /** Names of the rules of automatic dumps that hold on this dyno; absent: an agent that knows none. */
  readonly rules?: readonly string[]
  /** The agent is in the app's own repository; absent: an agent that does not say. */
  readonly vendored?: boolean
  readonly processes: readonly ProcessStatus[]
}

export type AgentEvent = Accepted | Tracing | Dumping | Uploading | Finished | Failed | Alive | Done | Status

/** The channel a dyno's agent listens on. Two names that fold alike are told apart by the message's `dyno`. */
export function requestChannel(dyno: string): string {
  return `heapdump_${dyno.toLowerCase().replaceAll(/[^a-z0-9]/g, '_')}`.slice(0, 63)
}

/** The channel on which the sender of request `id` listens. */
export function replyChannel(id: string): string {
  return `heapdump_reply_${id}`
}
