// Which app a setup is for, and what it would do to files where there is none.
import {UserError} from '../errors.js'
import type {AppSettings} from '../heroku/app-settings.js'
import {describeStep, planVendor} from '../heroku/setup.js'
import type {SettingsFlags} from './base-command.js'
import type {SetupFlags} from './setup-flags.js'

/** null: no app is needed, for files alone are looked at. Throws UserError `no_app`: a setup is for an app. */
export async function appOfSetup(
  flags: SettingsFlags & SetupFlags,
  readSettings: () => Promise<AppSettings>,
): Promise<(AppSettings & {readonly app: string}) | null> {
  const needed = {
    code: 'no_app' as const,
    exit: 2 as const,
    hint: "Use --app NAME, or run this in the app's folder. Without Heroku, see docs/without-heroku.md.",
  }
  if (flags.env !== undefined) throw new UserError('A setup is for a Heroku app: there is none in a file.', needed)
  try {
    const {app, ...settings} = await readSettings()
    if (app === null) throw new UserError('No app given.', needed)
    return {...settings, app}
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== 'no_app') throw error
    if (flags.vendor && flags['dry-run']) return null
    throw new UserError('No app given.', needed)
  }
}

/** What --vendor would do to the app's folder, a line each. */
export async function filesOfSetup(directory: string, version: string): Promise<readonly string[]> {
  return (await planVendor(directory, version)).map(describeStep)
}
