// Where faults are injected: an app with two workers under steady traffic, its Postgres behind a proxy, and its bucket;
// and what must hold after every fault.
import {basename} from 'node:path'
import pg from 'pg'
import type {StateQuestion} from '../../../src/lib/agent/ask-agents.js'
import {
  ask,
  type EnabledApp,
  CREDENTIALS,
  type TriggerOptions,
  startEnabledApp,
  storedDumps,
  trigger,
} from '../../support/enabled-app.js'
import {eventually} from '../../support/eventually.js'
import {type TestPostgres, startPostgres} from '../../support/postgres.js'
import {descriptorsOf, threadsOf} from '../../support/processes.js'
import {type Proxy, startProxy} from '../../support/proxy.js'
import {type S3Double, startS3Double} from '../../support/s3-double.js'
import {type Traffic, startTraffic} from '../../support/traffic.js'

export type Stage = Awaited<ReturnType<typeof openStage>>

/** The agent's role is limited as on a small plan; the test's own role is a superuser. */
const ROLE_CONNECTIONS = 6

export async function openStage() {
  const postgres: TestPostgres = await startPostgres()
  const proxy: Proxy = await startProxy(postgres.port)
  const clock = {skewMs: 0}
  const bucket = {...CREDENTIALS, now: () => new Date(Date.now() + clock.skewMs)}
  const s3: S3Double = await startS3Double(bucket)
  const agentUrl = (password = 'app') => `postgres://app:${password}@127.0.0.1:${proxy.port}/app`
  const stage = {
    agentUrl,
    bucket,
    clock,
    postgres,
    proxy,
    s3,
    /** Runs as the superuser, bypassing the proxy. */
    async sql<Row = Record<string, unknown>>(text: string, values: unknown[] = []): Promise<Row[]> {
      const client = new pg.Client({connectionString: postgres.url})
      await client.connect()
      try {
        return (await client.query(text, values)).rows
      } finally {
        await client.end()
      }
    },
    async close() {
      await proxy.stop()
      await postgres.stop()
      await s3.stop()
    },
    dumps: () => storedDumps(s3),
    ask: (question: StateQuestion) => ask(postgres.url, question),
    trigger: (options: TriggerOptions = {}) => trigger(postgres.url, options),
  }
  await stage.sql(`CREATE ROLE app LOGIN PASSWORD 'app' CONNECTION LIMIT ${ROLE_CONNECTIONS}`)
  return stage
}

export type Scene = Stage & {readonly app: EnabledApp; readonly traffic: Traffic}

type Resources = {readonly descriptors: number; readonly threads: number}

function resourcesOf(app: EnabledApp): Resources {
  const pids = app.processes().map(one => one.pid)
  const sum = (count: (pid: number) => number) => pids.reduce((total, pid) => total + count(pid), 0)
  return {descriptors: sum(pid => descriptorsOf(pid).length), threads: sum(threadsOf)}
}

/** Starts an app into which faults are injected, one after the other. */
export async function openScene(stage: Stage, options: Partial<Parameters<typeof startEnabledApp>[0]> = {}) {
  // Just enough for an upload in parts: each fault is followed by dumps.
  const vars = {BALLAST_MB: '8', ...options.vars}
  const app = await startEnabledApp({databaseUrl: stage.agentUrl(), s3: stage.s3, ...options, vars})
  // The processes that serve requests and are dumped.
  const served = Math.max(options.workers ?? 2, 1)
  const traffic = startTraffic(app.url, {perSecond: 20})
  await stage.trigger() // so that everything created only once exists
  await traffic.pause()
  const before = await eventually('the first state', () => resourcesOf(app))
  traffic.resume()
  return {
    ...stage,
    app,
    before,
    served,
    async close() {
      await traffic.stop()
      await app.stop()
    },
    traffic,
  }
}

/** Describes what a fault left behind; empty if nothing. */
export async function leftovers({app, s3, sql, before}: Awaited<ReturnType<typeof openScene>>): Promise<string[]> {
  const found: string[] = []
  for (const one of app.processes()) {
    if (!one.command.startsWith('puma')) found.push(`process ${one.command || one.state}`)
  }

  if (s3.uploads.size > 0) found.push(`${s3.uploads.size} multipart uploads`)
  const rendezvous = basename((await app.rendezvous()) ?? '')
  const ofProcesses = app.processes().flatMap(({pid}) => [`${pid}.sock`, `${pid}.history`])
  const ours = ['leader.lock', 'requests.json', ...ofProcesses].map(file => `${rendezvous}/${file}`)
  for (const file of await app.files()) {
    if (![rendezvous, ...ours].includes(file)) found.push(`file ${file}`)
  }

  const [{count}] = await sql<{count: number}>(
    "SELECT count(*)::int AS count FROM pg_stat_activity WHERE usename = 'app'",
  )
  if (count !== 1) found.push(`${count} sessions`)
  const now = resourcesOf(app)
  if (now.descriptors > before.descriptors) found.push(`${now.descriptors - before.descriptors} descriptors`)
  if (now.threads > before.threads) found.push(`${now.threads - before.threads} threads`)
  return found
}
