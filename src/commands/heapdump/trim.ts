import {Flags} from '@oclif/core'
import {AgentCommand} from '../../lib/cli/agent-command.js'
import {onlyDyno} from '../../lib/cli/ask-dyno.js'
import {confirm} from '../../lib/cli/confirm.js'
import {dynoFlag} from '../../lib/cli/flags.js'
import {DONE_WITH_WARNING} from '../../lib/errors.js'
import {findProcess} from '../../lib/agent/find-process.js'
import type {TrimmedProcess} from '../../lib/protocol/messages.js'
import {describeTrim, refusalInWords, refusalOf, verdictOfTrim} from '../../lib/agent/trim.js'

export type TrimResult = {
  /** As on the screen: how much the dyno got back. */
  readonly verdict: string
  readonly dyno: string
  readonly processes: readonly TrimmedProcess[]
}

/** The processes are trimmed one after the other, which takes a second per gigabyte. */
const LEAST_SECONDS = 90

export default class HeapdumpTrim extends AgentCommand {
  static override summary = 'return the memory that malloc holds free to the dyno, as first aid'

  static override examples = [
    '$ heroku heapdump:trim --app example-app',
    '$ heroku heapdump:trim --app example-app --dyno worker.1 --process 4 --yes',
    '$ heroku heapdump:trim --env .env --yes --json',
  ]

  static override flags = {
    ...AgentCommand.agentFlags,
    dyno: dynoFlag({default: 'web.1', description: 'dyno to trim'}),
    process: Flags.string({
      description: 'trim only this process: its PID or name (see heapdump:status)',
      helpValue: 'PID',
    }),
    yes: Flags.boolean({char: 'y', description: 'skip the confirmation prompt'}),
  }

  async run(): Promise<TrimResult> {
    const {flags} = await this.parse(HeapdumpTrim)
    const {agents} = await this.ask({type: 'status'}, flags, flags.dyno)
    const [status] = agents
    const dyno = onlyDyno(flags.dyno, agents) ?? flags.dyno
    const chosen = flags.process === undefined ? null : findProcess(status, flags.process)
    const processes = chosen === null ? status.processes : [chosen]
    this.say(...describeTrim(dyno, processes))
    await confirm({given: flags.yes, question: ' Continue? (y/N) ', refused: 'Nothing was sent.'})
    const pid = chosen === null ? {} : {pid: chosen.pid}
    const patient = {...flags, timeout: Math.max(flags.timeout, LEAST_SECONDS)}
    const [answer] = (await this.ask({...pid, type: 'trim'}, patient, dyno)).agents
    const refusal = refusalOf(answer)
    if (refusal !== null) throw refusal
    const notes = answer.processes.map(one => refusalInWords(one)).filter(note => note !== null)
    if (notes.length > 0) process.exitCode = DONE_WITH_WARNING
    const {processes: trimmed} = answer
    const result = {dyno, processes: trimmed, verdict: verdictOfTrim(dyno, trimmed)}
    await this.show('TrimScreen', {...result, notes, target: this.target(flags)})
    return result
  }
}
