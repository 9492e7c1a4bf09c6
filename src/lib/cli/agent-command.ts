// The base of commands that ask the agents one question.
import {HeapdumpCommand, type SettingsFlags} from './base-command.js'
import type {AnswerTo, Question} from '../agent/ask-agents.js'
import type {Target} from '../command-line.js'
import {UserError} from '../errors.js'
import {databaseFlag, durationFlag} from './flags.js'
import type {Status} from '../protocol/messages.js'

export type AgentFlags = SettingsFlags & {
  readonly database?: string | undefined
  readonly dyno?: string | undefined
  readonly timeout: number
}

export abstract class AgentCommand extends HeapdumpCommand {
  static agentFlags = {
    database: databaseFlag(),
    timeout: durationFlag({
      default: 10,
      description: 'how long to wait for an answer',
      helpGroup: 'connection',
      max: 600,
    }),
  }

  /** `dyno` null: all agents. Throws UserError `no_agent` if none answers, with the likeliest reasons. */
  protected async ask<Asked extends Question>(
    question: Asked,
    flags: AgentFlags,
    dyno: string | null,
  ): Promise<{readonly agents: readonly [AnswerTo<Asked>, ...Array<AnswerTo<Asked>>]; readonly source: string}> {
    const settings = await this.settings(flags)
    const [{openDatabase}, {requireSecret}, {askAgents}, {explainSilence, refuseMissingDyno}] = await Promise.all([
      import('./open-database.js'),
      import('../protocol/secret.js'),
      import('../agent/ask-agents.js'),
      import('../heroku/agent-facts.js'),
    ])
    const {heroku} = this
    const target = this.target(flags)
    const asked = {answerTimeoutMs: flags.timeout * 1000, dyno, question, secret: requireSecret(settings), target}
    if (dyno !== null) await refuseMissingDyno(settings, heroku, dyno, target)
    const database = await openDatabase(settings, heroku, flags.database)
    const [first, ...others] = await database
      .connect()
      .then(connection => askAgents(connection, asked))
      .finally(() => database.close())
    if (first !== undefined) return {agents: [first, ...others], source: settings.source}
    const place = dyno === null ? settings.source : dyno
    const silence = new UserError(`No agent on ${place} answered within ${flags.timeout} s.`, {code: 'no_agent'})
    throw await explainSilence(silence, {dyno, heroku, settings, target})
  }

  protected async showAgents(agents: readonly Status[], title: string, target: Target): Promise<void> {
    const version = await this.pluginVersion()
    await this.show('AgentList', {agents, nowMs: Date.now(), target, title, version})
  }
}
