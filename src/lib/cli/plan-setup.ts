// The flags of heapdump:setup → the changes to make, and what to type afterwards.
import type {APIClient} from '@heroku-cli/command'
import {type AppSettings, type ConfigVars, readEnvFile} from '../heroku/app-settings.js'
import {flag, herokuCommand, proposal} from '../command-line.js'
import {dynoPatterns, matchesDyno} from '../heroku/dyno-names.js'
import {readRunningTypes} from '../heroku/formation.js'
import {ownBuildpack} from '../heroku/own-buildpack.js'
import {hasBuildpack, planRemoval, planSetup, refuseSecondAgent, type SetupStep} from '../heroku/setup.js'
import {vendoredVersion} from '../heroku/vendored-agent.js'
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
  /** The app's directory. */
  readonly directory: string
  /** The plugin's version. */
  readonly version: string
  readonly say: (line: string) => void
}

export async function planSteps(flags: SetupFlags, context: Context): Promise<SetupStep[]> {
  if (flags.remove) return planRemoval(context)
  const {directory, heroku, settings, version} = context
  const bucketFile = flags['bucket-env']
  if (flags.buildpack !== undefined) await refuseSecondAgent(directory)
  return planSetup({
    bucketVars: bucketFile === undefined ? null : await readBucketFile(bucketFile),
    buildpack: flags.vendor ? null : (flags.buildpack ?? (await ownBuildpack())),
    chooseDynos: async () => flags.dyno ?? chooseDynos(flags, context),
    directory,
    hasBucket: hasBucket(settings),
    heroku,
    plan: flags.plan,
    settings,
    vendor: flags.vendor,
    version,
  })
}

/** Memory often grows in job workers, but setup enables only web.1 unless told otherwise. null: keep the current dynos. */
async function chooseDynos(flags: SetupFlags, {heroku, settings, say}: Context): Promise<readonly string[] | null> {
  const patterns = dynoPatterns(settings.vars.HEAPDUMP_DYNOS)
  const running = await readRunningTypes(heroku, settings.app)
  const without = running.filter(type => !patterns.some(pattern => matchesDyno(pattern, `${type}.1`)))
  if (without.length === 0) return null
  const all = [...patterns, ...without.map(type => `${type}.*`)]
  const names = without.join(' and ')
  const question = `⬢ ${settings.app} also runs ${names} dynos. Enable them too? (y/N) `
  if (!flags.yes && !flags['dry-run'] && (await isWanted(question, 'Nothing was changed.'))) return all
  const again = all.flatMap(pattern => flag('--dyno', pattern))
  const command = herokuCommand('heapdump:setup', [], [...again, ...flag('--app', settings.app)])
  const line = proposal`To enable ${names} dynos too: ${command}`
  if (line !== null) say(line)
  return null
}

/** The steps left for the person, as lines. Without `steps`, the app was already set up, maybe without a deploy. */
export async function afterSetup(
  {remove}: SetupFlags,
  steps: readonly SetupStep[],
  {directory, heroku, settings: {app}}: Context,
): Promise<readonly string[]> {
  if (remove) {
    if (steps.length === 0) return [`⬢ ${app} has nothing to remove.`]
    const commit = steps.some(({kind}) => kind === 'unvendor')
      ? 'git commit -m "Remove the heap dump agent" -- vendor/heapdump .profile'
      : 'git commit --allow-empty -m "Remove heapdump"'
    return deployLines('Next: deploy once, to remove the agent from the slug:', [commit])
  }

  const vendored = (await vendoredVersion(directory)) !== null
  const added = steps.some(({kind}) => kind === 'buildpacks')
  if (!vendored && !added && !(await hasBuildpack(heroku, app))) {
    const vendor = herokuCommand('heapdump:setup', [], ['--vendor', ...flag('--app', app)])
    return [
      "The agent is still missing: this plugin does not know its buildpack's URL.",
      "Next, in the app's directory, add the agent to its repository:",
      proposal`  ${vendor}`,
      'Or name a buildpack with --buildpack URL.',
    ].filter(line => line !== null)
  }

  const commit = vendored
    ? ['git add --force vendor/heapdump .profile', 'git commit -m "Add the heap dump agent"']
    : ['git commit --allow-empty -m "Enable heapdump"']
  const goal = `to ${vendored ? 'release' : 'build in'} the agent`
  return steps.length === 0
    ? [`⬢ ${app} is already set up.`, ...deployLines(`If you have not deployed since, deploy once, ${goal}:`, commit)]
    : deployLines(`Next: deploy once, ${goal}:`, commit)
}

function deployLines(title: string, commit: readonly string[]): readonly string[] {
  return [title, ...[...commit, 'git push heroku HEAD:main'].map(command => `  ${command}`)]
}

function hasBucket({vars, source}: AppSettings): boolean {
  try {
    readBucketSettings(vars, source)
    return true
  } catch {
    return false
  }
}

/** Only the bucket's variables: such a file often holds more. */
async function readBucketFile(path: string): Promise<ConfigVars> {
  const {vars, source} = await readEnvFile(path)
  readBucketSettings(vars, source)
  return Object.fromEntries(Object.entries(vars).filter(([name]) => PLAIN_NAMES.includes(name)))
}
