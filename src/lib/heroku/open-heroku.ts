// Heroku's own library: the client of the Platform API, with the user's credentials, and the app that a git remote
// names.
import {APIClient, flags} from '@heroku-cli/command'
import type {Config} from '@oclif/core'

export function openHeroku(config: Config): APIClient {
  return new APIClient(config)
}

/** The app of the git remote of this name, or of the only one that is an app's; null without one. */
export async function appOfRemote(remote: string | undefined): Promise<string | null> {
  const {defaultHelp: _help, ...options} = flags.app()
  if (typeof options.default !== 'function') return null
  return (await options.default({flags: {remote: remote ?? ''}, options})) ?? null
}
