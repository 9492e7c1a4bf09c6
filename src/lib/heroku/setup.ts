// What an app lacks for its first dump, as a list of changes: shown first, then made, in this order.
import type {APIClient} from '@heroku-cli/command'
import {randomBytes} from 'node:crypto'
import {UserError} from '../errors.js'
import type {AppSettings, ConfigVars} from './app-settings.js'
import {isHeapdumpBuildpack, readBuildpacks} from './buildpacks.js'

export type SetupStep =
  | {readonly kind: 'addon'; readonly plan: string}
  | {readonly kind: 'buildpacks'; readonly urls: readonly string[]; readonly added: string}
  /** Values are never shown. */
  | {readonly kind: 'config'; readonly vars: ConfigVars}

export type SetupOptions = {
  readonly settings: AppSettings & {readonly app: string}
  readonly heroku: APIClient
  /** null: nobody said which, which is an error when it is needed. */
  readonly buildpack: string | null
  /** Of Bucketeer, when the app has no bucket and `bucketVars` is null. */
  readonly plan: string
  /** A bucket of one's own, to be written into the app's config. */
  readonly bucketVars: ConfigVars | null
  /** Dynos to arm; null: as they are. */
  readonly dynos: readonly string[] | null
  readonly hasBucket: boolean
}

/** Empty: there is nothing to do. */
export async function planSetup(options: SetupOptions): Promise<SetupStep[]> {
  const {settings, heroku, plan, bucketVars, dynos, hasBucket} = options
  const steps: SetupStep[] = []
  if (!hasBucket && bucketVars === null) steps.push({kind: 'addon', plan})

  const buildpacks = await readBuildpacks(heroku, settings.app)
  if (!buildpacks.some(isHeapdumpBuildpack)) steps.push(addBuildpack(options.buildpack, buildpacks))

  const wanted: Record<string, string> = {...bucketVars}
  if (!settings.vars.HEAPDUMP_SECRET) wanted.HEAPDUMP_SECRET = randomBytes(32).toString('hex')
  if (dynos !== null) wanted.HEAPDUMP_DYNOS = dynos.join(',')
  const vars = Object.fromEntries(Object.entries(wanted).filter(([name, value]) => settings.vars[name] !== value))
  if (Object.keys(vars).length > 0) steps.push({kind: 'config', vars})
  return steps
}

/** First, because the last one decides what `web` means when there is no Procfile, and that is Ruby's business. */
function addBuildpack(buildpack: string | null, others: readonly string[]): SetupStep {
  if (buildpack === null) {
    throw new UserError('Which buildpack? This copy of the plugin does not know where its repository is.', {
      code: 'no_buildpack_url',
      exit: 2,
      hint: 'Name it: --buildpack URL-OF-THE-REPOSITORY',
    })
  }

  // An app without any has Ruby's detected; with ours alone it would have none.
  return {added: buildpack, kind: 'buildpacks', urls: [buildpack, ...(others.length > 0 ? others : ['heroku/ruby'])]}
}

/** One line for each step, with no secret in it. */
export function describeStep(step: SetupStep): string {
  switch (step.kind) {
    case 'addon': {
      return `add the add-on ${step.plan} (a bucket; what it costs: heroku addons:plans bucketeer)`
    }

    case 'buildpacks': {
      return `add the buildpack ${step.added} at index 1 (then: ${step.urls.slice(1).join(', ')})`
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

    case 'buildpacks': {
      await heroku.put(`/apps/${app}/buildpack-installations`, {body: {updates: step.urls.map(buildpack => ({buildpack}))}})
      return
    }

    case 'config': {
      await heroku.patch(`/apps/${app}/config-vars`, {body: step.vars})
    }
  }
}
