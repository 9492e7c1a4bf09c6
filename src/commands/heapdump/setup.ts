import {HeapdumpCommand} from '../../lib/cli/base-command.js'
import {confirm} from '../../lib/cli/confirm.js'
import {directoryArg} from '../../lib/cli/directory-arg.js'
import {SETUP_FLAGS} from '../../lib/cli/setup-flags.js'
import {flag, herokuCommand, proposal} from '../../lib/command-line.js'

export type SetupResult = {
  readonly app: string | null
  readonly steps: ReadonlyArray<{readonly what: string; readonly done: boolean}>
}

export default class HeapdumpSetup extends HeapdumpCommand {
  static override summary = 'set up an app for heap dumps: buildpack, bucket, secret'

  static override examples = [
    '$ heroku heapdump:setup --app example-app',
    '$ heroku heapdump:setup --app example-app --bucket-env my.env --dyno worker.1',
    '$ heroku heapdump:setup --vendor --dry-run',
    '$ heroku heapdump:setup --remove --app example-app',
  ]

  static override usage = [
    'heapdump:setup -a APP [--bucket-env FILE | --plan PLAN] [--buildpack URL] [--dyno web.1...] [--dry-run] [-y]',
    'heapdump:setup --vendor [DIR] -a APP [--bucket-env FILE | --plan PLAN] [--dyno web.1...] [--dry-run] [-y]',
    'heapdump:setup --remove [DIR] -a APP [--dry-run] [-y]',
  ]

  static override args = {
    dir: directoryArg({default: '.', description: "the app's directory, for --vendor and --remove"}),
  }

  // --env is refused with an error that says why, so its help would only mislead.
  static override baseFlags = {...HeapdumpCommand.baseFlags, env: {...HeapdumpCommand.baseFlags.env, hidden: true}}

  static override flags = SETUP_FLAGS

  async run(): Promise<SetupResult> {
    const {args, flags} = await this.parse(HeapdumpSetup)
    const {appOfSetup, filesOfSetup} = await import('../../lib/cli/setup-app.js')
    const settings = await appOfSetup(flags, () => this.settings(flags))
    if (settings === null) {
      const files = await filesOfSetup(args.dir, await this.pluginVersion())
      this.say('Without --app NAME, only files are checked. This would:', ...files.map(what => `  ${what}`))
      return {app: null, steps: files.map(what => ({done: false, what}))}
    }

    const {app} = settings
    const [{applyStep, describeStep}, {afterSetup, planSteps}, version] = await Promise.all([
      import('../../lib/heroku/setup.js'),
      import('../../lib/cli/plan-setup.js'),
      this.pluginVersion(),
    ])
    const context = {directory: args.dir, heroku: this.heroku, say: (line: string) => this.say(line), settings, version}
    const steps = await planSteps(flags, context)
    const descriptions = steps.map(describeStep)
    const result = (done: boolean) => ({app, steps: descriptions.map(what => ({done, what}))})
    if (steps.length > 0) {
      this.say(`On ⬢ ${app}, this ${flags['dry-run'] ? 'would' : 'will'}:`)
      this.say(...descriptions.map((what, at) => `  ${at + 1}. ${what}`))
      if (flags['dry-run']) return result(false)
      await confirm({given: flags.yes, question: 'Continue? (y/N) ', refused: 'Nothing was changed.'})
      for (const [at, step] of steps.entries()) {
        await applyStep(step, this.heroku, app)
        this.say(`  ${at + 1}. done`)
      }
    }

    this.log(...(await afterSetup(flags, steps, context)))
    if (!flags.remove) this.propose(proposal`Then: ${herokuCommand('heapdump:doctor', [], flag('--app', app))}`)
    return result(true)
  }
}
