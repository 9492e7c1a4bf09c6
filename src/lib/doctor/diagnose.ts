// Every link of the chain in its order; what hangs on a broken one is not looked at. Costs one small object in the bucket, two
// connections to the database and up to `answerTimeoutMs` of waiting.
import type {APIClient} from '@heroku-cli/command'
import {appCommand, commandText, flag, herokuCommand, proposal, type Target} from '../command-line.js'
import {printable} from '../printable.js'
import type {AppSettings} from '../heroku/app-settings.js'
import {type ArmingFacts, explainNoAgent, readArmingFacts} from '../heroku/arming.js'
import {readBuildpacks, isHeapdumpBuildpack} from '../heroku/buildpacks.js'
import {findDatabase} from '../heroku/database.js'
import {processTypeOf} from '../heroku/formation.js'
import {readSlug} from '../heroku/slug.js'
import type {NotifyConnection} from '../postgres/notify-connection.js'
import {DatabaseSession} from '../postgres/session.js'
import {findSecret, LEAST_SECRET_CHARACTERS} from '../protocol/secret.js'
import type {Status} from '../protocol/messages.js'
import {readBucketSettings, travelsInPlain} from '../store/bucket-settings.js'
import {checkBucket} from '../store/check-bucket.js'
import {askAgents} from '../agent/ask-agents.js'
import {attempt, type Check, type CheckName, failed, ok, skipped} from './check.js'

export type DiagnoseOptions = {
  readonly settings: AppSettings
  readonly heroku: APIClient
  readonly database?: string | undefined
  readonly pluginVersion: string
  readonly answerTimeoutMs: number
  readonly target: Target
  readonly onLook?: ((name: CheckName) => void) | undefined
}

const PRIVATE = 'BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true'
const ENCRYPTED = '{"Rules":[{"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"AES256"}}]}'
const DEPLOY = 'Deploy once:  git commit --allow-empty -m "arm heapdump" && git push heroku HEAD:main'

export async function diagnose(options: DiagnoseOptions): Promise<Check[]> {
  const {onLook = () => {}} = options
  const checks: Check[] = []
  const look = async (name: CheckName, act: () => Promise<Check>): Promise<boolean> => {
    onLook(name)
    const check = await attempt(name, act)
    checks.push(check)
    return check.state !== 'failed'
  }

  const configured = await look('config', () => checkConfig(options))
  await look('secret', () => checkSecret(options))
  await look('bucket', () => (configured ? checkStore(options) : notLooked('bucket', 'the config does not say which')))

  let connection: NotifyConnection | null = null
  let session: DatabaseSession | null = null
  try {
    await look('database', async () => {
      const found = await findDatabase(options.settings, options.heroku, options.database)
      session = new DatabaseSession(found)
      connection = await session.connect()
      const {used, limit} = await connection.countConnections()
      return ok(
        'database',
        `${found.address.host}:${found.address.port}, direct (not pooled), ${used} of ${limit} connections in use`,
      )
    })
    const facts = await readArmingFacts(options.settings, options.heroku)
    // Two checks need their answers, and each answer is waited for.
    let asked: Promise<readonly Status[]> | null = null
    const ask = connection === null ? null : () => (asked ??= askAll(options, connection as NotifyConnection, facts))
    const built = await look('buildpack', () => checkBuildpack(options, ask))
    const up = await look('dyno', () => checkDynos(options, facts))
    const obstacle =
      connection === null
        ? 'there is no way to it'
        : built
          ? up
            ? null
            : 'its dyno is not up'
          : 'it is not in the slug'
    await checkAgents(options, ask, facts, obstacle, look)
  } finally {
    await (session as DatabaseSession | null)?.close()
  }

  return checks
}

async function notLooked(name: CheckName, why: string): Promise<Check> {
  return skipped(name, `not looked at: ${why}`)
}

async function checkConfig({settings: {vars, source}, target}: DiagnoseOptions): Promise<Check> {
  const {bucket, region, endpoint} = readBucketSettings(vars, source)
  if (vars.HEAPDUMP_DISABLED) {
    return failed(
      'config',
      'HEAPDUMP_DISABLED is set: the agent stays away from every dyno.',
      commandText(appCommand('config:unset', ['HEAPDUMP_DISABLED'], target)) ?? `Take it out of ${source}.`,
    )
  }

  return ok('config', `bucket ${bucket} (${endpoint ?? region})`)
}

async function checkSecret({settings: {app, source, vars}, target}: DiagnoseOptions): Promise<Check> {
  const secret = vars.HEAPDUMP_SECRET
  if (findSecret(vars) === null) return notLooked('secret', 'none is set')
  if (!secret) return ok('secret', "messages are signed with the bucket's secret key")
  if (secret.trim().length >= LEAST_SECRET_CHARACTERS) return ok('secret', 'messages are signed with HEAPDUMP_SECRET')
  const short = `HEAPDUMP_SECRET has fewer than ${LEAST_SECRET_CHARACTERS} characters`
  return failed(
    'secret',
    `${short}: whoever can run SQL on the database may find it by trying.`,
    app === null
      ? `Set it in ${source} to 64 random ones, which openssl rand -hex 32 prints.`
      : proposal`heroku config:set HEAPDUMP_SECRET=$(openssl rand -hex 32) ${target}`,
  )
}

async function checkStore(options: DiagnoseOptions): Promise<Check> {
  const {source, vars} = options.settings
  const settings = readBucketSettings(vars, source)
  if (travelsInPlain(settings)) {
    const text = `${settings.endpoint} is not encrypted: whoever is on the way can read the dumps.`
    return failed('bucket', text, `Set AWS_ENDPOINT_URL_S3 of ${source} to an https:// address of the store.`)
  }

  const {encryption, public: isPublic} = await checkBucket(settings)
  if (isPublic) {
    return failed(
      'bucket',
      `s3://${settings.bucket} is public: anybody may read the dumps in it.`,
      commandText([
        'aws',
        's3api',
        'put-public-access-block',
        ...flag('--bucket', settings.bucket),
        '--public-access-block-configuration',
        PRIVATE,
      ]),
    )
  }

  if (encryption === null) {
    return failed(
      'bucket',
      `s3://${settings.bucket} does not encrypt what is written to it.`,
      commandText([
        'aws',
        's3api',
        'put-bucket-encryption',
        ...flag('--bucket', settings.bucket),
        '--server-side-encryption-configuration',
        ENCRYPTED,
      ]),
    )
  }

  return ok(
    'bucket',
    `write, read, delete; ${isPublic === null ? 'whether public: nobody answered' : 'not public'}; encrypted (${encryption})`,
  )
}

async function checkBuildpack(options: DiagnoseOptions, ask: AskAgents | null): Promise<Check> {
  const {
    settings: {app},
    heroku,
    target,
  } = options
  if (app === null) return notLooked('buildpack', 'no Heroku app is involved')
  const installed = await readBuildpacks(heroku, app)
  const index = installed.findIndex(isHeapdumpBuildpack)
  if (index === -1) {
    // Without one the agent may be in the app's own repository. Only it can tell.
    const agents = ask === null ? [] : await ask().catch(() => [])
    if (agents.some(({vendored}) => vendored))
      return ok('buildpack', 'none is needed: the app has the agent in vendor/heapdump')
    const vendored = ask === null ? ' An app that was set up with --vendor needs none.' : ''
    return failed(
      'buildpack',
      `⬢ ${app} has no heapdump buildpack (${installed.join(', ') || 'none at all'}).${vendored}`,
      commandText(herokuCommand('heapdump:setup', [], target)),
    )
  }

  const slug = await readSlug(heroku, app)
  if (slug === null) return failed('buildpack', `added at index ${index + 1}, but ⬢ ${app} was never deployed.`, DEPLOY)
  if (slug.buildpacks === null)
    return ok(
      'buildpack',
      `added at index ${index + 1}; ${slug.release} was not built by this app, so nobody can tell whether it is in it`,
    )
  if (!slug.buildpacks.some(isHeapdumpBuildpack)) {
    return failed('buildpack', `added at index ${index + 1}, but ${slug.release} was built before.`, DEPLOY)
  }

  return ok('buildpack', `in ${slug.release}, index ${index + 1} of ${installed.length}`)
}

async function checkDynos(
  {settings: {app}, target}: DiagnoseOptions,
  {armedDynos, dynosUp}: ArmingFacts,
): Promise<Check> {
  if (app === null || dynosUp === null)
    return notLooked('dyno', app === null ? 'no Heroku app is involved' : 'the API does not say which are up')
  const down = armedDynos.filter(dyno => !dynosUp.includes(dyno))
  const [missing] = down
  if (missing === undefined) return ok('dyno', `${armedDynos.join(', ')} ${armedDynos.length === 1 ? 'is' : 'are'} up`)
  const others = dynosUp.length > 0 ? `up: ${dynosUp.slice(0, 6).join(', ')}` : 'no dyno is up'
  return failed(
    'dyno',
    `The agent is armed on ${armedDynos.join(', ')}, but ${down.join(', ')} ${down.length === 1 ? 'is' : 'are'} not up (${others}).`,
    commandText(
      dynosUp.length > 0
        ? herokuCommand('config:set', [`HEAPDUMP_DYNOS=${dynosUp[0]}`], target)
        : herokuCommand('ps:scale', [`${processTypeOf(missing)}=1`], target),
    ),
  )
}

/** The same answers, however often they are asked for. */
type AskAgents = () => Promise<readonly Status[]>

async function askAll(
  {answerTimeoutMs, settings, target}: DiagnoseOptions,
  connection: NotifyConnection,
  facts: ArmingFacts,
): Promise<readonly Status[]> {
  const secret = findSecret(settings.vars)
  if (secret === null) return []
  return askAgents(connection, {
    answerTimeoutMs,
    dyno: null,
    expected: facts.armedDynos,
    question: {type: 'status'},
    secret,
    target,
  })
}

async function checkAgents(
  options: DiagnoseOptions,
  ask: AskAgents | null,
  facts: ArmingFacts,
  obstacle: string | null,
  look: (name: CheckName, act: () => Promise<Check>) => Promise<boolean>,
): Promise<void> {
  const {settings, target, answerTimeoutMs, pluginVersion} = options
  const secret = findSecret(settings.vars)
  if (ask === null || secret === null || obstacle !== null) {
    const why = obstacle ?? 'there is no secret to sign with'
    for (const name of ['agent', 'version', 'tracing'] as const) await look(name, () => notLooked(name, why))
    return
  }

  let agents: readonly Status[] = []
  await look('agent', async () => {
    agents = await ask()
    const silent = facts.armedDynos.filter(dyno => !agents.some(agent => agent.dyno === dyno))
    const [first] = silent
    if (first === undefined || (agents.length > 0 && settings.app === null)) {
      return ok(
        'agent',
        agents
          .map(
            agent =>
              `${agent.dyno}: ${agent.processes.length} ${agent.processes.length === 1 ? 'process' : 'processes'}, Ruby ${agent.ruby}`,
          )
          .join('; '),
      )
    }

    return failed(
      'agent',
      `Nobody on ${silent.join(', ')} answered within ${answerTimeoutMs / 1000} s.`,
      explainNoAgent(facts, first, target).map(printable).join('\n'),
    )
  })
  const why = 'no agent answered'
  await look('version', () => (agents.length > 0 ? checkVersions(agents, pluginVersion) : notLooked('version', why)))
  await look('tracing', () => (agents.length > 0 ? describeTracing(agents) : notLooked('tracing', why)))
}

async function checkVersions(agents: readonly Status[], pluginVersion: string): Promise<Check> {
  const other = agents.find(one => one.agent !== pluginVersion)
  if (!other) return ok('version', `agent and plugin ${pluginVersion}`)
  const newer = other.agent.localeCompare(pluginVersion, 'en', {numeric: true}) > 0
  return failed(
    'version',
    `${other.dyno} runs agent ${other.agent}, this plugin is ${pluginVersion}.`,
    newer ? 'heroku plugins:update heroku-heapdump' : DEPLOY,
  )
}

async function describeTracing(agents: readonly Status[]): Promise<Check> {
  const tracing = agents.filter(agent => agent.processes.some(one => one.tracing !== null))
  if (tracing.length === 0) return ok('tracing', 'off')
  const forEver = tracing.some(agent => agent.processes.some(one => one.tracing !== null && one.tracing.until === null))
  return ok(
    'tracing',
    `on in ${tracing.map(agent => agent.dyno).join(', ')}${forEver ? ', since boot and for ever: the app runs at about a third of its speed (HEAPDUMP_TRACE)' : ''}`,
  )
}
