// Watches a dump that another command has requested: the agents repeat its events so far, and go on.
import type {Target} from '../command-line.js'
import {UserError} from '../errors.js'
import type {NotifyConnection} from '../postgres/notify-connection.js'
import {newRequestId} from '../protocol/ids.js'
import type {AgentEvent, AttachRequest, Failed} from '../protocol/messages.js'
import {openConversation, requestTime} from './conversation.js'
import {failureHint} from './failure-hint.js'
import {instanceOf} from './instances.js'
import {noAgent, SILENCE_MS, silentAgent} from './silence.js'

/** How long other dynos may answer after the first: a request to a process type goes to several. */
const OTHERS_MS = 1500
/** And how long, if the first ones do not know the dump: a dyno whose leader was killed needs seconds for a new one. */
const NEW_LEADER_MS = 5000

export type AttachOptions = {
  /** The id of the dump. */
  readonly id: string
  readonly secret: string
  readonly answerTimeoutMs: number
  /** For hints. */
  readonly target: Target
  readonly signal?: AbortSignal
}

/**
 * Yields the events of each dyno that knows the dump, up to `done` of all, or until `signal` aborts. Throws UserError:
 * `no_agent` if no agent answered, `no_request` or the agent's code if none knows it, `agent_silent`.
 */
export async function* attachToDump(
  connection: NotifyConnection,
  options: AttachOptions,
): AsyncGenerator<AgentEvent, void> {
  const {answerTimeoutMs, id, signal, target} = options
  const at = requestTime(connection)
  const request: AttachRequest = {at, dyno: '*', id: newRequestId(), request: id, type: 'attach', v: 1}
  const conversation = await openConversation(connection, request, {...options, follows: id})
  const answerBy = Date.now() + answerTimeoutMs
  /** Each dyno that knows the dump. Two may have the same name, and only one of them knows it. */
  const dynos = new Map<string, {readonly dyno: string; readonly done: boolean}>()
  let firstAt: number | null = null
  let heardAt = Date.now()
  let refusal: Failed | null = null
  while (!signal?.aborted) {
    const now = Date.now()
    if (firstAt === null && now >= answerBy) throw noAgent('any dyno', answerTimeoutMs)
    const completeAt: number = firstAt === null ? answerBy : firstAt + (dynos.size > 0 ? OTHERS_MS : NEW_LEADER_MS)
    const isComplete = now >= completeAt
    if (isComplete && dynos.size === 0) throw unknownDump(id, refusal, target)
    const running = [...dynos.values()].find(one => !one.done)?.dyno
    if (isComplete && running === undefined) return
    if (running !== undefined && now - heardAt >= SILENCE_MS) throw silentAgent(running, target)
    const event = await conversation.next(isComplete ? heardAt + SILENCE_MS : completeAt, dynos.size === 0)
    if (event === null) continue
    heardAt = Date.now()
    const from = instanceOf(event)
    if (!dynos.has(from)) {
      // Without its beginning, an event is not understood; it will be repeated.
      if (event.id !== request.id) continue
      firstAt ??= heardAt
      if (event.type !== 'accepted') {
        if (event.type === 'failed' && (refusal === null || event.code !== 'no_request')) refusal = event
        continue
      }
    }

    const done = event.type === 'done' || (event.type === 'failed' && event.pid === null)
    dynos.set(from, {done, dyno: event.dyno})
    if (event.type !== 'alive') yield event
  }
}

function unknownDump(id: string, refusal: Failed | null, target: Target): UserError {
  if (refusal !== null && refusal.code !== 'no_request') {
    const {code, dyno, message} = refusal
    return new UserError(`${dyno}: ${message}`, {code, hint: failureHint(code, {dyno, target})})
  }

  return new UserError(`No dyno knows a dump request ${id}.`, {
    code: 'no_request',
    hint: 'The dyno may have restarted since. If the dump was stored, heroku heapdump:list shows it.',
  })
}
