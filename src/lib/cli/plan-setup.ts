// What heapdump:setup was asked → the changes to make, and what to type when they are made.
import type {APIClient} from '@heroku-cli/command'
import {type AppSettings, type ConfigVars, readEnvFile} from '../heroku/app-settings.js'
import {flag, herokuCommand, proposal} from '../command-line.js'
import {dynoPatterns, matchesDyno} from '../heroku/dyno-names.js'
import {readRunningTypes} from '../heroku/formation.js'
import {ownBuildpack} from '../heroku/own-buildpack.js'
import {planRemoval, planSetup, type SetupStep} from '../heroku/setup.js'
import {readBucketSettings} from '../store/bucket-settings.js'
import {isWanted} from './confirm.js'
import type {SetupFlags} from './setup-flags.js'

const PLAIN_NAMES = [
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_S3_BUCKET_NAME',
  'AWS_REGION',
  'AWS_ENDPOINT_URL_S3',
  'AWS_SESSION_TOKEN',
]

type Context = {
  readonly settings: AppSettings & {readonly app: string}
  readonly heroku: APIClient
  /** The app's folder. */
  readonly directory: string
  /** Of the plugin. */
  readonly version: string
  readonly say: (line: string) => void
}

export async function planSteps(flags: SetupFlags, context: Context): Promise<SetupStep[]> {
  if (flags.remove) return planRemoval(context)
  const {directory, heroku, settings, version} = context
  const bucketFile = flags['bucket-env']
  return planSetup({
    bucketVars: bucketFile === undefined ? null : await readBucketFile(bucketFile),
    buildpack: flags.vendor ? null : (flags.buildpack ?? (await ownBuildpack())),
    directory,
    dynos: flags.dyno ?? (await chooseDynos(flags, context)),
    hasBucket: hasBucket(settings),
    heroku,
    plan: flags.plan,
    settings,
    vendor: flags.vendor,
    version,
  })
}

/** Job workers are where memory grows, but only web.1 is enabled unless somebody says more. null: as it is. */
async function chooseDynos(flags: SetupFlags, {heroku, settings, say}: Context): Promise<readonly string[] | null> {
  const patterns = dynoPatterns(settings.vars.HEAPDUMP_DYNOS)
  const running = await readRunningTypes(heroku, settings.app)
  const without = running.filter(type => !patterns.some(pattern => matchesDyno(pattern, `${type}.1`)))
  if (without.length === 0) return null
  const all = [...patterns, ...without.map(type => `${type}.*`)]
  const names = without.join(' and ')
  const question = `⬢ ${settings.app} also runs ${names} dynos. Enable them too? (y/N) `
  if (!flags.yes && !flags['dry-run'] && (await isWanted(question, 'Nothing was done.'))) return all
  const again = all.flatMap(pattern => flag('--dyno', pattern))
  const line = proposal`To enable ${names} dynos too: ${herokuCommand('heapdump:setup', [], [...again, ...flag('--app', settings.app)])}`
  if (line !== null) say(line)
  return null
}

/** What is left to be done by hand, in lines. */
export function afterSetup({remove}: SetupFlags, steps: readonly SetupStep[]): readonly string[] {
  const vendor = steps.some(({kind}) => kind === 'vendor')
  if (remove) return ['Next: deploy once, for the agent to be left out.']
  const commit = vendor
    ? ['git add --force vendor/heapdump .profile', 'git commit -m "Add the heap dump agent"']
    : ['git commit --allow-empty -m "arm heapdump"']
  const commands = [...commit, 'git push heroku HEAD:main'].map(command => `  ${command}`)
  return [`Next: deploy once, for the agent to be ${vendor ? 'there' : 'built in'}`, ...commands]
}

function hasBucket({vars, source}: AppSettings): boolean {
  try {
    readBucketSettings(vars, source)
    return true
  } catch {
    return false
  }
}

/** Only what names a bucket: such a file often holds more. */
async function readBucketFile(path: string): Promise<ConfigVars> {
  const {vars, source} = await readEnvFile(path)
  readBucketSettings(vars, source)
  return Object.fromEntries(Object.entries(vars).filter(([name]) => PLAIN_NAMES.includes(name)))
}
