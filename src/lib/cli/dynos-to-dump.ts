// The dynos that `--dyno` means: `web.1` is one dyno, `web` every web dyno with an agent.
import type {APIClient} from '@heroku-cli/command'
import {askAgents} from '../agent/ask-agents.js'
import type {Target} from '../command-line.js'
import {UserError} from '../errors.js'
import {explainSilence, readAgentFacts} from '../heroku/agent-facts.js'
import type {AppSettings} from '../heroku/app-settings.js'
import {firstOfType} from '../heroku/dyno-names.js'
import type {DatabaseSession} from '../postgres/session.js'
import {isProcessType, processTypeOf} from '../process-type.js'
import type {Status} from '../protocol/messages.js'
import {requireSecret} from '../protocol/secret.js'
import {formatBytes, formatCounted} from '../units.js'

export type DynosToDump = {
  readonly dynos: readonly [string, ...string[]]
  /** What a person should know before confirming. */
  readonly lines: readonly string[]
}

type Context = {
  readonly answerTimeoutMs: number
  readonly database: DatabaseSession
  readonly heroku: APIClient
  /** The most dynos to dump. */
  readonly limit: number
  readonly settings: AppSettings
  readonly signal: AbortSignal
  readonly target: Target
}

/** Asks the agents if `named` is a process type. Throws UserError `no_agent` if none of that type answers. */
export async function findDynosToDump(named: string, context: Context): Promise<DynosToDump> {
  if (!isProcessType(named)) return {dynos: [named], lines: []}
  const {answerTimeoutMs, database, heroku, settings, signal, target} = context
  const ofType = (dynos: readonly string[]) => dynos.filter(dyno => processTypeOf(dyno) === named)
  const facts = await readAgentFacts(settings, heroku)
  const expected = ofType(facts.dynosUp ?? [])
  const connection = await database.connect()
  const question = {type: 'status'} as const
  const secret = requireSecret(settings)
  const asked = {answerTimeoutMs, dyno: null, expected, question, secret, signal, target}
  const answered = await askAgents(connection, asked)
  const agents = answered.filter(({dyno}) => processTypeOf(dyno) === named)
  const silent = expected.filter(dyno => agents.every(agent => agent.dyno !== dyno))
  const [first, ...others] = agents.slice(0, context.limit)
  if (first === undefined) {
    const message = `No agent on a ${named} dyno answered within ${Math.round(answerTimeoutMs / 1000)} s.`
    const error = new UserError(message, {code: 'no_agent'})
    throw await explainSilence(error, {dyno: expected[0] ?? firstOfType(named), heroku, settings, target})
  }

  const chosen = [first, ...others] as const
  return {
    dynos: [first.dyno, ...others.map(({dyno}) => dyno)],
    lines: [
      describeChosen(chosen),
      ...(agents.length > chosen.length
        ? [`${formatCounted(agents.length - chosen.length, 'more dyno')} can be dumped: use --limit ${agents.length}.`]
        : []),
      ...(silent.length > 0 ? [`No agent answered on ${silent.join(', ')} (see HEAPDUMP_DYNOS).`] : []),
    ],
  }
}

function describeChosen(agents: readonly Status[]): string {
  const processes = agents.flatMap(agent => agent.processes)
  const memory = processes.reduce((sum, {rssBytes}) => sum + (rssBytes ?? 0), 0)
  const names = agents.map(({dyno}) => dyno).join(', ')
  const turn = agents.length === 1 ? '' : ', one dyno after the other'
  const what = processes.length === 1 ? '1 process' : `${processes.length} processes`
  return `Dumps ${names}${turn} (${what}, ${formatBytes(memory)}).`
}
