// The conversation that makes a dyno dump: request → accepted → tracing, dumping, uploading → finished or failed →
// done.
import {appCommand, flag, proposal, type Target} from '../command-line.js'
import {UserError} from '../errors.js'
import type {NotifyConnection} from '../postgres/notify-connection.js'
import type {AgentEvent, DumpRequest} from '../protocol/messages.js'
import {openConversation, requestTime} from './conversation.js'
import {NewestInstance, type Sender} from './instances.js'

/** The agent sends an event at least every 5 s while a request is in progress. After three missed ones it is gone. */
const SILENCE_MS = 20_000

export type DumpRequestOptions = {
  readonly id: string
  readonly dyno: string
  readonly secret: string
  /** Length of the tracing window; 0 = none. */
  readonly traceSeconds: number
  readonly force?: boolean
  /** Redact string contents before the dump leaves the dyno. Absent: as the dyno is configured. */
  readonly redact?: boolean
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
  const {id, dyno, signal} = options
  const request: DumpRequest = {
    at: requestTime(connection),
    dyno,
    id,
    traceSeconds: options.traceSeconds,
    type: 'dump',
    v: 1,
    ...(options.force ? {force: true} : {}),
    // A user who asks for redaction prefers no dump to a plain one.
    ...(options.redact === undefined ? {} : {needs: options.redact ? ['redact'] : [], redact: options.redact}),
    ...(options.quotaBytes ? {quotaBytes: options.quotaBytes} : {}),
  }
  const conversation = await openConversation(connection, request, options)
  const answerBy = Date.now() + options.answerTimeoutMs
  let heardAt: number | null = null
  const newest = new NewestInstance(older => options.onOlder?.(older))
  while (!signal?.aborted) {
    const now = Date.now()
    if (heardAt === null && now >= answerBy) throw noAgent(dyno, options.answerTimeoutMs)
    if (heardAt !== null && now - heardAt >= SILENCE_MS) throw silent(dyno, options.target ?? [])
    const until = heardAt === null ? answerBy : heardAt + SILENCE_MS
    const event = await conversation.next(until, heardAt === null)
    if (event === null) continue
    const which = newest.place(event)
    if (which === 'older') continue
    const repeated = event.type === 'accepted' && heardAt !== null && which === 'same'
    heardAt = Date.now()
    if (repeated || event.type === 'alive') continue
    yield event
    if (event.type === 'done' || (event.type === 'failed' && event.pid === null)) return
  }
}

function noAgent(dyno: string, timeoutMs: number): UserError {
  return new UserError(`No agent on ${dyno} answered within ${Math.round(timeoutMs / 1000)} s.`, {code: 'no_agent'})
}

function silent(dyno: string, target: Target): UserError {
  return new UserError(`The agent on ${dyno} stopped answering ${SILENCE_MS / 1000} s ago.`, {
    code: 'agent_silent',
    hint: [
      'The dyno was probably restarted, or killed for exceeding its memory quota (R15).',
      proposal`To check its log: ${appCommand('logs', [], [...flag('--dyno', dyno), ...target])}`,
      'If the dump is stored later, heroku heapdump:list shows it.',
    ],
  })
}
