// The way to the agents: the database of the configuration.
import type {APIClient} from '@heroku-cli/command'
import type {AppSettings} from '../heroku/app-settings.js'
import {findDatabase} from '../heroku/database.js'
import {DatabaseSession} from '../postgres/session.js'

/** Throws the UserErrors of findDatabase. Nothing is connected yet. */
export async function openDatabase(
  settings: AppSettings,
  heroku: APIClient,
  attachment?: string,
): Promise<DatabaseSession> {
  return new DatabaseSession(await findDatabase(settings, heroku, attachment))
}
