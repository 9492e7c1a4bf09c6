import {Flags} from '@oclif/core'
import {HeapdumpCommand} from '../../lib/base-command.js'
import {flag, herokuCommand, proposal} from '../../lib/command-line.js'
import {UserError} from '../../lib/errors.js'
import type {AppSettings} from '../../lib/heroku/app-settings.js'

export type SetupResult = {
  readonly app: string
  readonly steps: ReadonlyArray<{readonly what: string; readonly done: boolean}>
}

const PLAIN_NAMES = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_S3_BUCKET_NAME', 'AWS_REGION', 'AWS_ENDPOINT_URL_S3', 'AWS_SESSION_TOKEN']

export default class HeapdumpSetup extends HeapdumpCommand {
  static override description = 'give an app what it lacks for heap dumps: buildpack, bucket, secret'

  static override examples = [
    '$ heroku heapdump:setup --dry-run --app example-app',
    '$ heroku heapdump:setup --app example-app',
    '$ heroku heapdump:setup --bucket-env bucket.env --dyno worker.1 --app example-app',
  ]

  static override flags = {
    'bucket-env': Flags.string({description: 'file with the AWS_ names of a bucket of your own, to set on the app in place of an add-on', helpValue: 'FILE'}),
    buildpack: Flags.string({description: 'URL of the heapdump buildpack', helpValue: 'URL'}),
    'dry-run': Flags.boolean({description: 'show what would be done, and do nothing'}),
    dyno: Flags.string({description: 'dyno to arm; may be given several times (web.1)', helpValue: 'web.1', multiple: true}),
    plan: Flags.string({default: 'bucketeer:hobbyist', description: 'add-on plan that brings a bucket, for an app that has none', helpValue: 'PLAN'}),
    yes: Flags.boolean({char: 'y', description: 'do not ask'}),
  }

  async run(): Promise<SetupResult> {
    const {flags} = await this.parse(HeapdumpSetup)
    const settings = await this.settings(flags)
    if (settings.app === null) {
      throw new UserError('A setup is for a Heroku app: there is none in a file.', {code: 'no_app', exit: 2, hint: 'Use --app NAME. Without Heroku, see "verify locally" in the README.'})
    }

    const {applyStep, describeStep, planSetup} = await import('../../lib/heroku/setup.js')
    const app = settings.app
    const steps = await planSetup({
      bucketVars: flags['bucket-env'] === undefined ? null : await this.readBucketFile(flags['bucket-env']),
      buildpack: flags.buildpack ?? (await this.repository()),
      dynos: flags.dyno ?? null,
      hasBucket: await this.hasBucket(settings),
      heroku: this.heroku,
      plan: flags.plan,
      settings: {...settings, app},
    })
    const doctor = herokuCommand('heapdump:doctor', [], flag('--app', app))
    const done = new Set<number>()
    const result = () => ({app, steps: steps.map((step, at) => ({done: done.has(at), what: describeStep(step)}))})
    if (steps.length === 0) {
      this.log(`⬢ ${app} has all that it takes.`)
      this.propose(proposal`Next: ${doctor}`)
      return result()
    }

    this.say(`${flags['dry-run'] ? 'This would' : 'This will'}, on ⬢ ${app}:`)
    for (const [at, step] of steps.entries()) this.say(`  ${at + 1}. ${describeStep(step)}`)
    if (flags['dry-run']) return result()
    await this.confirm(flags.yes)
    for (const [at, step] of steps.entries()) {
      await applyStep(step, this.heroku, app)
      done.add(at)
      this.say(`  ${at + 1}. done`)
    }

    this.log('Next: deploy once, for the agent to be built in', '  git commit --allow-empty -m "arm heapdump" && git push heroku HEAD:main')
    this.propose(proposal`then: ${doctor}`)
    return result()
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
    const [{readEnvFile}, {readBucketSettings}] = await Promise.all([import('../../lib/heroku/app-settings.js'), import('../../lib/store/bucket-settings.js')])
    const {vars, source} = await readEnvFile(path)
    readBucketSettings(vars, source)
    return Object.fromEntries(Object.entries(vars).filter(([name]) => PLAIN_NAMES.includes(name)))
  }

  private async confirm(yes: boolean): Promise<void> {
    if (yes) return
    if (!process.stdin.isTTY || !process.stderr.isTTY) {
      throw new UserError('Nobody is there to agree: standard input is no terminal.', {code: 'not_confirmed', exit: 2, hint: 'In a script, say so beforehand with --yes.'})
    }

    const {ask} = await import('../../lib/ask.js')
    if (!/^y(es)?$/i.test((await ask('Continue? (y/N) ')) ?? '')) throw new UserError('Nothing was done.', {code: 'not_confirmed'})
  }

  /** Where this plugin came from, if its package says so: the same repository is the buildpack. */
  private async repository(): Promise<string | null> {
    const {readFile} = await import('node:fs/promises')
    const {repository} = JSON.parse(await readFile(new URL('../../../package.json', import.meta.url), 'utf8')) as {repository?: string | {url?: string}}
    const url = typeof repository === 'string' ? repository : repository?.url
    return url?.replace(/^git\+/, '').replace(/\.git$/, '') ?? null
  }
}
