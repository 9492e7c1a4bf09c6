// What the agents answer: who they are, whether their version fits, and whether they trace.
import {herokuCommand, proposal} from '../command-line.js'
import {printable} from '../printable.js'
import {type AgentFacts, explainNoAgent} from '../heroku/agent-facts.js'
import type {NotifyConnection} from '../postgres/notify-connection.js'
import {findSecret} from '../protocol/secret.js'
import type {Status} from '../protocol/messages.js'
import {askAgents} from '../agent/ask-agents.js'
import {type Check, type CheckName, DEPLOY, type DiagnoseOptions, failed, ok, RUN_IN_DIRECTORY, skip} from './check.js'
import {rubyInWords} from './tested-rubies.js'

/** Asks once, and returns the same answers every time. */
export type AskAgents = () => Promise<readonly Status[]>

export async function askAll(
  {answerTimeoutMs, settings, target}: DiagnoseOptions,
  connection: NotifyConnection,
  facts: AgentFacts,
): Promise<readonly Status[]> {
  const secret = findSecret(settings.vars)
  if (secret === null) return []
  return askAgents(connection, {
    answerTimeoutMs,
    dyno: null,
    expected: facts.enabledDynos,
    question: {type: 'status'},
    secret,
    target,
  })
}

/** Returns the answers; empty if nobody could be asked, or nobody answered. */
export async function checkAgents(
  options: DiagnoseOptions,
  ask: AskAgents | null,
  facts: AgentFacts,
  obstacle: string | null,
  look: (name: CheckName, act: () => Promise<Check>) => Promise<boolean>,
): Promise<readonly Status[]> {
  const {settings, target, answerTimeoutMs} = options
  const secret = findSecret(settings.vars)
  if (ask === null || secret === null || obstacle !== null) {
    const why = obstacle ?? 'no secret to sign with'
    for (const name of ['agent', 'version', 'tracing'] as const) await look(name, () => skip(name, why))
    return []
  }

  let agents: readonly Status[] = []
  await look('agent', async () => {
    agents = await ask()
    const silent = facts.enabledDynos.filter(dyno => !agents.some(agent => agent.dyno === dyno))
    const [first] = silent
    if (first === undefined || (agents.length > 0 && settings.app === null)) {
      return ok(
        'agent',
        agents
          .map(
            agent =>
              `${agent.dyno}: ${agent.processes.length} ${agent.processes.length === 1 ? 'process' : 'processes'}, ${rubyInWords(agent.ruby)}`,
          )
          .join('; '),
      )
    }

    return failed(
      'agent',
      `No agent on ${silent.join(', ')} answered within ${answerTimeoutMs / 1000} s.`,
      explainNoAgent(facts, first, target).map(printable).join('\n'),
    )
  })
  const why = 'no agent answered'
  await look('version', () => (agents.length > 0 ? checkVersions(agents, options) : skip('version', why)))
  await look('tracing', () => (agents.length > 0 ? describeTracing(agents) : skip('tracing', why)))
  return agents
}

async function checkVersions(
  agents: readonly Status[],
  {pluginVersion, settings: {app}, target}: DiagnoseOptions,
): Promise<Check> {
  const other = agents.find(one => one.agent !== pluginVersion)
  if (!other) return ok('version', `agent and plugin are ${pluginVersion}`)
  const newer = other.agent.localeCompare(pluginVersion, 'en', {numeric: true}) > 0
  return failed(
    'version',
    `${other.dyno} runs agent ${other.agent}, but this plugin is ${pluginVersion}.`,
    newer
      ? 'heroku plugins:update heroku-heapdump'
      : other.vendored && app !== null
        ? proposal`${herokuCommand('heapdump:setup', [], ['--vendor', ...target])}\n${RUN_IN_DIRECTORY}`
        : DEPLOY,
  )
}

async function describeTracing(agents: readonly Status[]): Promise<Check> {
  const tracing = agents.filter(agent => agent.processes.some(one => one.tracing !== null))
  if (tracing.length === 0) return ok('tracing', 'off')
  const isPermanent = tracing.some(agent =>
    agent.processes.some(one => one.tracing !== null && one.tracing.until === null),
  )
  return ok(
    'tracing',
    `on in ${tracing.map(agent => agent.dyno).join(', ')}` +
      (isPermanent ? ', permanently (HEAPDUMP_TRACE): the app runs at about a third of its speed' : ''),
  )
}
