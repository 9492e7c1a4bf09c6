// The result of one check between this machine and a stored dump.
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
  /** What was found, or why the check was skipped. */
  readonly text: string
  /** What to do or to type, as lines; null: nothing. */
  readonly fix: string | null
}

export const ok = (name: CheckName, text: string): Check => ({fix: null, name, state: 'ok', text})
export const failed = (name: CheckName, text: string, fix: string | null): Check => ({fix, name, state: 'failed', text})
export const skipped = (name: CheckName, text: string): Check => ({fix: null, name, state: 'skipped', text})

/** Turns a UserError into a failed check. Rethrows other errors, which are bugs. */
export async function attempt(name: CheckName, look: () => Promise<Check>): Promise<Check> {
  try {
    return await look()
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return failed(name, error.message, error.hint ?? 'Try again.')
  }
}
