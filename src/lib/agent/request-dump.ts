// The conversation that makes a dyno dump: request → accepted → tracing, dumping, uploading → finished or failed →
// done.
import type {Target} from '../command-line.js'
import type {NotifyConnection} from '../postgres/notify-connection.js'
import type {AgentEvent, DumpRequest} from '../protocol/messages.js'
import {openConversation, requestTime} from './conversation.js'
import {NewestInstance, type Sender} from './instances.js'
import {noAgent, SILENCE_MS, silentAgent} from './silence.js'

export type DumpRequestOptions = {
  readonly id: string
  readonly dyno: string
  readonly secret: string
  /** Length of the tracing window; 0 = none. */
  readonly traceSeconds: number
  readonly force?: boolean
  /** Redact string contents before the dump leaves the dyno. Absent: as the dyno is configured. */
  readonly redact?: boolean
  /** Only processes with this name or pid. */
  readonly process?: string | undefined
  /** Only the largest process. */
  readonly largest?: boolean
  /** The dyno's memory quota; null if unknown. */
  readonly quotaBytes?: number | null
  /** How long to wait for the first answer. */
  readonly answerTimeoutMs: number
  /** For hints. */
  readonly target?: Target
  /** Aborting stops watching, not the dump. */
  readonly signal?: AbortSignal
  /** Called once for each older dyno of the same name. */
  readonly onOlder?: (older: Sender) => void
  /** Other dynos get a request with the same id, so their events are ignored. */
  readonly isOneOfSeveral?: boolean
}

/**
 * Sends the request and yields the agent's events, up to and including `done` or a refusal (`failed` without a pid), or
 * until `signal` aborts. If two dynos of this name answer, only the events of the newer one count. Throws UserError:
 * `no_agent` if no agent answered, `agent_silent` if the events stopped.
 */
export async function* requestDump(
  connection: NotifyConnection,
  options: DumpRequestOptions,
): AsyncGenerator<AgentEvent, void> {
  const {answerTimeoutMs, dyno, isOneOfSeveral = false, signal, target = []} = options
  const conversation = await openConversation(connection, requestOf(options, requestTime(connection)), options)
  const answerBy = Date.now() + answerTimeoutMs
  let heardAt: number | null = null
  const newest = new NewestInstance(older => options.onOlder?.(older))
  while (!signal?.aborted) {
    const now = Date.now()
    if (heardAt === null && now >= answerBy) throw noAgent(dyno, answerTimeoutMs)
    if (heardAt !== null && now - heardAt >= SILENCE_MS) throw silentAgent(dyno, target)
    const until = heardAt === null ? answerBy : heardAt + SILENCE_MS
    const event = await conversation.next(until, heardAt === null)
    if (event === null || (isOneOfSeveral && event.dyno !== dyno)) continue
    const which = newest.place(event)
    if (which === 'older') continue
    const repeated = event.type === 'accepted' && heardAt !== null && which === 'same'
    heardAt = Date.now()
    if (repeated || event.type === 'alive') continue
    yield event
    if (event.type === 'done' || (event.type === 'failed' && event.pid === null)) return
  }
}

function requestOf(options: DumpRequestOptions, at: number): DumpRequest {
  const {dyno, id, process, quotaBytes, redact, traceSeconds} = options
  const force = options.force === true
  const largest = options.largest === true
  // A user who asks for redaction, or for one process, prefers no dump to another one.
  const needs = [
    ...(redact === true ? ['redact'] : []),
    ...(process === undefined ? [] : ['process']),
    ...(largest ? ['largest'] : []),
  ]
  return {
    at,
    dyno,
    id,
    traceSeconds,
    type: 'dump',
    v: 1,
    ...(force ? {force} : {}),
    ...(largest ? {largest} : {}),
    ...(needs.length > 0 ? {needs} : {}),
    ...(process === undefined ? {} : {process}),
    ...(quotaBytes ? {quotaBytes} : {}),
    ...(redact === undefined ? {} : {redact}),
  }
}
