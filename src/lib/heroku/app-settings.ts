// The configuration of a command: an app's config vars, or a dotenv file instead.
import type {APIClient} from '@heroku-cli/command'
import {readFile} from 'node:fs/promises'
import {fileProblem, UserError} from '../errors.js'

export type ConfigVars = Readonly<Record<string, string>>

export type AppSettings = {
  /** null: the configuration is a file, without a Heroku app. */
  readonly app: string | null
  readonly vars: ConfigVars
  /** Where the variables come from, for messages: `⬢ shop`, `.env`. */
  readonly source: string
}

/** The app's config vars. Passes errors of the Platform API through ("Couldn't find that app."). */
export async function readAppSettings(heroku: APIClient, app: string): Promise<AppSettings> {
  await heroku.getAuth()
  const {body} = await heroku.get<Record<string, string>>(`/apps/${encodeURIComponent(app)}/config-vars`)
  return {app, source: `⬢ ${app}`, vars: body}
}

/** A file of NAME=value lines, as dotenv reads them. Does not change the environment of this process. */
export async function readEnvFile(path: string): Promise<AppSettings> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    throw new UserError(`Cannot read ${path}: ${fileProblem(error) ?? (error as Error).message}.`, {
      cause: error,
      code: 'no_env_file',
      exit: 2,
    })
  }

  const {parse} = await import('dotenv')
  return {app: null, source: path, vars: parse(text)}
}
