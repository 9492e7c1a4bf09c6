// Checks every step between this machine and a stored dump, in order. Skips what depends on a failed check. Costs one
// small object in the bucket, two connections to the database and a wait of up to `answerTimeoutMs`.
import {appCommand, commandText, completeCommands, flag, herokuCommand, proposal} from '../command-line.js'
import {readAgentFacts, type AgentFacts} from '../heroku/agent-facts.js'
import {readBuildpacks, isHeapdumpBuildpack} from '../heroku/buildpacks.js'
import {findDatabase} from '../heroku/database.js'
import {processTypeOf} from '../process-type.js'
import {readSlug} from '../heroku/slug.js'
import type {NotifyConnection} from '../postgres/notify-connection.js'
import {DatabaseSession} from '../postgres/session.js'
import {findSecret, LEAST_SECRET_CHARACTERS} from '../protocol/secret.js'
import type {Status} from '../protocol/messages.js'
import {readBucketSettings, travelsInPlain} from '../store/bucket-settings.js'
import {checkBucket} from '../store/check-bucket.js'
import {
  attempt,
  type Check,
  type CheckName,
  DEPLOY,
  type DiagnoseOptions,
  failed,
  ok,
  RUN_IN_DIRECTORY,
  skip,
} from './check.js'
import {type AskAgents, askAll, checkAgents} from './check-agents.js'
import {checkMemorySettings} from './memory-settings.js'

const PRIVATE = 'BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true'
const ENCRYPTED = '{"Rules":[{"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"AES256"}}]}'

export async function diagnose(options: DiagnoseOptions): Promise<Check[]> {
  const {onCheck = () => {}, quick = false} = options
  const checks: Check[] = []
  const look = async (name: CheckName, act: () => Promise<Check>): Promise<boolean> => {
    onCheck(name)
    const check = await (quick ? act() : attempt(name, act))
    checks.push({...check, fix: check.fix === null ? null : completeCommands(check.fix, options.target)})
    return check.state !== 'failed'
  }

  const configured = await look('config', () => checkConfig(options))
  await look('secret', () => checkSecret(options))
  await look('bucket', () => (configured ? checkStore(options) : skip('bucket', 'the config does not name one')))

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
    const facts = await readAgentFacts(options.settings, options.heroku)
    // Two checks need the answers. Ask once, because asking means waiting.
    let asked: Promise<readonly Status[]> | null = null
    const ask = connection === null ? null : () => (asked ??= askAll(options, connection as NotifyConnection, facts))
    const built = await look('buildpack', () => checkBuildpack(options, ask))
    const up = await look('dyno', () => checkDynos(options, facts))
    if (quick) return checks
    const obstacle =
      connection === null
        ? 'the database cannot be reached'
        : built
          ? up
            ? null
            : 'its dyno is not running'
          : 'no agent is deployed'
    const agents = await checkAgents(options, ask, facts, obstacle, look)
    await look('memory', () => checkMemorySettings(options, agents))
  } finally {
    await (session as DatabaseSession | null)?.close()
  }

  return checks
}

async function checkConfig({settings: {vars, source}, target}: DiagnoseOptions): Promise<Check> {
  const {bucket, region, endpoint} = readBucketSettings(vars, source)
  if (vars.HEAPDUMP_DISABLED) {
    return failed(
      'config',
      'HEAPDUMP_DISABLED is set, which turns the agent off on every dyno.',
      commandText(appCommand('config:unset', ['HEAPDUMP_DISABLED'], target)) ?? `Remove it from ${source}.`,
    )
  }

  return ok('config', `bucket ${bucket} (${endpoint ?? region})`)
}

async function checkSecret({settings: {app, source, vars}, target}: DiagnoseOptions): Promise<Check> {
  const secret = vars.HEAPDUMP_SECRET
  if (findSecret(vars) === null) return skip('secret', 'no secret is set')
  if (!secret) return ok('secret', "messages are signed with the bucket's secret key")
  if (secret.trim().length >= LEAST_SECRET_CHARACTERS) return ok('secret', 'messages are signed with HEAPDUMP_SECRET')
  const short = `HEAPDUMP_SECRET has fewer than ${LEAST_SECRET_CHARACTERS} characters`
  return failed(
    'secret',
    `${short}, so anyone who can run SQL on the database could guess it.`,
    app === null
      ? `Set it in ${source} to the output of: openssl rand -hex 32`
      : proposal`heroku config:set HEAPDUMP_SECRET=$(openssl rand -hex 32) ${target}`,
  )
}

async function checkStore(options: DiagnoseOptions): Promise<Check> {
  const {source, vars} = options.settings
  const settings = readBucketSettings(vars, source)
  if (travelsInPlain(settings)) {
    const text = `${settings.endpoint} is not encrypted, so dumps can be read in transit.`
    return failed('bucket', text, `In ${source}, set AWS_ENDPOINT_URL_S3 to an https:// URL.`)
  }

  const {encryption, public: isPublic} = await checkBucket(settings)
  if (isPublic) {
    return failed(
      'bucket',
      `s3://${settings.bucket} is public: anyone can read its dumps.`,
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
      `s3://${settings.bucket} does not encrypt its objects.`,
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
    `writable, readable, deletable; ${isPublic === null ? 'unknown whether public' : 'not public'}; encrypted (${encryption})`,
  )
}

async function checkBuildpack(options: DiagnoseOptions, ask: AskAgents | null): Promise<Check> {
  const {
    settings: {app},
    heroku,
    target,
  } = options
  if (app === null) return skip('buildpack', 'no Heroku app')
  const installed = await readBuildpacks(heroku, app)
  const index = installed.findIndex(isHeapdumpBuildpack)
  if (index === -1) {
    // Without a buildpack, the agent may be in the app's repository, which only the agent knows.
    const agents = ask === null ? [] : await ask().catch(() => [])
    if (agents.some(({vendored}) => vendored))
      return ok('buildpack', 'not needed: the app has the agent in vendor/heapdump')
    const vendored =
      ask === null ? ' An app set up with --vendor needs none.' : ' No agent in a deployed vendor/heapdump answered.'
    return failed(
      'buildpack',
      `⬢ ${app} has no heapdump buildpack (it has ${installed.join(', ') || 'none'}).${vendored}`,
      proposal`${herokuCommand('heapdump:setup', [], target)}\n${RUN_IN_DIRECTORY}`,
    )
  }

  const slug = await readSlug(heroku, app)
  if (slug === null) return failed('buildpack', `Added at index ${index + 1}, but ⬢ ${app} was never deployed.`, DEPLOY)
  if (slug.buildpacks === null)
    return ok(
      'buildpack',
      `added at index ${index + 1}; unknown whether it is in ${slug.release}, which was built elsewhere`,
    )
  if (!slug.buildpacks.some(isHeapdumpBuildpack)) {
    return failed('buildpack', `Added at index ${index + 1}, but ${slug.release} was built before that.`, DEPLOY)
  }

  return ok('buildpack', `in ${slug.release}, index ${index + 1} of ${installed.length}`)
}

async function checkDynos(
  {settings: {app}, target}: DiagnoseOptions,
  {enabledDynos, dynosUp}: AgentFacts,
): Promise<Check> {
  if (app === null || dynosUp === null)
    return skip('dyno', app === null ? 'no Heroku app' : 'the API does not list the dynos')
  const down = enabledDynos.filter(dyno => !dynosUp.includes(dyno))
  const [missing] = down
  if (missing === undefined)
    return ok('dyno', `${enabledDynos.join(', ')} ${enabledDynos.length === 1 ? 'is' : 'are'} up`)
  const others = dynosUp.length > 0 ? `up: ${dynosUp.slice(0, 6).join(', ')}` : 'no dyno is up'
  return failed(
    'dyno',
    `The agent is enabled on ${enabledDynos.join(', ')}, but ${down.join(', ')} ${down.length === 1 ? 'is' : 'are'} not up (${others}).`,
    commandText(
      dynosUp.length > 0
        ? herokuCommand('config:set', [`HEAPDUMP_DYNOS=${dynosUp[0]}`], target)
        : herokuCommand('ps:scale', [`${processTypeOf(missing)}=1`], target),
    ),
  )
}
