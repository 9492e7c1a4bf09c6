import {AgentCommand} from '../../../lib/cli/agent-command.js'
import {durationFlag, dynoFlag} from '../../../lib/cli/flags.js'
import type {Status} from '../../../lib/protocol/messages.js'
import {formatDuration} from '../../../lib/units.js'

export type TraceStartResult = readonly Status[]

export default class HeapdumpTraceStart extends AgentCommand {
  static override summary = 'start recording allocation sites, for a limited time'

  static override examples = [
    '$ heroku heapdump:trace:start --app example-app',
    '$ heroku heapdump:trace:start --app example-app --dyno worker.1 --for 30m',
  ]

  static override flags = {
    ...AgentCommand.agentFlags,
    dyno: dynoFlag({default: 'web.1', description: 'dyno to trace'}),
    for: durationFlag({
      default: 600,
      description: 'how long to trace, at most 1h',
      max: 3600,
    }),
  }

  async run(): Promise<TraceStartResult> {
    const {flags} = await this.parse(HeapdumpTraceStart)
    this.say(
      ` Tracing slows ${flags.dyno} to about a third for ${formatDuration(flags.for)}, or until a dump or heapdump:trace:stop.`,
    )
    const {agents} = await this.ask({traceSeconds: flags.for, type: 'trace_start'}, flags, flags.dyno)
    if (!this.jsonEnabled()) await this.showAgents(agents, `Tracing ${flags.dyno}`, this.target(flags))
    return agents
  }
}
