import {AgentCommand} from '../../lib/cli/agent-command.js'
import type {Status} from '../../lib/protocol/messages.js'
import {dynoFlag} from '../../lib/cli/flags.js'

export type StatusResult = readonly Status[]

export default class HeapdumpStatus extends AgentCommand {
  static override summary = 'show agent status: dynos, processes, memory, tracing'

  static override examples = [
    '$ heroku heapdump:status --app example-app',
    '$ heroku heapdump:status --app example-app --dyno worker.1',
    '$ heroku heapdump:status --env .env --json',
  ]

  static override flags = {
    ...AgentCommand.agentFlags,
    dyno: dynoFlag({description: 'show only this dyno'}),
  }

  async run(): Promise<StatusResult> {
    const {flags} = await this.parse(HeapdumpStatus)
    const {agents, source} = await this.ask({type: 'status'}, flags, flags.dyno ?? null)
    if (!this.jsonEnabled()) await this.showAgents(agents, `Agents of ${source}`, this.target(flags))
    return agents
  }
}
