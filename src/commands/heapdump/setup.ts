import {Args} from '@oclif/core'
import {HeapdumpCommand, type SettingsFlags} from '../../lib/cli/base-command.js'
import {confirm} from '../../lib/cli/confirm.js'
import {SETUP_FLAGS, type SetupFlags} from '../../lib/cli/setup-flags.js'
import {flag, herokuCommand, proposal} from '../../lib/command-line.js'
import {UserError} from '../../lib/errors.js'
import type {AppSettings} from '../../lib/heroku/app-settings.js'

export type SetupResult = {
  /** null: without an app only the files of --vendor were looked at. */
  readonly app: string | null
  readonly steps: ReadonlyArray<{readonly what: string; readonly done: boolean}>
}

export default class HeapdumpSetup extends HeapdumpCommand {
  static override description = 'give an app what it lacks for heap dumps: buildpack, bucket, secret'

  static override examples = [
    '$ heroku heapdump:setup --dry-run --app example-app',
    '$ heroku heapdump:setup --app example-app',
    '$ heroku heapdump:setup --bucket-env bucket.env --dyno worker.1 --app example-app',
    '$ heroku heapdump:setup --vendor --app example-app',
    '$ heroku heapdump:setup --remove --app example-app',
  ]

  // oclif would show all that --remove excludes as alternatives of each other.
  static override usage = [
    'heapdump:setup -a APP [--bucket-env FILE | --plan PLAN] [--buildpack URL] [--dyno web.1...] [--dry-run] [-y]',
    'heapdump:setup --vendor [DIR] -a APP [--bucket-env FILE | --plan PLAN] [--dyno web.1...] [--dry-run] [-y]',
    'heapdump:setup --remove [DIR] -a APP [--dry-run] [-y]',
  ]

  static override args = {
    dir: Args.directory({
      default: '.',
      description: "the app's folder, for --vendor and --remove",
      exists: true,
      ignoreStdin: true,
    }),
  }

  static override flags = SETUP_FLAGS

  async run(): Promise<SetupResult> {
    const {args, flags} = await this.parse(HeapdumpSetup)
    const settings = await this.appSettings(flags)
    if (settings === null) return this.showFiles(args.dir)
    const {app} = settings
    const [{applyStep, describeStep}, {afterSetup, planSteps}, version] = await Promise.all([
      import('../../lib/heroku/setup.js'),
      import('../../lib/cli/plan-setup.js'),
      this.pluginVersion(),
    ])
    const say = (line: string) => this.say(line)
    const context = {directory: args.dir, heroku: this.heroku, say, settings, version}
    const steps = await planSteps(flags, context)
    const told = steps.map(describeStep)
    const result = (done: boolean) => ({app, steps: told.map(what => ({done, what}))})
    const doctor = herokuCommand('heapdump:doctor', [], flag('--app', app))
    if (steps.length === 0) {
      this.log(flags.remove ? `⬢ ${app} has nothing to take away.` : `⬢ ${app} has all that it takes.`)
      if (!flags.remove) this.propose(proposal`Next: ${doctor}`)
      return result(true)
    }

    this.say(`${flags['dry-run'] ? 'This would' : 'This will'}, on ⬢ ${app}:`)
    this.say(...told.map((what, at) => `  ${at + 1}. ${what}`))
    if (flags['dry-run']) return result(false)
    await confirm({given: flags.yes, question: 'Continue? (y/N) ', refused: 'Nothing was done.'})
    for (const [at, step] of steps.entries()) {
      await applyStep(step, this.heroku, app)
      this.say(`  ${at + 1}. done`)
    }

    this.log(...afterSetup(flags, steps))
    if (!flags.remove) this.propose(proposal`then: ${doctor}`)
    return result(true)
  }

  /** null: no app is needed, for files alone are looked at. */
  private async appSettings(flags: SetupFlags & SettingsFlags): Promise<(AppSettings & {readonly app: string}) | null> {
    const needed = {
      code: 'no_app',
      exit: 2 as const,
      hint: "Use --app NAME, or run this in the app's folder. Without Heroku, see docs/without-heroku.md.",
    }
    if (flags.env !== undefined) throw new UserError('A setup is for a Heroku app: there is none in a file.', needed)
    try {
      const {app, ...settings} = await this.settings(flags)
      return {...settings, app: app!}
    } catch (error) {
      if (!(error instanceof UserError) || error.code !== 'no_app') throw error
      if (flags.vendor && flags['dry-run']) return null
      throw new UserError('No app given.', needed)
    }
  }

  private async showFiles(directory: string): Promise<SetupResult> {
    const [{describeStep, planVendor}, version] = await Promise.all([
      import('../../lib/heroku/setup.js'),
      this.pluginVersion(),
    ])
    const told = (await planVendor(directory, version)).map(describeStep)
    this.say('This would, in files; with --app NAME the app is looked at too:')
    this.say(
      ...(told.length === 0 ? ['  nothing: the agent is there'] : told.map((what, at) => `  ${at + 1}. ${what}`)),
    )
    return {app: null, steps: told.map(what => ({done: false, what}))}
  }
}
