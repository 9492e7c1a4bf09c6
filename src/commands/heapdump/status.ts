import {Flags} from '@oclif/core'
import {AgentCommand, type AgentFlags} from '../../lib/cli/agent-command.js'
import {dynoFlag} from '../../lib/cli/flags.js'
import {herokuCommand, proposal} from '../../lib/command-line.js'
import {UserError} from '../../lib/errors.js'
import type {AgentReport} from '../../lib/render/agent-report.js'
import {memoryOfDyno} from '../../lib/render/dyno-memory.js'
import {canRedraw} from '../../lib/render/terminal.js'

export type StatusResult = ReadonlyArray<
  AgentReport & {
    /** How full the dyno is, and when it will be full, as on the screen. */
    readonly verdict: string
  }
>

export default class HeapdumpStatus extends AgentCommand {
  static override summary = 'show agent status: dynos, processes, memory and its trend, tracing'

  static override examples = [
    '$ heroku heapdump:status --app example-app',
    '$ heroku heapdump:status --app example-app --watch',
    '$ heroku heapdump:status --app example-app --dyno worker.1',
    '$ heroku heapdump:status --env .env --json',
  ]

  static override flags = {
    ...AgentCommand.agentFlags,
    dyno: dynoFlag({description: 'show only this dyno, or the dynos of this process type', helpValue: 'web.1|web'}),
    watch: Flags.boolean({description: 'keep asking, and show the answers full-screen', exclusive: ['json']}),
  }

  async run(): Promise<StatusResult> {
    const {flags} = await this.parse(HeapdumpStatus)
    if (flags.watch) return this.watch(flags)
    const {agents, source} = await this.ask({history: true, type: 'status'}, flags, flags.dyno ?? null)
    if (!this.jsonEnabled()) await this.showAgents(agents, `Agents of ${source}`, this.target(flags))
    return agents.map(agent => ({...agent, verdict: memoryOfDyno(agent).text}))
  }

  private async watch(flags: AgentFlags): Promise<StatusResult> {
    if (!process.stdin.isTTY || !canRedraw(process.stdout)) {
      throw new UserError('heapdump:status --watch needs a terminal: it is a full-screen program.', {
        code: 'no_terminal',
        exit: 2,
        hint: proposal`In a log or a script, ask again and again: ${herokuCommand('heapdump:status', [], [...this.target(flags), '--json'])}`,
      })
    }

    const [line, {watchAgents}, version] = await Promise.all([
      this.openLine(flags, flags.dyno ?? null),
      import('../../lib/render/agent-watch.js'),
      this.pluginVersion(),
    ])
    try {
      const status = await watchAgents({
        ask: signal => line.ask({history: true, type: 'status'}, signal),
        explainSilence: () => line.explainSilence(),
        stdin: process.stdin,
        stdout: process.stdout,
        title: `Agents of ${line.source}`,
        version,
      })
      if (status !== null) process.exitCode = status
      return []
    } finally {
      await line.close()
    }
  }
}
