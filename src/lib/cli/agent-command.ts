// The base of commands that ask the agents one question.
import {HeapdumpCommand, type SettingsFlags} from './base-command.js'
import type {Question} from '../agent/ask-agents.js'
import type {Target} from '../command-line.js'
import {UserError} from '../errors.js'
import type {AppSettings} from '../heroku/app-settings.js'
import {isProcessType} from '../process-type.js'
import type {NotifyConnection} from '../postgres/notify-connection.js'
import {databaseFlag, durationFlag} from './flags.js'
import type {AgentReport} from '../render/agent-report.js'
import type {ReportOn} from './report-agents.js'

export type AgentFlags = SettingsFlags & {
  readonly database?: string | undefined
  readonly dyno?: string | undefined
  readonly timeout: number
}

/** A connection to the agents, for several questions. */
export type AgentLine = {
  readonly source: string
  /** Empty if no agent answers. `dyno`: another than the one that the connection was opened for. */
  ask<Asked extends Question>(
    question: Asked,
    signal?: AbortSignal,
    dyno?: string,
  ): Promise<ReadonlyArray<ReportOn<Asked>>>
  /** For requests that are no questions. */
  connect(): Promise<NotifyConnection>
  /** The likeliest reasons for an empty answer. */
  explainSilence(): Promise<unknown>
  close(): Promise<void>
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
  ): Promise<{readonly agents: readonly [ReportOn<Asked>, ...Array<ReportOn<Asked>>]; readonly source: string}> {
    const line = await this.openLine(flags, dyno)
    const [first, ...others] = await line.ask(question).finally(() => line.close())
    if (first !== undefined) return {agents: [first, ...others], source: line.source}
    throw await line.explainSilence()
  }

  /**
   * `dyno` null: all agents. `known`: the configuration, if it was read before. Throws UserErrors of the configuration,
   * `no_dyno`, and those of connecting.
   */
  protected async openLine(flags: AgentFlags, dyno: string | null, known?: AppSettings): Promise<AgentLine> {
    const settings = known ?? (await this.settings(flags))
    const [
      {openDatabase},
      {requireSecret},
      {askDyno},
      {firstOfType},
      {explainSilence, refuseMissingDyno},
      formation,
      {reportAgents},
    ] = await Promise.all([
      import('./open-database.js'),
      import('../protocol/secret.js'),
      import('./ask-dyno.js'),
      import('../heroku/dyno-names.js'),
      import('../heroku/agent-facts.js'),
      import('../heroku/formation.js'),
      import('./report-agents.js'),
    ])
    const {heroku} = this
    const target = this.target(flags)
    const asked = {answerTimeoutMs: flags.timeout * 1000, secret: requireSecret(settings), target}
    const [types] = await Promise.all([
      settings.app === null ? [] : formation.readFormation(heroku, settings.app).catch(() => []),
      refuseMissingDyno(settings, heroku, dyno, target),
    ])
    const database = await openDatabase(settings, heroku, flags.database)
    return {
      ask: async (question, signal, of) => {
        try {
          const connection = await database.connect()
          const answers = await askDyno(of ?? dyno, connection, {
            ...asked,
            question,
            ...(signal === undefined ? {} : {signal}),
          })
          return reportAgents(answers, types)
        } catch (error) {
          // The next question gets a new connection.
          await database.disconnect()
          throw error
        }
      },
      close: () => database.close(),
      connect: () => database.connect(),
      explainSilence: () => {
        const place = dyno === null ? settings.source : isProcessType(dyno) ? `a ${dyno} dyno` : dyno
        const silence = new UserError(`No agent on ${place} answered within ${flags.timeout} s.`, {code: 'no_agent'})
        return explainSilence(silence, {dyno: dyno && firstOfType(dyno), heroku, settings, target})
      },
      source: settings.source,
    }
  }

  protected async showAgents(agents: readonly AgentReport[], title: string, target: Target): Promise<void> {
    const version = await this.pluginVersion()
    await this.show('AgentList', {agents, nowMs: Date.now(), target, title, version})
  }
}
