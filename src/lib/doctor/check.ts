// The result of one check between this machine and a stored dump.
import type {APIClient} from '@heroku-cli/command'
import type {Target} from '../command-line.js'
import {UserError} from '../errors.js'
import type {AppSettings} from '../heroku/app-settings.js'

export const CHECKS = [
  'config',
  'secret',
  'bucket',
  'database',
  'buildpack',
  'dyno',
  'agent',
  'version',
  'tracing',
  'memory',
] as const

export type CheckName = (typeof CHECKS)[number]

export type Check = {
  readonly name: CheckName
  /** `warning`: dumps work, but the app is known to use more memory this way. It is not counted as a problem. */
  readonly state: 'ok' | 'warning' | 'failed' | 'skipped'
  /** What was found, or why the check was skipped. */
  readonly text: string
  /** What to do or to type, as lines; null: nothing. */
  readonly fix: string | null
}

export type DiagnoseOptions = {
  readonly settings: AppSettings
  readonly heroku: APIClient
  readonly database?: string | undefined
  readonly pluginVersion: string
  readonly answerTimeoutMs: number
  readonly target: Target
  /** Only the steps before the agents; an error of one is thrown, not reported. */
  readonly quick?: boolean
  readonly onCheck?: ((name: CheckName) => void) | undefined
}

export const DEPLOY = 'Deploy once:  git commit --allow-empty -m "Enable heapdump" && git push heroku HEAD:main'
export const RUN_IN_DIRECTORY = "Run it in the app's directory, then deploy as it says."

export const ok = (name: CheckName, text: string): Check => ({fix: null, name, state: 'ok', text})
export const failed = (name: CheckName, text: string, fix: string | null): Check => ({fix, name, state: 'failed', text})
export const skipped = (name: CheckName, text: string): Check => ({fix: null, name, state: 'skipped', text})

export async function skip(name: CheckName, why: string): Promise<Check> {
  return skipped(name, `skipped: ${why}`)
}

/** Turns a UserError into a failed check. Rethrows other errors, which are bugs. */
export async function attempt(name: CheckName, look: () => Promise<Check>): Promise<Check> {
  try {
    return await look()
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return failed(name, error.message, error.hint ?? 'Try again.')
  }
}
