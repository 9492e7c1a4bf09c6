// Heroku's library: the client of the Platform API, with the user's credentials, and the app of a git remote.
import {APIClient, flags} from '@heroku-cli/command'
import type {Config} from '@oclif/core'

export function openHeroku(config: Config): APIClient {
  return new APIClient(config)
}

/** The app of this git remote, or of the only Heroku remote; null: there is none. */
export async function appOfRemote(remote: string | undefined): Promise<string | null> {
  const {defaultHelp: _help, ...options} = flags.app()
  if (typeof options.default !== 'function') return null
  return (await options.default({flags: {remote: remote ?? ''}, options})) ?? null
}
