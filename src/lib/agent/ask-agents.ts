// One question, one answer from each dyno that has an agent: status, and the start and end of a tracing window.
import type {Target} from '../command-line.js'
import {UserError} from '../errors.js'
import type {NotifyConnection} from '../postgres/notify-connection.js'
import {decodeEvent, deriveKey, encode, EventOrder} from '../protocol/envelope.js'
import {type AgentRequest, EVERYWHERE, replyChannel, requestChannel, type Status} from '../protocol/messages.js'
import {failureHint} from './failure-hint.js'
import {newRequestId} from './request-dump.js'

/** A NOTIFY sent while an agent reconnects is lost. */
const RESEND_MS = 2000

/** So long after the first answer others may still come: each asks its processes, which have a second. */
const OTHERS_MS = 1500

export type Question = Pick<AgentRequest, 'type'> & {readonly traceSeconds?: number}

export type AskOptions = {
  readonly question: Question
  /** null: every dyno. */
  readonly dyno: string | null
  /** Dynos that should answer, when someone knows: when all have, nobody waits any longer. */
  readonly expected?: readonly string[]
  readonly secret: string
  readonly answerTimeoutMs: number
  readonly signal?: AbortSignal
  /** For hints. */
  readonly target: Target
}

/** Answers by dyno's name; empty when nobody answered in time. Throws UserError with the agent's code when a named dyno refuses. */
export async function askAgents(connection: NotifyConnection, options: AskOptions): Promise<readonly Status[]> {
  const {dyno, expected = [], question, signal} = options
  const key = deriveKey(options.secret)
  const id = newRequestId()
  const channel = dyno === null ? EVERYWHERE : requestChannel(dyno)
  const request = {...question, at: Math.floor(connection.now() / 1000), dyno: dyno ?? '*', id, v: 1} as AgentRequest
  const payload = encode(request, channel, key)
  const answers = new Map<string, Status>()
  const order = new EventOrder()
  await connection.listen(replyChannel(id))

  let until = Date.now() + options.answerTimeoutMs
  let sendAt = 0
  while (Date.now() < until && !signal?.aborted) {
    if (Date.now() >= sendAt) {
      await connection.notify(channel, payload)
      sendAt = Date.now() + RESEND_MS
    }

    const notification = await connection.next(Math.max(1, Math.min(until, sendAt) - Date.now()), signal)
    if (notification === null || notification.channel !== replyChannel(id)) continue
    const event = decodeEvent(notification.payload, id, replyChannel(id), key)
    if (event === null || !order.isNew(event)) continue
    if (event.type === 'failed' && dyno !== null) {
      throw new UserError(`${dyno}: ${event.message}`, {
        code: event.code,
        hint: failureHint(event.code, {dyno, target: options.target}),
      })
    }

    if (event.type !== 'status') continue
    if (answers.size === 0) until = Math.min(until, Date.now() + OTHERS_MS)
    answers.set(event.dyno, event)
    if (dyno !== null || (expected.length > 0 && expected.every(name => answers.has(name)))) break
  }

  return [...answers.values()].toSorted((a, b) => a.dyno.localeCompare(b.dyno, 'en', {numeric: true}))
}
