import type {DiagnosisDocument} from '../../lib/analysis/diagnosis/document.js'
import {AgentCommand} from '../../lib/cli/agent-command.js'
import {catchSignals} from '../../lib/cli/catch-signals.js'
import {DIAGNOSE_FLAGS} from '../../lib/cli/diagnose-flags.js'
import {commandText, herokuCommand} from '../../lib/command-line.js'
import {DONE_WITH_WARNING} from '../../lib/errors.js'
import type {StoredDump} from '../../lib/store/store.js'

export type DiagnoseResult = DiagnosisDocument

export default class HeapdumpDiagnose extends AgentCommand {
  static override summary = 'find out in one go whether memory leaks, what holds it, and which line'

  static override usage = 'heapdump:diagnose -a APP [--dyno web.1] [--for 15m] [--since DUMP] [FLAGS]'

  static override examples = [
    '$ heroku heapdump:diagnose --app example-app',
    '$ heroku heapdump:diagnose --app example-app --dyno worker.1 --for 1h',
    '$ heroku heapdump:diagnose --app example-app --since d7k2mq',
    '$ heroku heapdump:diagnose --env .env --yes --json',
  ]

  static override flags = DIAGNOSE_FLAGS

  async run(): Promise<DiagnoseResult> {
    const {flags} = await this.parse(HeapdumpDiagnose)
    const settings = await this.settings(flags)
    const bucket = await this.bucketOf(settings, flags)
    const [{runDiagnosis}, pluginVersion, line] = await Promise.all([
      import('../../lib/cli/run-diagnosis.js'),
      this.pluginVersion(),
      this.openLine(flags, flags.dyno ?? null, settings),
    ])
    const caught = catchSignals('SIGINT')
    let leave = () => {}
    try {
      const {document, next} = await runDiagnosis(flags, {
        bucket,
        heroku: this.heroku,
        isTransient: process.stdout.isTTY && !this.jsonEnabled(),
        line,
        onStored: dumps => {
          caught.release()
          leave = () => this.leave(dumps, this.target(flags))
          process.once('SIGINT', leave)
        },
        pluginVersion,
        say: (...lines) => this.say(...lines),
        settings,
        signal: caught.signal,
        withProgress: this.withProgress.bind(this),
      })
      if (document.dumps.length < 2) process.exitCode = DONE_WITH_WARNING
      for (const warning of document.warnings) this.warn(warning)
      await this.show('Diagnosis', {app: settings.app, document, next})
      return document
    } finally {
      caught.release()
      process.removeListener('SIGINT', leave)
      await line.close()
    }
  }

  /** A Ctrl-C while dumps are read: they are stored, so nothing is lost. */
  private leave(dumps: readonly StoredDump[], target: readonly string[]): void {
    const ids = dumps.map(({id}) => id)
    const command = herokuCommand(ids.length > 1 ? 'heapdump:diff' : 'heapdump:analyze', ids, target)
    this.say('', ` Stopped. What was dumped is stored. To go on:  ${commandText(command)}`)
    process.kill(process.pid, 'SIGINT')
  }
}
