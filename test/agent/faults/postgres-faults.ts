import {expect} from 'vitest'
import pg from 'pg'
import {trigger} from '../../support/enabled-app.js'
import {eventually} from '../../support/eventually.js'
import {startPostgres} from '../../support/postgres.js'
import type {Fault} from './faults.js'
import {inMidUpload, outcome, slowParts} from './faults.js'
import type {Scene} from './stage.js'

const agentSessions = ({sql}: Scene) =>
  sql<{pid: number}>(
    "SELECT pid FROM pg_stat_activity WHERE usename = 'app' AND application_name LIKE 'heroku-heapdump%'",
  )
const endSessions = ({sql}: Scene) =>
  sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'app'")
const listensAgain = (scene: Scene) =>
  eventually('the agent listens again', async () => (await agentSessions(scene)).length === 1, 40)
const databaseLines = ({app}: Scene) =>
  app.heapdumpLines().filter(line => line.includes('database connection failed')).length

/** Waits until the agent has lost its database: it has no session left. */
const isLost = (scene: Scene) =>
  eventually('the agent has no session', async () => (await agentSessions(scene)).length === 0)

const seconds = (count: number) =>
  new Promise(resolve => {
    setTimeout(resolve, count * 1000)
  })

export const postgresFaults: Fault[] = [
  {
    name: 'Postgres: restart',
    async inject(scene) {
      await scene.postgres.restart()
      await listensAgain(scene)
      return 'reconnected'
    },
  },
  {
    name: 'Postgres: restart in mid-dump',
    async inject(scene) {
      scene.s3.objects.clear()
      slowParts(scene)
      const lost = await inMidUpload(scene, () => scene.postgres.restart()).catch(error => error)
      expect(lost).toMatchObject({code: 'database_lost'})
      scene.s3.faults.clear()
      await eventually('both are stored anyway', () => scene.dumps().length === 2)
      await listensAgain(scene)
      return '2 stored, reconnected'
    },
  },
  {
    name: 'Postgres: failover to another port',
    async inject(scene) {
      const other = await startPostgres()
      try {
        const client = new pg.Client({connectionString: other.url})
        await client.connect()
        await client.query("CREATE ROLE app LOGIN PASSWORD 'app'")
        await client.end()
        scene.proxy.retarget(other.port)
        scene.proxy.cut()
        const events = await trigger(other.url)
        expect(events.at(-1)).toMatchObject({finished: 2})
        return `followed: ${outcome(events)} through the new one`
      } finally {
        scene.proxy.retarget(scene.postgres.port)
        scene.proxy.cut()
        await other.stop()
        await listensAgain(scene)
      }
    },
  },
  {
    name: 'Postgres: pg_terminate_backend',
    async inject(scene) {
      const [{pid}] = await agentSessions(scene)
      await scene.sql('SELECT pg_terminate_backend($1)', [pid])
      await eventually('another session', async () => (await agentSessions(scene)).some(session => session.pid !== pid))
      await listensAgain(scene)
      return 'reconnected'
    },
  },
  {
    name: 'Postgres: no connection left',
    async inject(scene) {
      const lines = databaseLines(scene)
      await scene.sql('ALTER ROLE app CONNECTION LIMIT 0')
      await endSessions(scene)
      await eventually('the log says so', () => databaseLines(scene) > lines)
      // One connection is enough for the agent: it skips its probe.
      await scene.sql('ALTER ROLE app CONNECTION LIMIT 1')
      await listensAgain(scene)
      const events = await scene.trigger()
      expect(events.at(-1)).toMatchObject({finished: 2})
      await scene.sql('ALTER ROLE app CONNECTION LIMIT 6')
      return `waited; with one connection: ${outcome(events)}`
    },
  },
  {
    name: 'Postgres: credentials rotated',
    async inject(scene) {
      await scene.sql("ALTER ROLE app PASSWORD 'another'")
      await endSessions(scene)
      await isLost(scene)
      const before = scene.app.heapdumpLines().length
      await seconds(1.5) // three tries
      expect(scene.app.heapdumpLines().length - before).toBeLessThanOrEqual(1)
      expect(scene.app.lines.join('\n')).not.toContain('another')
      await scene.sql("ALTER ROLE app PASSWORD 'app'")
      await listensAgain(scene)
      return 'retried, one log line'
    },
  },
  {
    name: 'network: gone in mid-dump, connections lost',
    async inject(scene) {
      scene.s3.objects.clear()
      slowParts(scene)
      const {events} = await inMidUpload(scene, async () => {
        scene.proxy.pause()
        await seconds(3)
        scene.proxy.resume()
        scene.proxy.cut()
      })
      scene.s3.faults.clear()
      expect(scene.dumps()).toHaveLength(2)
      expect(events.at(-1)).toMatchObject({finished: 2, type: 'done'})
      await listensAgain(scene)
      return outcome(events)
    },
  },
]

/** Needs its own app, because it waits for a minute. */
export const networkGoneForAMinute: Fault = {
  name: 'network: gone for a minute',
  async inject(scene) {
    scene.proxy.pause()
    await seconds(50)
    // Messages sent meanwhile wait in the network, and count once.
    const asked = scene.trigger()
    await seconds(10)
    scene.proxy.resume()
    const events = await asked
    expect(events.at(-1)).toMatchObject({failed: 0, type: 'done'})
    return `waited: ${outcome(events)}`
  },
}
