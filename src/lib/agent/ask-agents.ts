// One question, and one answer from each dyno with an agent: status, the start and end of a tracing window, the
// return of free memory.
import type {Target} from '../command-line.js'
import {UserError} from '../errors.js'
import type {NotifyConnection} from '../postgres/notify-connection.js'
import {newRequestId} from '../protocol/ids.js'
import type {AgentRequest, Status, Trimmed} from '../protocol/messages.js'
import {openConversation, requestTime} from './conversation.js'
import {failureHint} from './failure-hint.js'

/** How long other answers may follow the first: each agent gives its processes a second. */
const OTHERS_MS = 1500

/** About the state of the dyno. */
export type StateQuestion = {
  readonly type: Exclude<AgentRequest['type'], 'dump' | 'trim'>
  readonly traceSeconds?: number
}

/** `pid`: one process; absent: all of the dyno. */
export type TrimQuestion = {readonly type: 'trim'; readonly pid?: number}

export type Question = StateQuestion | TrimQuestion

export type AnswerTo<Asked extends Question> = Asked extends TrimQuestion ? Trimmed : Status

export type AskOptions<Asked extends Question = Question> = {
  readonly question: Asked
  /** null: every dyno. */
  readonly dyno: string | null
  /** Dynos that should answer, if known: once all have, the wait ends. */
  readonly expected?: readonly string[]
  readonly secret: string
  readonly answerTimeoutMs: number
  readonly signal?: AbortSignal
  /** For hints. */
  readonly target: Target
}

/** Answers by dyno; empty if none came in time. Throws UserError with the agent's code if a named dyno refuses. */
export async function askAgents<Asked extends Question>(
  connection: NotifyConnection,
  options: AskOptions<Asked>,
): Promise<ReadonlyArray<AnswerTo<Asked>>> {
  const {dyno, expected = [], question, signal} = options
  const at = requestTime(connection)
  const request = {...question, at, dyno: dyno ?? '*', id: newRequestId(), v: 1} as AgentRequest
  const conversation = await openConversation(connection, request, options)
  const expectedType = question.type === 'trim' ? 'trimmed' : 'status'
  const answers = new Map<string, AnswerTo<Asked>>()
  let until = Date.now() + options.answerTimeoutMs
  while (Date.now() < until && !signal?.aborted) {
    const event = await conversation.next(until, true)
    if (event === null) continue
    if (event.type === 'failed' && dyno !== null) {
      throw new UserError(`${dyno}: ${event.message}`, {
        code: event.code,
        hint: failureHint(event.code, {dyno, target: options.target}),
      })
    }

    if (event.type !== expectedType) continue
    if (answers.size === 0) until = Math.min(until, Date.now() + OTHERS_MS)
    // The number belongs to the conversation, not to the answer.
    const {n: _n, ...answer} = event
    answers.set(event.dyno, answer as unknown as AnswerTo<Asked>)
    if (dyno !== null || (expected.length > 0 && expected.every(name => answers.has(name)))) break
  }

  return [...answers.values()].toSorted((a, b) => a.dyno.localeCompare(b.dyno, 'en', {numeric: true}))
}
