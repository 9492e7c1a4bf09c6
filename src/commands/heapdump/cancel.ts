import {Args} from '@oclif/core'
import {AgentCommand} from '../../lib/cli/agent-command.js'
import {dynoFlag} from '../../lib/cli/flags.js'
import {herokuCommand, proposal} from '../../lib/command-line.js'
import {UserError} from '../../lib/errors.js'

export type CancelResult = {
  /** The dynos whose dump was cancelled. */
  readonly cancelled: ReadonlyArray<{readonly dyno: string; readonly id: string; readonly ended: boolean}>
}

export default class HeapdumpCancel extends AgentCommand {
  static override summary = 'cancel a dump in progress; stored dumps stay'

  static override examples = [
    '$ heroku heapdump:cancel --app example-app',
    '$ heroku heapdump:cancel k3f9q2m8x1 --app example-app',
    '$ heroku heapdump:cancel --app example-app --dyno worker.1',
  ]

  static override args = {
    id: Args.string({
      description: 'id of the request, as heapdump:trigger shows it (default: any)',
      ignoreStdin: true,
    }),
  }

  static override flags = {...AgentCommand.agentFlags, dyno: dynoFlag({description: 'cancel only on this dyno'})}

  async run(): Promise<CancelResult> {
    const {args, flags} = await this.parse(HeapdumpCancel)
    const question = {type: 'cancel', ...(args.id === undefined ? {} : {request: args.id})} as const
    const {agents, source} = await this.ask(question, flags, flags.dyno ?? null)
    const cancelled = agents.flatMap(({cancelled: one, dyno}) => (one ? [{dyno, ...one}] : []))
    if (cancelled.length === 0) {
      const what = args.id === undefined ? 'No dump' : `No dump ${args.id}`
      throw new UserError(`${what} is in progress on ${flags.dyno ?? source}.`, {
        code: 'no_request',
        hint: proposal`Stored dumps: ${herokuCommand('heapdump:list', [], this.target(flags))}`,
      })
    }

    for (const {dyno, ended, id} of cancelled) {
      const rest = ended ? 'No process is being dumped or traced any more.' : 'Its unfinished upload is being aborted.'
      this.log(` Cancelled ${id} on ${dyno}. ${rest}`)
    }

    return {cancelled}
  }
}
