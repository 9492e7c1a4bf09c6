// Heroku's own library: the client of the Platform API, with the user's credentials, and the app that a git remote
// names.
import {APIClient, flags} from '@heroku-cli/command'
import type {Config} from '@oclif/core'

export function openHeroku(config: Config): APIClient {
  return new APIClient(config)
}

/**
 * Runs what reads credentials, from the user's keychain perhaps, or asks for new ones. What goes wrong there Heroku's
 * library would report to its makers, by Sentry: not from here.
 */
export async function withoutReports<Result>(run: () => Promise<Result>): Promise<Result> {
  const before = process.env.DISABLE_TELEMETRY
  process.env.DISABLE_TELEMETRY = 'true'
  try {
    return await run()
  } finally {
    if (before === undefined) delete process.env.DISABLE_TELEMETRY
    else process.env.DISABLE_TELEMETRY = before
  }
}

/** The app of the git remote of this name, or of the only one that is an app's; null without one. */
export async function appOfRemote(remote: string | undefined): Promise<string | null> {
  const options = flags.app()
  if (typeof options.default !== 'function') return null
  return (await options.default({flags: {remote: remote ?? ''}, options})) ?? null
}
