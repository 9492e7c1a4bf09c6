// A Postgres connection for NOTIFY and LISTEN, with errors that say what to do.
import type {Client, QueryResultRow} from 'pg'
import {randomBytes} from 'node:crypto'
import {UserError} from '../errors.js'

export type DatabaseAddress = {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  readonly database: string
  /** Heroku's databases require TLS, but their certificates are not signed by a public authority. */
  readonly tls: boolean
}

export type Notification = {readonly channel: string; readonly payload: string}

const CONNECT_TIMEOUT_MS = 10_000
/** Timeout of a query, which normally takes a few milliseconds. */
export const PATIENCE = {queryMs: 15_000}
const ECHO_TIMEOUT_MS = 3000

const POOLED_HINT = [
  'LISTEN needs its own session, so neither this command nor the agent can use the pool.',
  'Set HEAPDUMP_DATABASE_URL to the direct URL of the same database, or use --database with an unpooled attachment.',
]

export class NotifyConnection {
  private readonly waiting: Notification[] = []
  private wake: (() => void) | null = null
  private failure: Error | null = null
  /** How far this machine's clock is ahead of the database's. */
  private aheadMs = 0

  private constructor(
    private readonly client: Client,
    private readonly address: DatabaseAddress,
  ) {
    client.on('notification', ({channel, payload}) => {
      this.waiting.push({channel, payload: payload ?? ''})
      this.wake?.()
    })
    client.on('error', error => {
      this.failure = error
      this.wake?.()
    })
    client.on('end', () => {
      this.failure ??= new Error('the server closed the connection')
      this.wake?.()
    })
  }

  /** Connects, and verifies that every session hears its NOTIFY: the database is a leader, and not pooled. */
  static async open(address: DatabaseAddress): Promise<NotifyConnection> {
    const client = await newClient(address)
    const connection = new NotifyConnection(client, address)
    try {
      await client.connect()
      await connection.refuseFollower()
      await connection.refusePool()
      return connection
    } catch (error) {
      await connection.close()
      throw error instanceof UserError ? error : explain(error as Error & {code?: string}, address)
    }
  }

  /**
   * Milliseconds, by this machine's clock or the database's, whichever is behind. A message signed with a future time
   * could be replayed when that time comes.
   */
  now(): number {
    return Date.now() - this.aheadMs
  }

  async listen(channel: string): Promise<void> {
    await this.query(`LISTEN ${this.client.escapeIdentifier(channel)}`)
  }

  async notify(channel: string, payload: string): Promise<void> {
    await this.query('SELECT pg_notify($1, $2)', [channel, payload])
  }

  /** The next notification; null after `timeoutMs`, or if `signal` aborts the wait. */
  async next(timeoutMs: number, signal?: AbortSignal): Promise<Notification | null> {
    const queued = this.waiting.shift()
    if (queued) return queued
    if (this.failure) throw this.lost(this.failure)
    if (signal?.aborted) return null
    await new Promise<void>(resolve => {
      const wake = () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', wake)
        resolve()
      }

      const timer = setTimeout(wake, timeoutMs)

      this.wake = wake
      signal?.addEventListener('abort', wake, {once: true})
    })
    this.wake = null
    const next = this.waiting.shift() ?? null
    if (!next && this.failure) throw this.lost(this.failure)
    return next
  }

  /** Counts the whole server, including superusers. */
  async countConnections(): Promise<{readonly used: number; readonly limit: number}> {
    const text =
      "SELECT count(*)::int AS used, current_setting('max_connections')::int AS limit FROM pg_stat_activity WHERE backend_type = 'client backend'"
    return this.queryRow<{used: number; limit: number}>(text)
  }

  /** Never throws: nothing can be done about a connection that does not close. */
  async close(): Promise<void> {
    await hangUp(this.client)
  }

  private async query(text: string, values?: string[]): Promise<void> {
    try {
      await this.client.query(text, values)
    } catch (error) {
      throw this.lost(this.failure ?? (error as Error))
    }
  }

  /** For a SELECT that always returns one row. */
  private async queryRow<Row extends QueryResultRow>(text: string): Promise<Row> {
    const [row] = (await this.client.query<Row>(text)).rows
    if (row === undefined) throw new Error(`Postgres returned no row for ${text}`)
    return row
  }

  private lost(cause: Error): UserError {
    return new UserError(`Lost the connection to the database on ${this.address.host}: ${cause.message}.`, {
      cause,
      code: 'database_lost',
      hint: 'A running dump continues in the dyno. In a minute, check heroku heapdump:list, or trigger again.',
    })
  }

  /** NOTIFY is not replicated: the agent listens on the leader and never hears a NOTIFY on a follower. */
  private async refuseFollower(): Promise<void> {
    const {follower, now} = await this.queryRow<{follower: boolean; now: number}>(
      'SELECT pg_is_in_recovery() AS follower, extract(epoch from pg_catalog.clock_timestamp())::float8 * 1000 AS now',
    )
    this.aheadMs = Math.max(0, Date.now() - now)
    if (follower) {
      throw new UserError('This database is a follower, but NOTIFY works only on the leader.', {
        code: 'database_follower',
        hint: "Use --database with the leader: the attachment of the app's DATABASE_URL.",
      })
    }
  }

  /**
   * A transaction pool accepts a LISTEN and silently loses it, so only a received NOTIFY proves that it works. A second
   * connection sends it, because a pool delivers a notification to the client that uses the server connection at that
   * moment: the sender.
   */
  private async refusePool(): Promise<void> {
    const channel = `heapdump_echo_${randomBytes(6).toString('hex')}`
    await this.listen(channel)
    const sender = await newClient(this.address)
    try {
      await sender.connect()
      await sender.query('SELECT pg_notify($1, $2)', [channel, 'echo'])
    } finally {
      await hangUp(sender)
    }

    const echo = await this.next(ECHO_TIMEOUT_MS)
    if (!echo) {
      throw new UserError(
        `${this.address.host}:${this.address.port} is a connection pool, where LISTEN does not work.`,
        {
          code: 'database_pooled',
          hint: POOLED_HINT,
        },
      )
    }

    await this.client.query(`UNLISTEN ${this.client.escapeIdentifier(channel)}`)
  }
}

async function newClient(address: DatabaseAddress): Promise<Client> {
  const {default: pg} = await import('pg')
  return new pg.Client({
    application_name: 'heroku-heapdump cli',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    database: address.database,
    host: address.host,
    keepAlive: true,
    password: address.password,
    port: address.port,
    query_timeout: PATIENCE.queryMs,
    ssl: address.tls ? {rejectUnauthorized: false} : false,
    user: address.user,
  })
}

/** Never throws. Waits at most a second for the server. */
async function hangUp(client: Client): Promise<void> {
  try {
    await Promise.race([
      client.end(),
      new Promise(resolve => {
        setTimeout(resolve, 1000).unref()
      }),
    ])
  } catch {
    // Already closed.
  }
}

/** Turns errors of Postgres and the network into messages that name the database and what to do. */
function explain(error: Error & {code?: string}, address: DatabaseAddress): UserError {
  const where = `${address.host}:${address.port}`
  const cause = {cause: error}
  switch (error.code) {
    case '28P01':
    case '28000': {
      return new UserError(`The database on ${where} refused the user ${address.user}: ${error.message}.`, {
        ...cause,
        code: 'database_auth',
        hint: [
          'If the credentials were just rotated, try again.',
          'With --env, check the password in DATABASE_URL (%-encode special characters).',
        ],
      })
    }

    case '3D000': {
      return new UserError(`There is no database ${address.database} on ${where}.`, {
        ...cause,
        code: 'database_missing',
        hint: 'Check the database name at the end of DATABASE_URL.',
      })
    }

    case '53300': {
      return new UserError(`The database on ${where} has no free connection: ${error.message}.`, {
        ...cause,
        code: 'database_full',
        hint: 'This command needs one connection. To see what uses them: heroku pg:ps',
      })
    }

    // PgBouncer reports a statement that it cannot route with this code.
    case '08P01': {
      return new UserError(`${where} does not behave like a Postgres server: ${error.message}.`, {
        ...cause,
        code: 'database_pooled',
        hint: POOLED_HINT,
      })
    }

    default: {
      const why =
        error.message === 'Query read timeout'
          ? `no answer within ${PATIENCE.queryMs / 1000} s`
          : error.message || error.code || 'no reason given'
      return new UserError(`Cannot reach the database on ${where}: ${why}.`, {
        ...cause,
        code: 'database_unreachable',
        hint: [
          'Check that it is up (heroku pg:info) and accepts connections from here.',
          'A database in a private space is only reachable through its bastion.',
        ],
      })
    }
  }
}
