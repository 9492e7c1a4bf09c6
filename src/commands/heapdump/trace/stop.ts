import {AgentCommand} from '../../../lib/cli/agent-command.js'
import type {AgentReport} from '../../../lib/render/agent-report.js'
import {dynoFlag} from '../../../lib/cli/flags.js'

export type TraceStopResult = readonly AgentReport[]

export default class HeapdumpTraceStop extends AgentCommand {
  static override summary = 'stop recording allocation sites and discard the recorded ones'

  static override examples = [
    '$ heroku heapdump:trace:stop --app example-app',
    '$ heroku heapdump:trace:stop --app example-app --dyno worker.1',
  ]

  static override flags = {
    ...AgentCommand.agentFlags,
    dyno: dynoFlag({default: 'web.1', description: 'dyno to stop tracing'}),
  }

  async run(): Promise<TraceStopResult> {
    const {flags} = await this.parse(HeapdumpTraceStop)
    const {agents} = await this.ask({type: 'trace_stop'}, flags, flags.dyno)
    if (!this.jsonEnabled()) await this.showAgents(agents, `No longer tracing ${flags.dyno}`, this.target(flags))
    return agents
  }
}
