// An app under Puma in a dyno where the buildpack enabled the agent, and the CLI's side of the conversation with it.
import {chmod, mkdtemp, readdir, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {gunzipSync} from 'node:zlib'
import {askAgents, type StateQuestion} from '../../src/lib/agent/ask-agents.js'
import {requestDump} from '../../src/lib/agent/request-dump.js'
import {newRequestId} from '../../src/lib/protocol/ids.js'
import {NotifyConnection} from '../../src/lib/postgres/notify-connection.js'
import type {AgentEvent, Status} from '../../src/lib/protocol/messages.js'
import {root} from './buildpack.js'
import {buildSlug, startDyno} from './dyno.js'
import {eventually} from './eventually.js'
import {freePort} from './postgres.js'
import {processesOfGroup} from './processes.js'
import type {S3Double} from './s3-double.js'
import {bucketVars, CREDENTIALS} from './services.js'

export {bucketVars, CREDENTIALS}

export async function connect(databaseUrl: string): Promise<NotifyConnection> {
  const {hostname, password, pathname, port, username} = new URL(databaseUrl)
  return NotifyConnection.open({
    database: pathname.slice(1),
    host: hostname,
    password: decodeURIComponent(password),
    port: Number(port),
    tls: false,
    user: username,
  })
}

export type TriggerOptions = {
  readonly dyno?: string
  readonly secret?: string
  readonly traceSeconds?: number
  /** False by default: most tests check values. */
  readonly redact?: boolean
  readonly force?: boolean
  readonly answerTimeoutMs?: number
  readonly onEvent?: (event: AgentEvent) => unknown
}

/** Requests a dump like heapdump:trigger. Returns every event, up to the last. */
export async function trigger(databaseUrl: string, options: TriggerOptions = {}): Promise<AgentEvent[]> {
  const connection = await connect(databaseUrl)
  const events: AgentEvent[] = []
  try {
    const all = requestDump(connection, {
      answerTimeoutMs: options.answerTimeoutMs ?? 20_000,
      dyno: options.dyno ?? 'web.1',
      force: options.force ?? false,
      id: newRequestId(),
      redact: options.redact ?? false,
      secret: options.secret ?? CREDENTIALS.secretAccessKey,
      traceSeconds: options.traceSeconds ?? 0,
    })
    for await (const event of all) {
      events.push(event)
      await options.onEvent?.(event)
    }
  } finally {
    await connection.close()
  }

  return events
}

/** Asks all agents. */
export async function ask(databaseUrl: string, question: StateQuestion): Promise<readonly Status[]> {
  const connection = await connect(databaseUrl)
  const {secretAccessKey: secret} = CREDENTIALS
  const options = {answerTimeoutMs: 20_000, dyno: null, expected: ['web.1'], question, secret, target: []}
  return askAgents(connection, options).finally(() => connection.close())
}

/** The events of one type. */
export function ofType<Type extends AgentEvent['type']>(
  events: readonly AgentEvent[],
  type: Type,
): Array<Extract<AgentEvent, {type: Type}>> {
  return events.filter(event => event.type === type) as Array<Extract<AgentEvent, {type: Type}>>
}

export type EnabledApp = Awaited<ReturnType<typeof startEnabledApp>>

export type EnabledAppOptions = {
  readonly databaseUrl: string
  readonly s3: {readonly endpoint: string}
  readonly vars?: Readonly<Record<string, string>>
  readonly workers?: number
  readonly dyno?: string
  readonly command?: string[]
  /** The app's directory; the plain Rack app by default. */
  readonly source?: string
  /** The buildpack's directory; this project's by default. */
  readonly buildpack?: string
  /** False if no agent will listen. */
  readonly listens?: boolean
  /** TMPDIR, created and removed by the caller. */
  readonly temporary?: string
  /** The user that runs the app's processes. Needs root. */
  readonly uid?: number
}

/** Resolves when the workers answer and one process listens; in a cluster, that is a worker. */
export async function startEnabledApp(options: EnabledAppOptions) {
  const {databaseUrl, s3, vars = {}, workers = 2, dyno: name = 'web.1', listens = true, uid} = options
  const all = {...bucketVars(s3), DATABASE_URL: databaseUrl, ...vars}
  const slug = await buildSlug(join(root, options.source ?? 'test/support/ruby/app'), all, options.buildpack)
  for (const directory of [dirname(slug.directory), slug.directory]) await chmod(directory, 0o755)
  const temporary = options.temporary ?? (await mkdtemp(join(tmpdir(), 'heapdump-')))
  const asUser = uid === undefined ? [] : ['setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups']
  const port = await freePort()
  const dyno = await startDyno({
    command: [...asUser, ...(options.command ?? ['puma', '-q', '-C', 'config/puma.rb'])],
    dyno: name,
    slug: slug.directory,
    vars: {
      HEAPDUMP_DAILY_LIMIT: '0',
      HEAPDUMP_GRACE: '0.2',
      PORT: String(port),
      TMPDIR: temporary,
      WEB_CONCURRENCY: String(workers),
      ...all,
    },
  })
  const url = `http://127.0.0.1:${port}`
  const heapdumpLines = () => dyno.lines.filter(line => line.startsWith('[heapdump]'))
  const app = {
    ...dyno,
    /** The agent's log lines. */
    heapdumpLines,
    /** The process that was the last to log that it is listening. */
    leader() {
      const pids = heapdumpLines().map(line => /process (\d+) is listening/.exec(line)?.[1])
      return Number(pids.findLast(Boolean))
    },
    processes: () => processesOfGroup(dyno.pid),
    /** The directory of the agent's rendezvous. */
    async rendezvous() {
      const directory = (await readdir(temporary)).find(file => /^heapdump-\d+-/.test(file))
      return directory === undefined ? null : join(temporary, directory)
    },
    /** Every file and directory in TMPDIR. */
    files: () => readdir(temporary, {recursive: true}),
    slug: slug.directory,
    async stop() {
      await dyno.stop()
      await slug.remove()
      if (options.temporary === undefined) await rm(temporary, {force: true, recursive: true})
    },
    temporary,
    url,
    /** Pids of the live processes that can be dumped, from the rendezvous; without the master of others. */
    async members() {
      const files = await app.files().catch(() => [])
      const pids = files.flatMap(file => /^[^/]+\/(\d+)\.sock$/.exec(file)?.[1] ?? []).map(Number)
      const living = new Set(app.processes().flatMap(({pid, state}) => (state === 'Z' ? [] : [pid])))
      return pids.filter(pid => living.has(pid) && (pid !== dyno.pid || pids.length === 1))
    },
  }
  try {
    if (!listens)
      await eventually('the app answers', () =>
        fetch(`${url}/up`).then(
          response => response.ok,
          () => false,
        ),
      )
    if (listens) await dyno.saw(/is listening for dump requests to/)
    const meet = async () => (await app.members()).length >= Math.max(workers, 1)
    // On a busy machine, Rails with a cold bootsnap cache takes half a minute to boot.
    if (listens) await eventually(`${workers} workers at the rendezvous`, meet, 90)
    // Puma's master may listen first, and hands over to a worker. Wait for that: a test that kills the master kills the
    // app.
    if (listens && workers > 0 && options.command === undefined)
      await eventually('a worker listens', async () => (await app.members()).includes(app.leader()))
    return app
  } catch (error) {
    await app.stop()
    throw error
  }
}

/** The keys of the dumps in a bucket, without what is stored beside them. */
export const storedDumps = (s3: S3Double): string[] =>
  [...s3.objects.keys()].filter(key => /-[a-z0-9]+\.json\.gz$/.test(key))

export type DumpRecord = Readonly<Record<string, unknown>> & {
  readonly type: string
  readonly address?: string
  readonly class?: string
}

/** Every record of a stored dump, parsed. Throws if gzip or a line is damaged. */
export function readStoredDump(s3: S3Double, key: string): DumpRecord[] {
  const object = s3.objects.get(key)
  if (!object) throw new Error(`no object ${key}, only: ${[...s3.objects.keys()].join(' ')}`)
  const lines = gunzipSync(object.body).toString('latin1').split('\n')
  if (lines.pop() !== '') throw new Error('the dump does not end with a line break')
  return lines.map(line => JSON.parse(line) as DumpRecord)
}

/** The number of records that count as objects. */
export const countObjects = (records: readonly DumpRecord[]): number =>
  records.filter(record => !['NONE', 'ROOT', 'SHAPE'].includes(record.type)).length
