// One question, and one answer from each dyno with an agent: status, the start and end of a tracing window, the
// return of free memory.
import type {Target} from '../command-line.js'
import {UserError} from '../errors.js'
import type {NotifyConnection} from '../postgres/notify-connection.js'
import {newRequestId} from '../protocol/ids.js'
import type {AgentRequest, Histories, Instance, Status, StatusRequest, Trimmed} from '../protocol/messages.js'
import {openConversation, requestTime} from './conversation.js'
import {failureHint} from './failure-hint.js'
import {byAge, instanceOf} from './instances.js'

/** How long other answers may follow the first: each agent gives its processes a second. */
const OTHERS_MS = 1500
/** How long an agent that cancels a dump may take to clean up, and to say so in a second answer. */
const CANCEL_MS = 8000

/** About the state of the dyno. `request`: the id of the dump to cancel; absent: any. */
export type StateQuestion = {
  readonly type: Exclude<AgentRequest['type'], 'dump' | 'trim' | 'attach'>
  readonly traceSeconds?: number
  readonly request?: string
} & Pick<StatusRequest, 'history'>

/** `pid`: one process; absent: all of the dyno. */
export type TrimQuestion = {readonly type: 'trim'; readonly pid?: number}

export type Question = StateQuestion | TrimQuestion

/** The answer of the newest dyno of a name; to `cancel`, of the one that had the dump. */
export type AnswerTo<Asked extends Question> = (Asked extends TrimQuestion ? Trimmed : Status) & {
  /** As the processes recorded them, if the question asks for them and the agent knows them. */
  readonly histories: Histories['processes']
  /** Older dynos of the same name. */
  readonly older: readonly Instance[]
}

/** The newest dyno's answer to a question about its state. */
export type Answer = AnswerTo<StateQuestion>

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

/**
 * Answers by dyno; empty if none came in time. Throws UserError with the agent's code if a named dyno refuses, or if all
 * that answered refuse.
 */
export async function askAgents<Asked extends Question>(
  connection: NotifyConnection,
  options: AskOptions<Asked>,
): Promise<ReadonlyArray<AnswerTo<Asked>>> {
  const {dyno, expected = [], question, signal} = options
  const at = requestTime(connection)
  const request = {...question, at, dyno: dyno ?? '*', id: newRequestId(), v: 1} as AgentRequest
  const conversation = await openConversation(connection, request, options)
  const expectedType = question.type === 'trim' ? 'trimmed' : 'status'
  const answers = new Map<string, Status | Trimmed>()
  const histories = new Map<string, Map<number, Histories['processes'][number]>>()
  const yielded = new Map<string, Older>()
  const answerBy = Date.now() + options.answerTimeoutMs
  let until = answerBy
  let othersBy: number | null = null
  let refusal: UserError | null = null
  while (Date.now() < until && !signal?.aborted) {
    const event = await conversation.next(until, true)
    if (event === null) continue
    const from = instanceOf(event)
    if (event.type === 'failed') {
      refusal = new UserError(`${dyno ?? event.dyno}: ${event.message}`, {
        code: event.code,
        hint: failureHint(event.code, {dyno: dyno ?? event.dyno, target: options.target}),
      })
      if (dyno !== null) throw refusal
      continue
    }

    if (event.type === 'yielded') yielded.set(from, event)
    if (event.type === 'history') {
      const known = histories.get(from) ?? new Map<number, Histories['processes'][number]>()
      for (const process of event.processes) known.set(process.pid, process)
      histories.set(from, known)
    }

    if (event.type !== expectedType && event.type !== 'yielded') continue
    if (event.type === 'status' || event.type === 'trimmed') {
      othersBy ??= Math.min(answerBy, Date.now() + OTHERS_MS)
      // The number belongs to the conversation, not to the answer.
      const {n: _n, ...answer} = event
      answers.set(from, answer)
    }

    const all = [...answers.values()]
    const isCancelling = all.some(one => one.type === 'status' && one.cancelled?.ended === false)
    until = isCancelling ? Date.now() + CANCEL_MS : (othersBy ?? until)
    if (isCancelling) continue
    const named = new Set(all.map(one => one.dyno))
    const isComplete =
      (dyno !== null && answers.size > 0) || (expected.length > 0 && expected.every(name => named.has(name)))
    if (isComplete && !awaitsNamesakes(all, [...yielded.values()])) break
  }

  if (answers.size === 0 && refusal !== null) throw refusal
  return newestOf([...answers.values()], [...yielded.values()]).map(
    answer =>
      ({...answer, histories: [...(histories.get(instanceOf(answer))?.values() ?? [])]}) as unknown as AnswerTo<Asked>,
  )
}

type Older = Instance & {readonly dyno: string}

/** Whether an agent sees another dyno of its name that has not answered. */
function awaitsNamesakes(answers: ReadonlyArray<Status | Trimmed>, yielded: readonly Older[]): boolean {
  const heard = [...answers, ...yielded]
  return answers.some(
    answer =>
      answer.type === 'status' &&
      answer.namesakes?.some(other => !heard.some(one => one.dyno === answer.dyno && one.boot === other)),
  )
}

/** Newest first, after a dyno whose dump was cancelled: it may be the older one. */
function firstThatCancels(a: Status | Trimmed, b: Status | Trimmed): number {
  const cancels = (one: Status | Trimmed) => (one.type === 'status' && one.cancelled ? 1 : 0)
  return cancels(b) - cancels(a) || byAge(a, b)
}

/** The newest answer of each name, and the others that have it. */
function newestOf(
  answers: ReadonlyArray<Status | Trimmed>,
  yielded: readonly Older[],
): ReadonlyArray<(Status | Trimmed) & Pick<Answer, 'older'>> {
  return [...new Set(answers.map(({dyno}) => dyno))]
    .toSorted((a, b) => a.localeCompare(b, 'en', {numeric: true}))
    .flatMap(name => {
      const [answer, ...others] = answers.filter(({dyno}) => dyno === name).toSorted(firstThatCancels)
      const older = [...others, ...yielded.filter(({dyno}) => dyno === name)]
      if (answer === undefined) return []
      return [{...answer, older: older.map(({boot, host, release}) => ({boot, host, release}) as Instance)}]
    })
}
