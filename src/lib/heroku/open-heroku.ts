// Heroku's library: the client of the Platform API, with the user's credentials, and the app of a git remote.
import {APIClient, flags} from '@heroku-cli/command'
import type {Config} from '@oclif/core'
import {UserError} from '../errors.js'

export function openHeroku(config: Config): APIClient {
  const heroku = new APIClient(config)
  // Without credentials it waits for a key, and fails unless stdin is a terminal.
  if (!process.stdin.isTTY) {
    heroku.login = async () => {
      throw new UserError('You are not logged in to Heroku.', {
        code: 'not_logged_in',
        exit: 2,
        hint: 'Log in: heroku login. Or set HEROKU_API_KEY.',
      })
    }
  }

  return heroku
}

/** The app of this git remote, or of the only Heroku remote; null: there is none. */
export async function appOfRemote(remote: string | undefined): Promise<string | null> {
  const {defaultHelp: _help, ...options} = flags.app()
  if (typeof options.default !== 'function') return null
  return (await options.default({flags: {remote: remote ?? ''}, options})) ?? null
}
