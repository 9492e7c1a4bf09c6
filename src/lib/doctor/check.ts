// One link of the chain from the laptop to the dump, looked at.
import {UserError} from '../errors.js'

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
] as const

export type CheckName = (typeof CHECKS)[number]

export type Check = {
  readonly name: CheckName
  readonly state: 'ok' | 'failed' | 'skipped'
  /** What was found, or why nobody looked. */
  readonly text: string
  /** What to do or to type, in lines; null when there is nothing to do. */
  readonly fix: string | null
}

export const ok = (name: CheckName, text: string): Check => ({fix: null, name, state: 'ok', text})
export const failed = (name: CheckName, text: string, fix: string | null): Check => ({fix, name, state: 'failed', text})
export const skipped = (name: CheckName, text: string): Check => ({fix: null, name, state: 'skipped', text})

/** What a person can act on becomes a failed check; a bug stays one. */
export async function attempt(name: CheckName, look: () => Promise<Check>): Promise<Check> {
  try {
    return await look()
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return failed(name, error.message, error.hint ?? 'Try again.')
  }
}
