import {HeapdumpCommand} from '../../lib/cli/base-command.js'
import type {Check} from '../../lib/doctor/check.js'
import {databaseFlag, durationFlag} from '../../lib/cli/flags.js'
import {completeCommands} from '../../lib/command-line.js'

export type DoctorResult = {
  /** As on the screen: that everything works, or what fails first and its fix. */
  readonly verdict: string
  readonly checks: readonly Check[]
  readonly problems: number
}

export default class HeapdumpDoctor extends HeapdumpCommand {
  static override summary = 'check every step from your machine to a stored dump, with a fix for each failure'

  static override examples = [
    '$ heroku heapdump:doctor --app example-app',
    '$ heroku heapdump:doctor --env .env --json',
  ]

  static override flags = {
    database: databaseFlag(),
    timeout: durationFlag({
      default: 10,
      description: 'how long to wait for the agent',
      helpGroup: 'connection',
      max: 600,
    }),
  }

  async run(): Promise<DoctorResult> {
    const {flags} = await this.parse(HeapdumpDoctor)
    const settings = await this.settings(flags)
    const [{diagnose}, {verdictOfChecks}, pluginVersion] = await Promise.all([
      import('../../lib/doctor/diagnose.js'),
      import('../../lib/render/checks-verdict.js'),
      this.pluginVersion(),
    ])
    const target = this.target(flags)
    const found = await this.withProgress(onProgress =>
      diagnose({
        answerTimeoutMs: flags.timeout * 1000,
        database: flags.database,
        heroku: this.heroku,
        onCheck: name => onProgress({done: 0, phase: `checking the ${name}`, total: null}),
        pluginVersion,
        settings,
        target,
      }),
    )
    const checks = found.map(check => ({
      ...check,
      fix: check.fix === null ? null : completeCommands(check.fix, target),
    }))
    const problems = checks.filter(check => check.state === 'failed').length
    if (problems > 0) process.exitCode = 1
    await this.show('Checks', {checks, target, title: `Heap dumps of ${settings.source}`})
    return {checks, problems, verdict: verdictOfChecks(checks).join(' ')}
  }
}
