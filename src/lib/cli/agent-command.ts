// What the commands share that ask the agents one question each.
import {Flags} from '@oclif/core'
import {HeapdumpCommand, type SettingsFlags} from './base-command.js'
import type {Question} from '../agent/ask-agents.js'
import type {Target} from '../command-line.js'
import {UserError} from '../errors.js'
import {durationFlag} from './flags.js'
import type {Status} from '../protocol/messages.js'

export type AgentFlags = SettingsFlags & {readonly database?: string; readonly dyno?: string; readonly timeout: number}

export abstract class AgentCommand extends HeapdumpCommand {
  static agentFlags = {
    database: Flags.string({
      description: 'attachment or config var of the database to send through',
      helpValue: 'NAME',
    }),
    timeout: durationFlag({default: 10, description: 'how long to wait for an answer (10s)', max: 600}),
  }

  /** `dyno` null: all of them. Throws UserError `no_agent` when nobody answers, with the likeliest reasons. */
  protected async ask(
    question: Question,
    flags: AgentFlags,
    dyno: string | null,
  ): Promise<{readonly agents: readonly Status[]; readonly source: string}> {
    const settings = await this.settings(flags)
    const [{findDatabase}, {findSecret}, {askAgents}, {NotifyConnection}, arming] = await Promise.all([
      import('../heroku/database.js'),
      import('../protocol/envelope.js'),
      import('../agent/ask-agents.js'),
      import('../postgres/notify-connection.js'),
      import('../heroku/arming.js'),
    ])
    const secret = findSecret(settings.vars)
    if (secret === null) {
      throw new UserError(
        `${settings.source} has no secret to sign with: neither HEAPDUMP_SECRET nor AWS_SECRET_ACCESS_KEY is set.`,
        {
          code: 'no_secret',
          hint: 'The agent has none either, and listens to nobody.',
        },
      )
    }

    const database = await findDatabase(settings, this.heroku, flags.database)
    try {
      const connection = await NotifyConnection.open(database.address)
      try {
        const answerTimeoutMs = flags.timeout * 1000
        const agents = await askAgents(connection, {
          answerTimeoutMs,
          dyno,
          question,
          secret,
          target: this.target(flags),
        })
        if (agents.length > 0) return {agents, source: settings.source}
      } finally {
        await connection.close()
      }
    } finally {
      database.close()
    }

    const facts = await arming.readArmingFacts(settings, this.heroku)
    throw new UserError(
      `Nobody ${dyno === null ? `of ${settings.source}` : `on ${dyno}`} answered within ${flags.timeout} s.`,
      {
        code: 'no_agent',
        hint: arming.explainNoAgent(facts, dyno ?? facts.armedDynos[0] ?? 'web.1', this.target(flags)),
      },
    )
  }

  protected async showAgents(agents: readonly Status[], title: string, target: Target): Promise<void> {
    const version = await this.pluginVersion()
    await this.show('AgentList', {agents, nowMs: Date.now(), target, title, version})
  }
}
