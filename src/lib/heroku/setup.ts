// Setting up an app, or undoing it, as a list of changes: first shown, then made in order.
import type {APIClient} from '@heroku-cli/command'
import {randomBytes} from 'node:crypto'
import {join} from 'node:path'
import {UserError} from '../errors.js'
import type {AppSettings, ConfigVars} from './app-settings.js'
import {isHeapdumpBuildpack, readBuildpacks} from './buildpacks.js'
import {
  addVendored,
  hasVendored,
  isApp,
  isVendored,
  refuseTakenFolder,
  removeVendored,
  vendoredVersion,
} from './vendored-agent.js'

export type SetupStep =
  | {readonly kind: 'addon'; readonly plan: string}
  | {readonly kind: 'buildpacks'; readonly urls: readonly string[]; readonly added: string}
  | {readonly kind: 'fewer-buildpacks'; readonly urls: readonly string[]; readonly removed: string}
  | {readonly kind: 'vendor' | 'unvendor'; readonly directory: string}
  /** Values are never shown. */
  | {readonly kind: 'config'; readonly vars: ConfigVars}
  | {readonly kind: 'unset'; readonly names: readonly string[]}

export type SetupOptions = {
  readonly settings: AppSettings & {readonly app: string}
  readonly heroku: APIClient
  /**
   * null: unknown. Then the agent goes into `directory`, if that is an app; if not, it stays missing. Not used if it is
   * already there.
   */
  readonly buildpack: string | null
  /** Plan of the Bucketeer add-on, used if the app has no bucket and `bucketVars` is null. */
  readonly plan: string
  /** Config vars of the user's own bucket. */
  readonly bucketVars: ConfigVars | null
  /** Dynos to enable; null: no change. */
  readonly chooseDynos: () => Promise<readonly string[] | null>
  readonly hasBucket: boolean
  /** May be the app's directory. */
  readonly directory: string
  /** Copy the agent into `directory` instead of adding a buildpack. */
  readonly vendor: boolean
  readonly version: string
}

/** Empty: nothing to do. */
export async function planSetup(options: SetupOptions): Promise<SetupStep[]> {
  const {settings, heroku, plan, bucketVars, hasBucket} = options
  const steps: SetupStep[] = []
  if (!hasBucket && bucketVars === null) steps.push({kind: 'addon', plan})

  const buildpacks = await readBuildpacks(heroku, settings.app)
  const added = buildpacks.find(isHeapdumpBuildpack)
  if (options.vendor) {
    refuseBoth(added)
    steps.push(...(await planVendor(options.directory, options.version)))
  } else if (!added) {
    const vendored = (await vendoredVersion(options.directory)) !== null
    if (vendored || (options.buildpack === null && (await isApp(options.directory))))
      steps.push(...(await planVendor(options.directory, options.version)))
    else if (options.buildpack !== null) steps.push(addBuildpack(options.buildpack, buildpacks))
  }

  const wanted: Record<string, string> = {...bucketVars}
  if (!settings.vars.HEAPDUMP_SECRET) wanted.HEAPDUMP_SECRET = randomBytes(32).toString('hex')
  const dynos = await options.chooseDynos()
  if (dynos !== null) wanted.HEAPDUMP_DYNOS = dynos.join(',')
  const vars = Object.fromEntries(Object.entries(wanted).filter(([name, value]) => settings.vars[name] !== value))
  if (Object.keys(vars).length > 0) steps.push({kind: 'config', vars})
  return steps
}

/** Empty: this version of the agent is already there. Throws the errors of `refuseTakenFolder`. */
export async function planVendor(directory: string, version: string): Promise<SetupStep[]> {
  await refuseTakenFolder(directory)
  return (await isVendored(directory, version)) ? [] : [{directory, kind: 'vendor'}]
}

/** Removes what either kind of setup added, except the bucket, which holds the dumps. */
export async function planRemoval(
  options: Pick<SetupOptions, 'heroku' | 'settings'> & {readonly directory: string},
): Promise<SetupStep[]> {
  const {directory, heroku, settings} = options
  const steps: SetupStep[] = []
  const buildpacks = await readBuildpacks(heroku, settings.app)
  const removed = buildpacks.find(isHeapdumpBuildpack)
  if (removed)
    steps.push({kind: 'fewer-buildpacks', removed, urls: buildpacks.filter(url => !isHeapdumpBuildpack(url))})
  if (await hasVendored(directory)) steps.push({directory, kind: 'unvendor'})
  const names = ['HEAPDUMP_SECRET', 'HEAPDUMP_DYNOS'].filter(name => settings.vars[name])
  if (names.length > 0) steps.push({kind: 'unset', names})
  return steps
}

/** Both would load two agents, maybe of two versions, in one dyno. */
function refuseBoth(buildpack: string | undefined): void {
  if (!buildpack) return
  throw new UserError(`The app already has the buildpack ${buildpack}, which contains the agent.`, {
    code: 'has_buildpack',
    hint: 'Remove it first: heroku heapdump:setup --remove',
  })
}

/** The same for a buildpack that the user named. */
export async function refuseSecondAgent(directory: string): Promise<void> {
  if ((await vendoredVersion(directory)) === null) return
  throw new UserError(`${join(directory, 'vendor/heapdump')} already contains the agent.`, {
    code: 'exists',
    hint: 'Remove it first: heroku heapdump:setup --remove',
  })
}

/** Ours goes first: without a Procfile, the last buildpack defines `web`, and that must be Ruby's. */
function addBuildpack(buildpack: string, others: readonly string[]): SetupStep {
  // Without buildpacks, Heroku detects Ruby. With ours alone, it would not.
  return {added: buildpack, kind: 'buildpacks', urls: [buildpack, ...(others.length > 0 ? others : ['heroku/ruby'])]}
}

export async function hasBuildpack(heroku: APIClient, app: string): Promise<boolean> {
  return (await readBuildpacks(heroku, app)).some(isHeapdumpBuildpack)
}

/** One line, without secrets. */
export function describeStep(step: SetupStep): string {
  switch (step.kind) {
    case 'addon': {
      return `add the add-on ${step.plan} (prices: heroku addons:plans bucketeer)`
    }

    case 'buildpacks': {
      return `add the buildpack ${step.added} at index 1 (then: ${step.urls.slice(1).join(', ')})`
    }

    case 'fewer-buildpacks': {
      return `remove the buildpack ${step.removed} (then: ${step.urls.join(', ')})`
    }

    case 'vendor': {
      return `add the agent to ${join(step.directory, 'vendor/heapdump')}, and five lines to ${join(step.directory, '.profile')}`
    }

    case 'unvendor': {
      return `remove the agent from ${join(step.directory, 'vendor/heapdump')}, and its lines from ${join(step.directory, '.profile')}`
    }

    case 'unset': {
      return `unset ${step.names.join(', ')} (restarts the dynos)`
    }

    case 'config': {
      return `set ${Object.keys(step.vars).join(', ')} (restarts the dynos)`
    }
  }
}

export async function applyStep(step: SetupStep, heroku: APIClient, appName: string): Promise<void> {
  const app = encodeURIComponent(appName)
  switch (step.kind) {
    case 'addon': {
      await heroku.post(`/apps/${app}/addons`, {body: {plan: step.plan}})
      return
    }

    case 'vendor': {
      return addVendored(step.directory)
    }

    case 'unvendor': {
      return removeVendored(step.directory)
    }

    case 'unset': {
      await heroku.patch(`/apps/${app}/config-vars`, {body: Object.fromEntries(step.names.map(name => [name, null]))})
      return
    }

    case 'fewer-buildpacks':
    case 'buildpacks': {
      await heroku.put(`/apps/${app}/buildpack-installations`, {
        body: {updates: step.urls.map(buildpack => ({buildpack}))},
      })
      return
    }

    case 'config': {
      await heroku.patch(`/apps/${app}/config-vars`, {body: step.vars})
    }
  }
}
