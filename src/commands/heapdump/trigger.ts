import {type DumpResult, type DumpRun, processesOf} from '../../lib/agent/dump-result.js'
import type {LoneRun} from '../../lib/agent/run-lone-dyno.js'
import {HeapdumpCommand} from '../../lib/cli/base-command.js'
import {catchSignals} from '../../lib/cli/catch-signals.js'
import {TRIGGER_FLAGS, type TriggerFlags} from '../../lib/cli/trigger-flags.js'
import {herokuCommand, proposal} from '../../lib/command-line.js'
import {dumpIdFromKey} from '../../lib/store/dump-key.js'

export type TriggerResult = DumpResult

export default class HeapdumpTrigger extends HeapdumpCommand {
  static override summary = 'dump the heap of every Ruby process on a dyno, showing progress'

  static override usage = [
    'heapdump:trigger -a APP [--dyno web.1|web] [--trace DURATION] [--analyze | --json] [FLAGS]',
    'heapdump:trigger -a APP --attach ID',
    'heapdump:trigger -a APP --lone-dyno [FLAGS]',
  ]

  static override examples = [
    '$ heroku heapdump:trigger --app example-app',
    '$ heroku heapdump:trigger --app example-app --dyno worker.1 --trace 5m',
    '$ heroku heapdump:trigger --app example-app --dyno web --largest',
    '$ heroku heapdump:trigger --app example-app --process "puma worker 1"',
    '$ heroku heapdump:trigger --app example-app --yes --analyze',
    '$ heroku heapdump:trigger --env .env --yes --json',
    '$ heroku heapdump:trigger --app example-app --lone-dyno',
  ]

  static override flags = TRIGGER_FLAGS

  async run(): Promise<TriggerResult> {
    const {flags} = await this.parse(HeapdumpTrigger)
    // Ctrl-C stops watching. The dump continues.
    const {release, signal} = catchSignals('SIGINT')
    const run = await this.dump(flags, signal).finally(release)
    if (run.exitCode !== 0) process.exitCode = run.exitCode
    this.say(...run.lines)
    const [first] = run.stored
    if (first === undefined) return run.result
    await this.showDumps(run, flags)
    if (flags.analyze)
      await this.config.runCommand('heapdump:analyze', [...this.target(flags), '--', first.key ?? 'latest'])
    return run.result
  }

  private async dump(flags: TriggerFlags, signal: AbortSignal): Promise<DumpRun | LoneRun> {
    const settings = await this.settings(flags)
    const bucket = await this.bucketOf(settings, flags)
    const {triggerDump} = await import('../../lib/cli/trigger-dump.js')
    const say = (line: string) => this.say(` ${line}`)
    const isTransient = process.stdout.isTTY && !this.jsonEnabled()
    return triggerDump(flags, {bucket, heroku: this.heroku, isTransient, say, settings, signal})
  }

  private async showDumps(run: DumpRun | LoneRun, flags: TriggerFlags): Promise<void> {
    const target = this.target(flags)
    if ('states' in run) {
      const missing = processesOf(run.states).filter(one => one.state !== 'finished')
      const rows = [...run.stored, ...missing].map(one => ({
        ...one,
        dumpId: one.key === null ? null : dumpIdFromKey(one.key),
      }))
      const {refused = [], verdict} = run.result
      return this.show('TriggerResult', {refused, rows, target, verdict})
    }

    this.log(` ${run.result.verdict}`)
    const ids = run.stored.slice(0, 1).map(({id}) => id)
    this.propose(proposal` Next: ${herokuCommand('heapdump:analyze', ids, target)}`)
  }
}
