// The conversation that makes a dyno dump: request → accepted → tracing, dumping, uploading → finished or failed → done.
import {randomInt} from 'node:crypto'
import {appCommand, flag, proposal, type Target} from '../command-line.js'
import {UserError} from '../errors.js'
import type {NotifyConnection} from '../postgres/notify-connection.js'
import {decodeEvent, deriveKey, encode, EventOrder} from '../protocol/envelope.js'
import {type AgentEvent, type DumpRequest, replyChannel, requestChannel} from '../protocol/messages.js'

/** A NOTIFY sent while the agent reconnects is lost; sending it again is harmless, since the agent knows the id. */
const RESEND_MS = 2000

/** The agent says something at least every 5 s while a request is under way. Three missed: nobody is there any more. */
const SILENCE_MS = 20_000

const ID_LETTERS = '0123456789abcdefghjkmnpqrstvwxyz'

export function newRequestId(): string {
  return Array.from({length: 10}, () => ID_LETTERS[randomInt(ID_LETTERS.length)]).join('')
}

export type DumpRequestOptions = {
  readonly id: string
  readonly dyno: string
  readonly secret: string
  /** Length of the tracing window; 0 = none. */
  readonly traceSeconds: number
  readonly force?: boolean
  /** Take the values out before the dump leaves the dyno. Absent: as the dyno is configured. */
  readonly redact?: boolean
  /** The dyno's memory quota; null unknown. */
  readonly quotaBytes?: number | null
  /** How long to wait for the first answer. */
  readonly answerTimeoutMs: number
  /** For hints. */
  readonly target?: Target
  /** Aborting ends the watching, not the dump. */
  readonly signal?: AbortSignal
}

/**
 * Sends the request and yields what the agent says, up to and including `done`, a refusal (`failed` without a pid), or the
 * abort of `signal`. Throws UserError: `no_agent` when nobody answered, `agent_silent` when the answers stopped.
 */
export async function* requestDump(
  connection: NotifyConnection,
  options: DumpRequestOptions,
): AsyncGenerator<AgentEvent, void> {
  const {id, dyno, signal} = options
  const key = deriveKey(options.secret)
  const channel = replyChannel(id)
  const at = Math.floor(connection.now() / 1000)
  const request: DumpRequest = {
    at,
    dyno,
    id,
    traceSeconds: options.traceSeconds,
    type: 'dump',
    v: 1,
    ...(options.force ? {force: true} : {}),
    // Whoever asks for it to be redacted would rather have no dump than one with everything in it.
    ...(options.redact === undefined ? {} : {needs: options.redact ? ['redact'] : [], redact: options.redact}),
    ...(options.quotaBytes ? {quotaBytes: options.quotaBytes} : {}),
  }
  const payload = encode(request, requestChannel(dyno), key)

  await connection.listen(channel)
  await connection.notify(requestChannel(dyno), payload)

  const answerBy = Date.now() + options.answerTimeoutMs
  let resendAt = Date.now() + RESEND_MS
  let heardAt: number | null = null
  const order = new EventOrder()
  while (!signal?.aborted) {
    const now = Date.now()
    if (heardAt === null && now >= answerBy) throw noAgent(dyno, options.answerTimeoutMs)
    if (heardAt !== null && now - heardAt >= SILENCE_MS) throw silent(dyno, options.target ?? [])
    if (heardAt === null && now >= resendAt) {
      await connection.notify(requestChannel(dyno), payload)
      resendAt = now + RESEND_MS
    }

    const wakeAt = heardAt === null ? Math.min(answerBy, resendAt) : heardAt + SILENCE_MS
    const notification = await connection.next(Math.max(1, wakeAt - now), signal)
    if (notification === null || notification.channel !== channel) continue
    const event = decodeEvent(notification.payload, id, channel, key)
    if (event === null || !order.isNew(event)) continue
    const repeated = event.type === 'accepted' && heardAt !== null
    heardAt = Date.now()
    if (repeated || event.type === 'alive') continue
    yield event
    if (event.type === 'done' || (event.type === 'failed' && event.pid === null)) return
  }
}

function noAgent(dyno: string, timeoutMs: number): UserError {
  return new UserError(`Nobody on ${dyno} answered within ${Math.round(timeoutMs / 1000)} s.`, {code: 'no_agent'})
}

function silent(dyno: string, target: Target): UserError {
  return new UserError(`The agent on ${dyno} stopped answering ${SILENCE_MS / 1000} s ago.`, {
    code: 'agent_silent',
    hint: [
      'The dyno was probably restarted, or killed for its memory (R15).',
      proposal`Its log tells: ${appCommand('logs', flag('--dyno', dyno), target)}`,
      'A dump that still arrives is in heroku heapdump:list.',
    ],
  })
}
