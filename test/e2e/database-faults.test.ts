// Everything that can be wrong between the CLI and the dyno, with the message that a person reads.
import {getEventListeners} from 'node:events'
import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import HeapdumpTrigger from '../../src/commands/heapdump/trigger.js'
import {parseDatabaseUrl} from '../../src/lib/heroku/database.js'
import {NotifyConnection} from '../../src/lib/postgres/notify-connection.js'
import {type TestBucket, openBucket} from '../support/bucket.js'
import {postgresAttachment, startHerokuApi} from '../support/heroku-api.js'
import {startPgBouncer} from '../support/pgbouncer.js'
import {freePort, startPostgres} from '../support/postgres.js'
import {runCommand} from '../support/run-command.js'
import {apiEnvironment, setEnvironment} from '../support/settings.js'
import {dotenv} from '../support/stage.js'

let postgres: Awaited<ReturnType<typeof startPostgres>>
let bucket: TestBucket

beforeAll(async () => {
  postgres = await startPostgres()
  bucket = await openBucket()
})

afterAll(async () => {
  await postgres?.stop()
  await bucket?.close()
})

type Failure = {readonly exit: number; readonly code: string; readonly message: string; readonly hint: string}

async function trigger(...args: string[]): Promise<Failure> {
  const {code, stdout} = await runCommand(HeapdumpTrigger, ['--yes', '--json', ...args])
  return {...(JSON.parse(stdout) as {error: Omit<Failure, 'exit'>}).error, exit: code}
}

/** Triggers with `vars` in addition to the bucket's in the --env file. */
async function triggerWith(vars: Record<string, string>, ...args: string[]): Promise<Failure> {
  const file = join(bucket.directory, 'case.env')
  await writeFile(file, dotenv({...bucket.vars, ...vars}))
  return trigger('--env', file, ...args)
}

/** Triggers an app on the fake Heroku. */
async function triggerApp(
  app: Omit<Parameters<typeof startHerokuApi>[0], 'name'>,
  ...args: string[]
): Promise<Failure> {
  const api = await startHerokuApi({dynos: [{name: 'web.1', state: 'up'}], name: 'shop', ...app})
  const restore = setEnvironment(apiEnvironment(api))
  try {
    const failure = await trigger('--app', 'shop', ...args)
    expect(api.requests.map(request => `${request.method} ${request.path}`)).toContain('GET /apps/shop/config-vars')
    return failure
  } finally {
    restore()
    await api.stop()
  }
}

function changed(change: (url: URL) => void): string {
  const url = new URL(postgres.url)
  change(url)
  return url.toString()
}

describe('heapdump:trigger', () => {
  it('no database in the file', async () => {
    expect(await triggerWith({})).toMatchObject({
      code: 'no_database',
      exit: 1,
      message: expect.stringContaining('does not set HEAPDUMP_DATABASE_URL or DATABASE_URL'),
    })
  })

  it('an app without a database', async () => {
    expect(await triggerApp({vars: bucket.vars})).toMatchObject({
      code: 'no_database',
      exit: 1,
      hint: expect.stringContaining('heroku addons:create heroku-postgresql'),
    })
  })

  it('a database of another kind', async () => {
    const url = 'mysql://user:verysecret@127.0.0.1/app'
    const failure = await triggerWith({DATABASE_URL: url})
    expect(failure).toMatchObject({
      code: 'bad_database_url',
      exit: 1,
      hint: expect.stringContaining('HEAPDUMP_DATABASE_URL'),
    })
    expect(JSON.stringify(failure)).not.toContain('verysecret')
  })

  it('an unreachable database', async () => {
    const port = String(await freePort())
    expect(await triggerWith({DATABASE_URL: changed(url => (url.port = port))})).toMatchObject({
      code: 'database_unreachable',
      exit: 1,
      message: expect.stringContaining(`127.0.0.1:${port}`),
    })
  })

  it('a wrong password', async () => {
    const failure = await triggerWith({DATABASE_URL: changed(url => (url.password = 'wr0ng'))})
    expect(failure).toMatchObject({code: 'database_auth', exit: 1, hint: expect.stringContaining('rotated')})
    expect(JSON.stringify(failure)).not.toContain('wr0ng')
  })

  it('a wrong database name', async () => {
    expect(await triggerWith({DATABASE_URL: changed(url => (url.pathname = '/nothing'))})).toMatchObject({
      code: 'database_missing',
      exit: 1,
    })
  })

  it('an attachment that is a pool', async () => {
    const attachment = postgresAttachment('shop', 'DATABASE', {namespace: 'connection-pooling:default'} as object)
    expect(
      await triggerApp({attachments: [attachment], vars: {...bucket.vars, DATABASE_URL: postgres.url}}),
    ).toMatchObject({
      code: 'database_pooled',
      exit: 1,
      hint: expect.stringContaining('--database'),
    })
  })

  it('an unannounced pool', async () => {
    const pool = await startPgBouncer(postgres.url)
    try {
      expect(await triggerWith({DATABASE_URL: pool.url})).toMatchObject({
        code: 'database_pooled',
        exit: 1,
        hint: expect.stringMatching(/^LISTEN needs its own session.*\.\nSet HEAPDUMP_DATABASE_URL to the direct URL/),
      })
      // What the hint proposes.
      expect(
        await triggerWith({DATABASE_URL: pool.url, HEAPDUMP_DATABASE_URL: postgres.url}, '--timeout', '1s'),
      ).toMatchObject({code: 'no_agent'})
    } finally {
      await pool.stop()
    }
  })

  it('no answer: a wait leaves no listener behind, about which Node would warn', async () => {
    const connection = await NotifyConnection.open(parseDatabaseUrl(postgres.url, 'the test'))
    try {
      const {signal} = new AbortController()
      expect(await connection.next(1, signal)).toBeNull()
      expect(getEventListeners(signal, 'abort')).toEqual([])
    } finally {
      await connection.close()
    }
  })

  it('a follower', async () => {
    const follower = await startPostgres()
    try {
      await follower.follow()
      expect(await triggerWith({DATABASE_URL: follower.url})).toMatchObject({
        code: 'database_follower',
        exit: 1,
        hint: expect.stringContaining('--database'),
      })
    } finally {
      await follower.stop()
    }
  })

  it('an unknown attachment', async () => {
    expect(
      await triggerApp({vars: {...bucket.vars, DATABASE_URL: postgres.url}}, '--database', 'NOTHING'),
    ).toMatchObject({code: 'unknown_database', exit: 2})
  })

  it('no agent: the reasons that the API shows', async () => {
    const vars = {...bucket.vars, DATABASE_URL: postgres.url, HEAPDUMP_DYNOS: 'worker.1'}
    const failure = await triggerApp({attachments: [postgresAttachment('shop')], vars}, '--timeout', '1s')
    expect(failure).toMatchObject({code: 'no_agent', exit: 1, message: 'No agent on web.1 answered within 1 s.'})
    expect(failure.hint).toMatch(
      /1\. the app has no heapdump buildpack[\s\S]+2\. web\.1 is not in HEAPDUMP_DYNOS \(now: worker\.1\)/,
    )
  })

  it('no agent, off Heroku', async () => {
    expect(await triggerWith({DATABASE_URL: postgres.url}, '--timeout', '1s')).toMatchObject({
      code: 'no_agent',
      exit: 1,
      hint: expect.stringContaining('without-heroku.md'),
    })
  })

  it('no terminal for the confirmation', async () => {
    const file = join(bucket.directory, 'case.env')
    await writeFile(file, dotenv({...bucket.vars, DATABASE_URL: postgres.url}))
    const {code, stdout} = await runCommand(HeapdumpTrigger, ['--env', file, '--json'])
    expect(JSON.parse(stdout)).toMatchObject({error: {code: 'not_confirmed', hint: expect.stringContaining('--yes')}})
    expect(code).toBe(2)
  })
})
