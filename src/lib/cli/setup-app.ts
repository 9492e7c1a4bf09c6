// The app of a setup, or the files that it would change without one.
import {UserError} from '../errors.js'
import type {AppSettings} from '../heroku/app-settings.js'
import {describeStep, planVendor} from '../heroku/setup.js'
import type {SettingsFlags} from './base-command.js'
import type {SetupFlags} from './setup-flags.js'

/** null: only files are checked, which needs no app. Throws UserError `no_app`. */
export async function appOfSetup(
  flags: SettingsFlags & SetupFlags,
  readSettings: () => Promise<AppSettings>,
): Promise<(AppSettings & {readonly app: string}) | null> {
  const options = {
    code: 'no_app' as const,
    exit: 2 as const,
    hint: "Use --app NAME, or run this in the app's directory. Without Heroku, see docs/without-heroku.md.",
  }
  if (flags.env !== undefined)
    throw new UserError('heapdump:setup needs a Heroku app, which --env does not name.', options)
  try {
    const {app, ...settings} = await readSettings()
    if (app === null) throw new UserError('No app given.', options)
    return {...settings, app}
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== 'no_app') throw error
    if (flags.vendor && flags['dry-run']) return null
    throw new UserError('No app given.', options)
  }
}

/** What --vendor would do to the app's directory, as lines. */
export async function filesOfSetup(directory: string, version: string): Promise<readonly string[]> {
  return (await planVendor(directory, version)).map(describeStep)
}
