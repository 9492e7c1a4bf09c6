// The database of the configuration, through which commands reach the agents.
import type {APIClient} from '@heroku-cli/command'
import type {AppSettings} from '../heroku/app-settings.js'
import {findDatabase} from '../heroku/database.js'
import {DatabaseSession} from '../postgres/session.js'

/** Throws the UserErrors of findDatabase. Does not connect yet. */
export async function openDatabase(
  settings: AppSettings,
  heroku: APIClient,
  attachment?: string,
): Promise<DatabaseSession> {
  return new DatabaseSession(await findDatabase(settings, heroku, attachment))
}
