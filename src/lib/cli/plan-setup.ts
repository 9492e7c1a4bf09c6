// What heapdump:setup was asked → the changes to make, and what to type when they are made.
import type {APIClient} from '@heroku-cli/command'
import {type AppSettings, type ConfigVars, readEnvFile} from '../heroku/app-settings.js'
import {ownBuildpack} from '../heroku/own-buildpack.js'
import {planRemoval, planSetup, type SetupStep} from '../heroku/setup.js'
import {readBucketSettings} from '../store/bucket-settings.js'
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
}

export async function planSteps(flags: SetupFlags, context: Context): Promise<SetupStep[]> {
  if (flags.remove) return planRemoval(context)
  const {directory, heroku, settings, version} = context
  const bucketFile = flags['bucket-env']
  return planSetup({
    bucketVars: bucketFile === undefined ? null : await readBucketFile(bucketFile),
    buildpack: flags.buildpack ?? (await ownBuildpack()),
    dynos: flags.dyno ?? null,
    hasBucket: hasBucket(settings),
    heroku,
    plan: flags.plan,
    settings,
    vendor: flags.vendor ? directory : null,
    version,
  })
}

/** What is left to be done by hand, in lines. */
export function afterSetup({remove, vendor}: SetupFlags): readonly string[] {
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
