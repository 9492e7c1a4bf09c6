import {statSync} from 'node:fs'
import {join} from 'node:path'
import {afterAll, afterEach, beforeAll, describe, expect, it} from 'vitest'
import {askAgents} from '../../src/lib/agent/ask-agents.js'
import {deriveKey, encode} from '../../src/lib/protocol/envelope.js'
import {replyChannel, requestChannel} from '../../src/lib/protocol/messages.js'
import {
  type EnabledApp,
  CREDENTIALS,
  connect,
  ofType,
  startEnabledApp,
  storedDumps,
  trigger,
} from '../support/enabled-app.js'
import {eventually} from '../support/eventually.js'
import type {TestPostgres} from '../support/postgres.js'
import {isAlive} from '../support/processes.js'
import type {S3Double} from '../support/s3-double.js'
import {startTraffic} from '../support/traffic.js'
import {withServices} from '../support/with-services.js'

let postgres: TestPostgres
let s3: S3Double
withServices(started => ({postgres, s3} = started))

/** The agent's sessions, with their last query and its time: UNLISTEN of the probe ends an agent's preparation. */
async function backends(): Promise<Array<{pid: number; query: string; listenedAt: Date}>> {
  const {default: pg} = await import('pg')
  const client = new pg.Client({connectionString: postgres.url})
  await client.connect()
  const {rows} = await client.query(
    `SELECT pid, query, state_change AS "listenedAt" FROM pg_stat_activity WHERE application_name LIKE 'heroku-heapdump web%'`,
  )
  await client.end()
  return rows
}

describe('one listener per dyno', () => {
  let app: EnabledApp
  beforeAll(async () => {
    app = await startEnabledApp({databaseUrl: postgres.url, s3, workers: 3})
  })
  afterAll(() => app?.stop())

  it('holds one connection, and is a worker, not the master', async () => {
    await eventually('the probe is gone', async () => (await backends()).length === 1)
    expect(await app.members()).toContain(app.leader())
    expect(app.leader()).not.toBe(app.pid)
  })

  it('is replaced within two seconds of kill -9', async () => {
    for (let round = 0; round < 3; round++) {
      const killed = app.leader()
      const before = await backends()
      const killedAt = Date.now()
      process.kill(killed, 'SIGKILL')
      await eventually('another listens', () => app.leader() !== killed)
      expect(isAlive(killed)).toBe(false)
      const [successor, ...others] = (await backends()).filter(({pid}) => before.every(one => one.pid !== pid))
      expect(others).toEqual([])
      expect(successor.query).toContain('UNLISTEN')
      // By Postgres's own clock, which is this machine's, so a late look of this test does not count.
      expect(successor.listenedAt.getTime() - killedAt).toBeLessThan(2000)
      await eventually('Puma has a third worker again', async () => (await app.members()).length === 3)
    }

    expect((await trigger(postgres.url)).at(-1)).toMatchObject({failed: 0, finished: 3, type: 'done'})
  })

  it('knows the histories of all processes, of a stopped one and after a change of leader', async () => {
    const histories = async () => {
      const connection = await connect(postgres.url)
      const question = {history: true, type: 'status'} as const
      const secret = CREDENTIALS.secretAccessKey
      const options = {answerTimeoutMs: 20_000, dyno: 'web.1', question, secret, target: []}
      const [answer] = await askAgents(connection, options).finally(() => connection.close())
      return {boots: new Map(answer.histories.map(({boot, pid}) => [pid, boot])), processes: answer.processes}
    }
    const killed = app.leader()
    const [stopped] = (await app.members()).filter(pid => pid !== killed)
    const before = await histories()
    expect([...before.boots.keys()].toSorted()).toEqual((await app.members()).toSorted())
    process.kill(stopped, 'SIGSTOP')
    try {
      process.kill(killed, 'SIGKILL')
      await eventually('another listens', () => app.leader() !== killed)
      const after = await histories()
      expect(after.boots.get(stopped)).toBe(before.boots.get(stopped))
      expect(after.processes.find(({pid}) => pid === stopped)).toMatchObject({gcCount: null})
      await eventually(
        'the history of the killed one is removed',
        async () => !(await app.files()).some(file => file.endsWith(`/${killed}.history`)),
      )
    } finally {
      process.kill(stopped, 'SIGCONT')
    }

    await eventually('Puma has a third worker again', async () => (await app.members()).length === 3)
    const files = (await app.files()).filter(file => file.endsWith('.history'))
    for (const file of files) expect(statSync(join(app.temporary, file)).mode & 0o777).toBe(0o600)
    expect(files.length).toBeGreaterThan(2)
  })

  it('listens again after a restart of Postgres', async () => {
    const traffic = startTraffic(app.url)
    await postgres.restart()
    const events = await trigger(postgres.url, {answerTimeoutMs: 40_000})
    expect(events.at(-1)).toMatchObject({failed: 0, finished: 3, type: 'done'})
    await traffic.stop()
    expect(traffic.failures).toEqual([])
    expect(app.heapdumpLines().filter(line => line.includes('database connection failed'))).toHaveLength(1)
  })

  it('listens again when Postgres restarts during a dump, which continues', async () => {
    s3.objects.clear()
    s3.faults.add({delayMs: 2500, operation: 'PutObject'})
    let restarted = false
    const lost = await trigger(postgres.url, {
      async onEvent({type}) {
        if (type !== 'dumping' || restarted) return
        restarted = true
        await postgres.restart()
      },
    }).catch(error => error)
    expect(lost).toMatchObject({code: 'database_lost'})
    await eventually('three dumps', () => storedDumps(s3).length === 3)
    const events = await eventually('the first dump is over', async () => {
      const heard = await trigger(postgres.url)
      return heard.some(event => event.type === 'failed' && event.code === 'busy') ? null : heard
    })
    expect(events.at(-1)).toMatchObject({finished: 3})
  })

  it('answers busy while a dump is in progress', async () => {
    s3.faults.add({delayMs: 1500, operation: 'PutObject'})
    let second: Promise<unknown[]> | null = null
    const first = await trigger(postgres.url, {
      onEvent({type}) {
        if (type === 'accepted') second = trigger(postgres.url)
      },
    })
    expect(await second).toEqual([expect.objectContaining({code: 'busy', pid: null, type: 'failed'})])
    expect(first.at(-1)).toMatchObject({failed: 0, finished: 3})
  })
})

describe('an invalid request', () => {
  let app: EnabledApp
  beforeAll(async () => {
    app = await startEnabledApp({databaseUrl: postgres.url, s3, workers: 1})
    s3.objects.clear()
  })
  afterAll(() => app?.stop())
  afterEach(() => {
    expect([...s3.objects.keys()]).toEqual([])
  })

  const key = deriveKey(CREDENTIALS.secretAccessKey)
  const channel = requestChannel('web.1')
  const now = () => Math.floor(Date.now() / 1000)
  const request = {at: now(), dyno: 'web.1', id: 'k3f9q2m8x1', traceSeconds: 0, type: 'dump', v: 1} as const
  const sealed = encode(request, channel, key)
  const resigned = (change: object) => encode({...request, ...change}, channel, key)

  it.each([
    ['unsigned', () => JSON.stringify(request), 'not <version>.<signature>.<json>'],
    ['from the_lone_dyno', () => 'hi ho silver', 'not <version>.<signature>.<json>'],
    ['empty', () => '', 'not <version>.<signature>.<json>'],
    ['as long as Postgres allows', () => '1'.repeat(7999), 'not <version>.<signature>.<json>'],
    [
      'signed with another secret',
      () => encode(request, channel, deriveKey('another')),
      'unsigned, or signed with another secret',
    ],
    [
      'copied from another channel',
      () => encode(request, requestChannel('web.2'), key),
      'unsigned, or signed with another secret',
    ],
    ['forged', () => sealed.replace('"traceSeconds":0', '"traceSeconds":9'), 'unsigned, or signed with another secret'],
    ['stale', () => resigned({at: now() - 301}), 'it is too old: compare the clocks'],
    ['from before this dyno started', () => resigned({at: now() - 290}), 'older than this dyno'],
    ['relabelled as another version', () => sealed.replace(/^1/, '2'), 'unsigned, or signed with another secret'],
    ['from the future', () => resigned({at: now() + 30}), 'its time is in the future'],
    ['for another dyno', () => resigned({at: now(), dyno: 'WEB.1'}), 'it is for another dyno'],
    ['with an id that is a path', () => resigned({at: now(), id: '../../etc'}), 'not a valid request'],
  ])('%s: ignored', async (_, payload, message) => {
    const connection = await connect(postgres.url)
    try {
      await connection.listen(replyChannel(request.id))
      for (let times = 0; times < 5; times++) await connection.notify(channel, payload())
      await eventually('the log says why', () => app.heapdumpLines().some(line => line.includes(message)))
      expect(await connection.next(1)).toBeNull()
    } finally {
      await connection.close()
    }
  })

  it('is logged once for each kind', () => {
    const ignored = app.heapdumpLines().filter(line => line.includes('ignored'))
    expect(ignored.toSorted()).toEqual(
      [
        'it is for another dyno',
        'it is older than this dyno: compare the clocks of dyno and laptop, or try again',
        'it is signed, but not a valid request',
        'it is too old: compare the clocks of dyno and laptop',
        'its time is in the future: compare the clocks of dyno and laptop',
        'not <version>.<signature>.<json>',
        'unsigned, or signed with another secret',
      ].map(why => `[heapdump] ignored a payload on heapdump_web_1: ${why}`),
    )
  })

  it('is logged without its payload and without the secret', () => {
    const log = app.lines.join('\n')
    expect(log).not.toContain('k3f9q2m8x1')
    expect(log).not.toContain('hi ho silver')
    expect(log).not.toContain(CREDENTIALS.secretAccessKey)
    expect(log).not.toContain('s%23cret')
  })
})

it('a replay gets the first answer again, and causes no second dump, even after a change of leader', async () => {
  s3.objects.clear()
  const app = await startEnabledApp({databaseUrl: postgres.url, s3, workers: 2})
  const connection = await connect(postgres.url)
  try {
    const id = 'replay0001'
    const payload = encode(
      {at: Math.floor(Date.now() / 1000), dyno: 'web.1', id, traceSeconds: 0, type: 'dump', v: 1},
      requestChannel('web.1'),
      deriveKey(CREDENTIALS.secretAccessKey),
    )
    await connection.listen(replyChannel(id))
    const types: string[] = []
    const numbers: number[] = []
    const hear = async (until: string) => {
      while (types.at(-1) !== until) {
        const notification = await connection.next(20_000)
        if (notification === null) throw new Error(`nothing after ${types}`)
        const {n, type} = JSON.parse(notification.payload.replace(/^[^{]*/, '')) as {n: number; type: string}
        types.push(type)
        numbers.push(n)
      }
    }
    await connection.notify(requestChannel('web.1'), payload)
    await hear('done')
    types.length = 0
    await connection.notify(requestChannel('web.1'), payload)
    await hear('accepted')

    const killed = app.leader()
    process.kill(killed, 'SIGKILL')
    await eventually('another listens', () => app.leader() !== killed)
    types.length = 0
    await connection.notify(requestChannel('web.1'), payload)
    await hear('accepted')
    expect(types).toEqual(['accepted'])
    expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b))
    expect(storedDumps(s3)).toHaveLength(2)
    expect(ofType(await trigger(postgres.url), 'done')).toHaveLength(1)
  } finally {
    await connection.close()
    await app.stop()
  }
})
