// Finds the Postgres to talk through, as Heroku's pg commands do, and how to reach it: directly or through a bastion.
import type {APIClient} from '@heroku-cli/command'
import {flag, herokuCommand, proposal} from '../command-line.js'
import {UserError} from '../errors.js'
import type {DatabaseAddress} from '../postgres/notify-connection.js'
import type {AppSettings} from './app-settings.js'

export type ReachableDatabase = {
  readonly address: DatabaseAddress
  /** Closes the tunnel through the bastion, if there is one. */
  close(): void
}

/** Variables with the URL, best first. HEAPDUMP_DATABASE_URL is for apps with a pooled or non-Postgres DATABASE_URL. */
const URL_VARIABLES = ['HEAPDUMP_DATABASE_URL', 'DATABASE_URL'] as const

const POOLED_NAMESPACE = 'connection-pooling:default'

/**
 * The database of `settings`. `attachment`: an attachment, an add-on or a config var, as in `heroku pg:psql`. Throws
 * UserError `no_database`, `database_pooled`, `unknown_database`, `bad_database_url`, and passes errors of the Platform
 * API through.
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
    throw new UserError(`${source} does not set ${names.join(' or ')}.`, {
      code: 'no_database',
      hint: "Set it to the URL of the app's Postgres, through which commands reach the dyno.",
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
    throw new UserError(`${details.attachment.name} of ⬢ ${app} is a connection pool, where LISTEN does not work.`, {
      code: 'database_pooled',
      hint: [
        'With --database, name an attachment of the same database that is not pooled (heroku pg:info lists them).',
        'Set HEAPDUMP_DATABASE_URL to its URL, so that the agent listens there too.',
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
      hint: [
        'The database is in a private space, behind a bastion.',
        "If heroku pg:psql fails here too, check the space's trusted IP ranges.",
      ],
    })
  }

  return {
    address: {...address, host: dbTunnelConfig.localHost, port: dbTunnelConfig.localPort},
    close: () => tunnel?.close(),
  }
}

/** Databases that are not add-ons (another provider, a URL set manually) only have a config var. */
function withoutAttachment(
  error: Error & {http?: unknown},
  settings: AppSettings,
  name: string | undefined,
): ReachableDatabase {
  // An error of the Platform API (401, 403, no such app) is not about databases and explains itself.
  if (error.http !== undefined) throw error
  for (const variable of name === undefined ? ['DATABASE_URL'] : [name, `${name}_URL`]) {
    const url = settings.vars[variable]
    if (url) return direct(url, variable)
  }

  if (name !== undefined) throw new UserError(error.message, {cause: error, code: 'unknown_database', exit: 2})
  throw new UserError(`${settings.source} has no database: neither a Postgres add-on nor a DATABASE_URL.`, {
    cause: error,
    code: 'no_database',
    hint: proposal`Commands reach the dyno through Postgres. The smallest plan suffices: ${herokuCommand('addons:create', ['heroku-postgresql:essential-0'], flag('--app', settings.app ?? ''))}`,
  })
}

function direct(url: string, where: string): ReachableDatabase {
  return {address: parseDatabaseUrl(url, where), close() {}}
}

/** `postgres://user:p%40ss@host:5432/name` → its decoded parts. The URL contains the password and is never shown. */
export function parseDatabaseUrl(url: string, where: string): DatabaseAddress {
  const bad = (why: string) =>
    new UserError(`${where} is not a Postgres URL: ${why}.`, {
      code: 'bad_database_url',
      hint: [
        'Expected postgres://USER:PASSWORD@HOST:5432/NAME, with special characters %-encoded.',
        'If the app uses another kind of database, set HEAPDUMP_DATABASE_URL to a Postgres for talking to the agent.',
      ],
    })
  let parsed: URL
  try {
    parsed = new URL(url)
  } catch {
    throw bad('it does not parse as a URL')
  }

  if (!/^postgres(ql)?:$/.test(parsed.protocol)) throw bad(`it begins with ${parsed.protocol}//`)
  // As in libpq, the host can be a socket directory or missing: postgres:///app.
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
