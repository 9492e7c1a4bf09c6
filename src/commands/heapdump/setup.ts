import {Args, Flags} from '@oclif/core'
import {HeapdumpCommand} from '../../lib/cli/base-command.js'
import {confirm} from '../../lib/cli/confirm.js'
import {flag, herokuCommand, proposal} from '../../lib/command-line.js'
import {UserError} from '../../lib/errors.js'
import type {AppSettings} from '../../lib/heroku/app-settings.js'

export type SetupResult = {
  readonly app: string
  readonly steps: ReadonlyArray<{readonly what: string; readonly done: boolean}>
}

const PLAIN_NAMES = [
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_S3_BUCKET_NAME',
  'AWS_REGION',
  'AWS_ENDPOINT_URL_S3',
  'AWS_SESSION_TOKEN',
]

export default class HeapdumpSetup extends HeapdumpCommand {
  static override description = 'give an app what it lacks for heap dumps: buildpack, bucket, secret'

  static override examples = [
    '$ heroku heapdump:setup --dry-run --app example-app',
    '$ heroku heapdump:setup --app example-app',
    '$ heroku heapdump:setup --bucket-env bucket.env --dyno worker.1 --app example-app',
    '$ heroku heapdump:setup --vendor --app example-app',
    '$ heroku heapdump:setup --remove --app example-app',
  ]

  static override args = {
    dir: Args.directory({
      default: '.',
      description: "the app's folder, for --vendor and --remove",
      exists: true,
      ignoreStdin: true,
    }),
  }

  static override flags = {
    'bucket-env': Flags.string({
      description: 'file with the AWS_ names of a bucket of your own, to set on the app in place of an add-on',
      helpValue: 'FILE',
    }),
    buildpack: Flags.string({
      description: 'URL of the heapdump buildpack, where it is not the repository of this plugin',
      helpValue: 'URL',
    }),
    'dry-run': Flags.boolean({description: 'show what would be done, and do nothing'}),
    dyno: Flags.string({
      description: 'dyno to arm; may be given several times (web.1)',
      helpValue: 'web.1',
      multiple: true,
    }),
    plan: Flags.string({
      default: 'bucketeer:hobbyist',
      description: 'add-on plan that brings a bucket, for an app that has none',
      helpValue: 'PLAN',
    }),
    remove: Flags.boolean({
      description: 'take away what a setup has added; the bucket and its dumps stay',
      exclusive: ['bucket-env', 'buildpack', 'dyno', 'vendor'],
    }),
    vendor: Flags.boolean({
      description: "put the agent into the app's own repository, in place of a buildpack",
      exclusive: ['buildpack'],
    }),
    yes: Flags.boolean({char: 'y', description: 'do not ask'}),
  }

  async run(): Promise<SetupResult> {
    const {args, flags} = await this.parse(HeapdumpSetup)
    const settings = await this.settings(flags)
    if (settings.app === null) {
      throw new UserError('A setup is for a Heroku app: there is none in a file.', {
        code: 'no_app',
        exit: 2,
        hint: 'Use --app NAME. Without Heroku, see "verify locally" in the README.',
      })
    }

    const [{applyStep, describeStep, planRemoval, planSetup}, {ownBuildpack}] = await Promise.all([
      import('../../lib/heroku/setup.js'),
      import('../../lib/heroku/own-buildpack.js'),
    ])
    const app = settings.app
    const of = {heroku: this.heroku, settings: {...settings, app}}
    const steps = flags.remove
      ? await planRemoval({...of, directory: args.dir})
      : await planSetup({
          ...of,
          bucketVars: flags['bucket-env'] === undefined ? null : await this.readBucketFile(flags['bucket-env']),
          buildpack: flags.buildpack ?? (await ownBuildpack()),
          dynos: flags.dyno ?? null,
          hasBucket: await this.hasBucket(settings),
          plan: flags.plan,
          vendor: flags.vendor ? args.dir : null,
          version: await this.pluginVersion(),
        })
    const doctor = herokuCommand('heapdump:doctor', [], flag('--app', app))
    const done = new Set<number>()
    const result = () => ({app, steps: steps.map((step, at) => ({done: done.has(at), what: describeStep(step)}))})
    if (steps.length === 0) {
      this.log(flags.remove ? `⬢ ${app} has nothing to take away.` : `⬢ ${app} has all that it takes.`)
      if (!flags.remove) this.propose(proposal`Next: ${doctor}`)
      return result()
    }

    this.say(`${flags['dry-run'] ? 'This would' : 'This will'}, on ⬢ ${app}:`)
    for (const [at, step] of steps.entries()) this.say(`  ${at + 1}. ${describeStep(step)}`)
    if (flags['dry-run']) return result()
    await confirm({given: flags.yes, question: 'Continue? (y/N) ', refused: 'Nothing was done.'})
    for (const [at, step] of steps.entries()) {
      await applyStep(step, this.heroku, app)
      done.add(at)
      this.say(`  ${at + 1}. done`)
    }

    for (const line of this.nextSteps(flags)) this.log(line)
    if (!flags.remove) this.propose(proposal`then: ${doctor}`)
    return result()
  }

  private nextSteps({remove, vendor}: {readonly remove: boolean; readonly vendor: boolean}): readonly string[] {
    if (remove) return ['Next: deploy once, for the agent to be left out.']
    const commit = vendor
      ? ['git add --force vendor/heapdump .profile', 'git commit -m "Add the heap dump agent"']
      : ['git commit --allow-empty -m "arm heapdump"']
    const commands = [...commit, 'git push heroku HEAD:main'].map(command => `  ${command}`)
    return [`Next: deploy once, for the agent to be ${vendor ? 'there' : 'built in'}`, ...commands]
  }

  private async hasBucket({vars, source}: AppSettings): Promise<boolean> {
    const {readBucketSettings} = await import('../../lib/store/bucket-settings.js')
    try {
      readBucketSettings(vars, source)
      return true
    } catch {
      return false
    }
  }

  /** Only what names a bucket: such a file often holds more. */
  private async readBucketFile(path: string): Promise<Record<string, string>> {
    const [{readEnvFile}, {readBucketSettings}] = await Promise.all([
      import('../../lib/heroku/app-settings.js'),
      import('../../lib/store/bucket-settings.js'),
    ])
    const {vars, source} = await readEnvFile(path)
    readBucketSettings(vars, source)
    return Object.fromEntries(Object.entries(vars).filter(([name]) => PLAIN_NAMES.includes(name)))
  }
}
