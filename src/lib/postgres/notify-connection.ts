// One Postgres connection that NOTIFYs and LISTENs, and says in a sentence why it can't.
import type {Client, QueryResultRow} from 'pg'
import {randomBytes} from 'node:crypto'
import {UserError} from '../errors.js'

export type DatabaseAddress = {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  readonly database: string
  /** Heroku's databases want TLS and have certificates that no public authority signed. */
  readonly tls: boolean
}

export type Notification = {readonly channel: string; readonly payload: string}

const CONNECT_TIMEOUT_MS = 10_000
/** For an answer to a query: a server that is alive needs a few milliseconds. */
export const PATIENCE = {queryMs: 15_000}
const ECHO_TIMEOUT_MS = 3000

const POOLED_HINT =
  'LISTEN needs a session of its own, so neither this command nor the agent can use the pool.\n' +
  'Set HEAPDUMP_DATABASE_URL to the direct URL of the same database, or name an attachment that is not pooled with --database.'

export class NotifyConnection {
  private readonly waiting: Notification[] = []
  private wake: (() => void) | null = null
  private failure: Error | null = null
  /** By how much the clock of this machine is ahead of the database's. */
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

  /** Connects, and makes sure that what is notified here is heard by every session of the database: the leader, unpooled. */
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
   * Milliseconds, of the slower one of two clocks: this machine's and the database's. What is signed with a time that is
   * yet to come could be sent again when that time has come.
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

  /** The next notification; null when none came within `timeoutMs`, or `signal` aborted the wait. */
  async next(timeoutMs: number, signal?: AbortSignal): Promise<Notification | null> {
    const queued = this.waiting.shift()
    if (queued) return queued
    if (this.failure) throw this.lost(this.failure)
    if (signal?.aborted) return null
    await new Promise<void>(resolve => {
      const timer = setTimeout(resolve, timeoutMs)
      const wake = () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', wake)
        resolve()
      }

      this.wake = wake
      signal?.addEventListener('abort', wake, {once: true})
    })
    this.wake = null
    const next = this.waiting.shift() ?? null
    if (!next && this.failure) throw this.lost(this.failure)
    return next
  }

  /** Of the whole server, the superusers' included. */
  async countConnections(): Promise<{readonly used: number; readonly limit: number}> {
    const text =
      "SELECT count(*)::int AS used, current_setting('max_connections')::int AS limit FROM pg_stat_activity WHERE backend_type = 'client backend'"
    return this.queryRow<{used: number; limit: number}>(text)
  }

  /** Never throws: there is nothing to do about a connection that does not close. */
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
    return new UserError(`The connection to the database on ${this.address.host} broke: ${cause.message}.`, {
      cause,
      code: 'database_lost',
      hint: 'A dump that was under way goes on in the dyno. See heroku heapdump:list in a minute, or trigger again.',
    })
  }

  /** NOTIFY is not replicated: who listens on the leader never hears what is said on a follower. */
  private async refuseFollower(): Promise<void> {
    const {follower, now} = await this.queryRow<{follower: boolean; now: number}>(
      'SELECT pg_is_in_recovery() AS follower, extract(epoch from pg_catalog.clock_timestamp())::float8 * 1000 AS now',
    )
    this.aheadMs = Math.max(0, Date.now() - now)
    if (follower) {
      throw new UserError('This database is a follower; a NOTIFY must be sent on the leader.', {
        code: 'database_follower',
        hint: "Name the leader with --database (the attachment that the app's DATABASE_URL stands for).",
      })
    }
  }

  /**
   * A transaction pool takes a LISTEN, says nothing, and loses it: only a call proves that we hear. It comes from a connection of its
   * own, because a pool gives a notification to whoever uses the server's connection at that moment: the caller.
   */
  private async refusePool(): Promise<void> {
    const channel = `heapdump_echo_${randomBytes(6).toString('hex')}`
    await this.listen(channel)
    const caller = await newClient(this.address)
    try {
      await caller.connect()
      await caller.query('SELECT pg_notify($1, $2)', [channel, 'echo'])
    } finally {
      await hangUp(caller)
    }

    const echo = await this.next(ECHO_TIMEOUT_MS)
    if (!echo) {
      throw new UserError(
        `The database URL goes through a connection pool (${this.address.host}:${this.address.port}): a LISTEN is lost there.`,
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

/** Never throws, and waits a second for a server that does not hang up. */
async function hangUp(client: Client): Promise<void> {
  try {
    await Promise.race([
      client.end(),
      new Promise(resolve => {
        setTimeout(resolve, 1000).unref()
      }),
    ])
  } catch {
    // It is gone already.
  }
}

/** What Postgres and the network say, in words that name the database and the remedy. */
function explain(error: Error & {code?: string}, address: DatabaseAddress): UserError {
  const where = `${address.host}:${address.port}`
  const cause = {cause: error}
  switch (error.code) {
    case '28P01':
    case '28000': {
      return new UserError(`The database on ${where} refused the user ${address.user}: ${error.message}.`, {
        ...cause,
        code: 'database_auth',
        hint: 'Were the credentials rotated a moment ago? Then try again. With --env, check the password of DATABASE_URL (special characters are %-encoded).',
      })
    }

    case '3D000': {
      return new UserError(`There is no database ${address.database} on ${where}.`, {
        ...cause,
        code: 'database_missing',
        hint: 'Check the end of DATABASE_URL.',
      })
    }

    case '53300': {
      return new UserError(`The database on ${where} has no connection left: ${error.message}.`, {
        ...cause,
        code: 'database_full',
        hint: 'heroku pg:ps shows who holds them. One is enough for this command.',
      })
    }

    // PgBouncer's own words for a statement it can't route come without a session.
    case '08P01': {
      return new UserError(`${where} does not speak as a Postgres server does: ${error.message}.`, {
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
      return new UserError(`The database on ${where} can't be reached: ${why}.`, {
        ...cause,
        code: 'database_unreachable',
        hint: 'Is it up (heroku pg:info), and may this machine connect to it? A database in a private space is reached only through its bastion.',
      })
    }
  }
}
