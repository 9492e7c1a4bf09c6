// Which Postgres to talk through, found as Heroku's own pg commands find it, and how to reach it: directly or by a bastion.
import type {APIClient} from '@heroku-cli/command'
import {flag, herokuCommand, proposal} from '../command-line.js'
import {UserError} from '../errors.js'
import type {DatabaseAddress} from '../postgres/notify-connection.js'
import type {AppSettings} from './app-settings.js'

export type ReachableDatabase = {
  readonly address: DatabaseAddress
  /** Ends the tunnel through the bastion, if there is one. */
  close(): void
}

/** Variables that may hold the URL, best first: the first is for apps whose DATABASE_URL is pooled or another kind of database. */
const URL_VARIABLES = ['HEAPDUMP_DATABASE_URL', 'DATABASE_URL'] as const

const POOLED_NAMESPACE = 'connection-pooling:default'

/**
 * The database of `settings`. `attachment` names one as `heroku pg:psql` would (an attachment, an add-on, a config var).
 * Throws UserError `no_database`, `database_pooled`, `unknown_database`, `bad_database_url`; errors of the Platform API pass through.
 */
export async function findDatabase(
  settings: AppSettings,
  heroku: APIClient,
  attachment?: string,
): Promise<ReachableDatabase> {
  if (settings.app === null) return direct(urlFromVars(settings, attachment), `the database URL in ${settings.source}`)
  if (attachment === undefined && settings.vars.HEAPDUMP_DATABASE_URL) {
    return direct(settings.vars.HEAPDUMP_DATABASE_URL, 'HEAPDUMP_DATABASE_URL')
  }

  return attached(settings, settings.app, heroku, attachment)
}

function urlFromVars({vars, source}: AppSettings, attachment: string | undefined): string {
  const names = attachment === undefined ? URL_VARIABLES : [attachment, `${attachment}_URL`]
  const url = names.map(one => vars[one]).find(value => value)
  if (url === undefined) {
    throw new UserError(`${source} has no ${names.join(' and no ')}.`, {
      code: 'no_database',
      hint: 'The command travels to the dyno through the Postgres that the app uses.',
    })
  }

  return url
}

async function attached(
  settings: AppSettings,
  app: string,
  heroku: APIClient,
  name: string | undefined,
): Promise<ReachableDatabase> {
  const {DatabaseResolver, getPsqlConfigs, sshTunnel} = await import('@heroku/heroku-cli-util/utils/pg')
  let details
  try {
    details = await new DatabaseResolver(heroku).getDatabase(app, name ?? 'DATABASE_URL')
  } catch (error) {
    return withoutAttachment(error as Error, settings, name)
  }

  if (details.attachment?.namespace === POOLED_NAMESPACE) {
    throw new UserError(`${details.attachment.name} of ⬢ ${app} is a connection pool: a LISTEN is lost there.`, {
      code: 'database_pooled',
      hint: [
        'Name the attachment of the same database that is not pooled with --database (heroku pg:info lists them),',
        'and set HEAPDUMP_DATABASE_URL to its URL so that the agent listens there too.',
      ],
    })
  }

  const address = parseDatabaseUrl(details.url, `the URL of ${details.attachment?.name ?? 'the database'}`)
  if (!details.bastionKey) return {address, close() {}}
  const {dbTunnelConfig} = getPsqlConfigs(details)
  let tunnel
  try {
    tunnel = await sshTunnel(details, dbTunnelConfig)
  } catch (error) {
    throw new UserError((error as Error).message, {
      cause: error,
      code: 'no_tunnel',
      hint: "The database is in a private space and is reached through its bastion. Does heroku pg:psql work from here? If not, look at the space's trusted IP ranges.",
    })
  }

  return {
    address: {...address, host: dbTunnelConfig.localHost, port: dbTunnelConfig.localPort},
    close: () => tunnel?.close(),
  }
}

/** Databases that are no add-on (a provider of their own, a URL set by hand) are known by their config var alone. */
function withoutAttachment(
  error: Error & {http?: unknown},
  settings: AppSettings,
  name: string | undefined,
): ReachableDatabase {
  // What the Platform API refused (401, 403, no such app) is not about databases: its own words are the best.
  if (error.http !== undefined) throw error
  for (const variable of name === undefined ? ['DATABASE_URL'] : [name, `${name}_URL`]) {
    const url = settings.vars[variable]
    if (url) return direct(url, variable)
  }

  if (name !== undefined) throw new UserError(error.message, {cause: error, code: 'unknown_database', exit: 2})
  throw new UserError(`${settings.source} has no database: neither a Postgres add-on nor a DATABASE_URL.`, {
    cause: error,
    code: 'no_database',
    hint: proposal`The command travels to the dyno by NOTIFY. The smallest plan will do: ${herokuCommand('addons:create', ['heroku-postgresql:essential-0'], flag('--app', settings.app ?? ''))}`,
  })
}

function direct(url: string, where: string): ReachableDatabase {
  return {address: parseDatabaseUrl(url, where), close() {}}
}

/** `postgres://user:p%40ss@host:5432/name` → its parts, decoded. The URL itself holds the password and is never shown. */
export function parseDatabaseUrl(url: string, where: string): DatabaseAddress {
  const bad = (why: string) =>
    new UserError(`${where} is not one of Postgres: ${why}.`, {
      code: 'bad_database_url',
      hint: [
        'Expected: postgres://USER:PASSWORD@HOST:5432/NAME (special characters of the password %-encoded).',
        'When the app keeps its data elsewhere, set HEAPDUMP_DATABASE_URL to a Postgres for the talk with the agent.',
      ],
    })
  let parsed: URL
  try {
    parsed = new URL(url)
  } catch {
    throw bad('it does not parse as a URL')
  }

  if (!/^postgres(ql)?:$/.test(parsed.protocol)) throw bad(`it begins with ${parsed.protocol}//`)
  // Sockets and local names, as libpq takes them: postgres:///app.
  const host = parsed.hostname.replaceAll(/^\[|\]$/g, '') || parsed.searchParams.get('host') || 'localhost'
  const loopback = ['localhost', '127.0.0.1', '::1'].includes(host) || host.startsWith('/')
  const sslmode = parsed.searchParams.get('sslmode')
  try {
    return {
      database: decodeURIComponent(parsed.pathname.slice(1)) || 'postgres',
      host: decodeURIComponent(host),
      password: decodeURIComponent(parsed.password),
      port: Number(parsed.port) || 5432,
      tls: sslmode === null ? !loopback : sslmode !== 'disable',
      user: decodeURIComponent(parsed.username),
    }
  } catch {
    throw bad('its user, password or name is not %-encoded')
  }
}
