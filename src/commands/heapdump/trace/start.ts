import {AgentCommand} from '../../../lib/cli/agent-command.js'
import {flag, herokuCommand, proposal} from '../../../lib/command-line.js'
import {durationFlag, dynoFlag} from '../../../lib/cli/flags.js'
import type {AgentReport} from '../../../lib/render/agent-report.js'
import {formatDuration} from '../../../lib/units.js'

export type TraceStartResult = readonly AgentReport[]

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
    const {dyno, for: seconds} = flags
    this.say(
      ` Tracing slows ${dyno} to about a third of its speed,`,
      ` for ${formatDuration(seconds)} or until the next dump.`,
    )
    const {agents} = await this.ask({traceSeconds: seconds, type: 'trace_start'}, flags, dyno)
    const stop = herokuCommand('heapdump:trace:stop', [], [...flag('--dyno', dyno), ...this.target(flags)])
    const line = proposal` To stop it earlier: ${stop}`
    if (line !== null) this.say(line)
    if (!this.jsonEnabled()) await this.showAgents(agents, `Tracing ${dyno}`, this.target(flags))
    return agents
  }
}
