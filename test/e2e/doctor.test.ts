// Setups that are each broken in one place: heapdump:doctor names the place and a fix, and the fix works.
import {cp, readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {Client} from 'pg'
import {afterAll, beforeAll, beforeEach, describe, expect, it} from 'vitest'
import HeapdumpDoctor, {type DoctorResult} from '../../src/commands/heapdump/doctor.js'
import HeapdumpSetup from '../../src/commands/heapdump/setup.js'
import {EVERYWHERE} from '../../src/lib/protocol/messages.js'
import {type TestBucket, openBucket} from '../support/bucket.js'
import {type Dyno, buildSlug, startDyno} from '../support/dyno.js'
import {postgresAttachment, startHerokuApi} from '../support/heroku-api.js'
import {type PgBouncer, startPgBouncer} from '../support/pgbouncer.js'
import {freePort, startPostgres} from '../support/postgres.js'
import {runCommand} from '../support/run-command.js'
import {startPlugin} from '../support/run-plugin.js'
import {apiEnvironment, setEnvironment} from '../support/settings.js'

const BUILDPACK = 'https://git.example/heroku-heapdump'
const RUBY = 'https://github.com/heroku/heroku-buildpack-ruby'

let postgres: Awaited<ReturnType<typeof startPostgres>>
let bucket: TestBucket
let slug: Awaited<ReturnType<typeof buildSlug>>
let dyno: Dyno
let pool: PgBouncer
let api: Awaited<ReturnType<typeof startHerokuApi>>
let restoreEnvironment = () => {}
let vars: Record<string, string>

/** A healthy app: built with the buildpack, web.1 up. */
function healthy() {
  return {
    attachments: [postgresAttachment('shop')],
    buildpacks: [BUILDPACK, RUBY],
    builds: [{buildpacks: [{url: BUILDPACK}, {url: RUBY}], slug: {id: 'slug-2'}}],
    dynos: [{name: 'web.1', state: 'up'}],
    formation: [{quantity: 1, size: 'Standard-1X', type: 'web'}],
    name: 'shop',
    releases: [{current: true, slug: {id: 'slug-2'}, version: 214}],
    vars: {...vars},
  } satisfies typeof api.app
}

/** Boots a process with the agent. As with bin/start-pgbouncer, its DATABASE_URL points to a pool on the dyno. */
async function boot(directory = slug.directory): Promise<Dyno> {
  const booted = await startDyno({
    command: ['env', `DATABASE_URL=${pool.url}`, 'ruby', '-e', 'sleep'],
    slug: directory,
    vars: {...vars, HEAPDUMP_GRACE: '0.2'},
  })
  await booted.saw(/is listening for dump requests to web\.1/)
  return booted
}

/** The questions sent to all agents during `act`, each once, however often it was sent. */
async function questionsDuring(act: () => Promise<void>): Promise<readonly string[]> {
  const listener = new Client({connectionString: postgres.url})
  const questions = new Set<string>()
  listener.on('notification', ({payload = ''}) => questions.add(payload))
  await listener.connect()
  try {
    await listener.query(`LISTEN ${EVERYWHERE}`)
    await act()
    await listener.query('SELECT 1')
    return [...questions]
  } finally {
    await listener.end()
  }
}

beforeAll(async () => {
  postgres = await startPostgres()
  bucket = await openBucket()
  pool = await startPgBouncer(postgres.url)
  vars = {...bucket.vars, DATABASE_URL: postgres.url, HEAPDUMP_SECRET: 'known to the app and its operators'}
  slug = await buildSlug(join(import.meta.dirname, '../../demo/app'), vars)
  dyno = await boot()
  api = await startHerokuApi(healthy())
  restoreEnvironment = setEnvironment(apiEnvironment(api))
})

afterAll(async () => {
  restoreEnvironment()
  await api?.stop()
  await dyno?.stop()
  await slug?.remove()
  await pool?.stop()
  await bucket?.close()
  await postgres?.stop()
})

beforeEach(() => {
  Object.assign(api.app, healthy())
  bucket.s3.faults.clear()
  Object.assign(bucket.s3.access, {encrypts: true, isPublic: false})
  bucket.s3.objects.clear()
})

/** heroku-cli-util caches an app's database while the process lives, so a changed database needs a new process. */
async function doctor(ownProcess: boolean): Promise<DoctorResult & {readonly code: number}> {
  const args = ['--app', 'shop', '--json', '--timeout', '5s']
  const {code, stdout} = await (ownProcess
    ? startPlugin(['heapdump:doctor', ...args]).ended
    : runCommand(HeapdumpDoctor, args))
  return {...(JSON.parse(stdout) as DoctorResult), code}
}

async function expectGreen(ownProcess = false): Promise<void> {
  const {checks, code} = await doctor(ownProcess)
  expect(checks.filter(check => check.state !== 'ok')).toEqual([])
  expect(code).toBe(0)
}

type Case = {
  readonly what: string
  readonly check: string
  readonly text: RegExp
  readonly fix: RegExp
  readonly break: () => unknown
  readonly repair: () => unknown
}

const set = (name: string, value: string) => () => (api.app.vars[name] = value)
const unset = (name: string) => () => delete api.app.vars[name]
const restore = (name: string) => () => (api.app.vars[name] = vars[name])

async function setVersion(
  version: string,
  agent = join(slug.directory, '.heroku/heapdump'),
  app?: string,
): Promise<void> {
  const file = join(agent, 'heapdump/version.rb')
  await writeFile(file, (await readFile(file, 'utf8')).replace(/'[\d.]+'/, `'${version}'`))
  await dyno.stop()
  dyno = await boot(app)
}

const CASES: readonly Case[] = [
  {
    break: unset('AWS_S3_BUCKET_NAME'),
    check: 'config',
    fix: /heroku addons:create bucketeer[\s\S]+AWS_S3_BUCKET_NAME/,
    repair: restore('AWS_S3_BUCKET_NAME'),
    text: /AWS_S3_BUCKET_NAME is not set/,
    what: 'no bucket',
  },
  {
    break: set('HEAPDUMP_DISABLED', '1'),
    check: 'config',
    fix: /^heroku config:unset HEAPDUMP_DISABLED --app shop$/,
    repair: unset('HEAPDUMP_DISABLED'),
    text: /HEAPDUMP_DISABLED is set/,
    what: 'HEAPDUMP_DISABLED',
  },
  {
    break: set('AWS_SECRET_ACCESS_KEY', 'rotated'),
    check: 'bucket',
    fix: /AWS_SECRET_ACCESS_KEY/,
    repair: restore('AWS_SECRET_ACCESS_KEY'),
    text: /rejected the credentials/,
    what: 'a wrong secret key',
  },
  {
    break: () => bucket.s3.faults.add({code: 'AccessDenied', operation: 'PutObject', status: 403, times: Infinity}),
    check: 'bucket',
    fix: /s3:PutObject on arn:aws:s3:::shop-heapdumps/,
    repair: () => bucket.s3.faults.clear(),
    text: /cannot write/,
    what: 'no permission to write',
  },
  {
    break: () => bucket.s3.faults.add({code: 'AccessDenied', operation: 'DeleteObject', status: 403, times: Infinity}),
    check: 'bucket',
    fix: /s3:DeleteObject/,
    repair: () => bucket.s3.faults.clear(),
    text: /cannot delete/,
    what: 'no permission to delete',
  },
  {
    break: () => (bucket.s3.access.isPublic = true),
    check: 'bucket',
    fix: /put-public-access-block --bucket shop-heapdumps/,
    repair: () => (bucket.s3.access.isPublic = false),
    text: /is public/,
    what: 'a public bucket',
  },
  {
    break: () => (bucket.s3.access.encrypts = false),
    check: 'bucket',
    fix: /put-bucket-encryption --bucket shop-heapdumps/,
    repair: () => (bucket.s3.access.encrypts = true),
    text: /does not encrypt/,
    what: 'a bucket that does not encrypt',
  },
  {
    break: async () => set('DATABASE_URL', vars.DATABASE_URL.replace(/:\d+\//, `:${await freePort()}/`))(),
    check: 'database',
    fix: /heroku pg:info/,
    repair: restore('DATABASE_URL'),
    text: /Cannot reach the database/,
    what: 'a database that is down',
  },
  {
    break: () => set('DATABASE_URL', pool.url)(),
    check: 'database',
    fix: /HEAPDUMP_DATABASE_URL to the direct URL/,
    repair: () => set('HEAPDUMP_DATABASE_URL', vars.DATABASE_URL)(),
    text: /is a connection pool/,
    what: 'a pooled URL',
  },
  {
    break() {
      api.app.buildpacks = [RUBY]
      api.app.builds = [{buildpacks: [{url: RUBY}], slug: {id: 'slug-2'}}]
    },
    check: 'buildpack',
    fix: /^heroku heapdump:setup --app shop\nRun it in the app's directory, then deploy as it says\.$/,
    async repair() {
      expect((await runCommand(HeapdumpSetup, ['--app', 'shop', '--buildpack', BUILDPACK, '--yes'])).code).toBe(0)
      api.app.builds = healthy().builds
    },
    text: /has no heapdump buildpack \(it has https:\/\/github\.com\/heroku\/heroku-buildpack-ruby\)/,
    what: 'no buildpack',
  },
  {
    break: () =>
      Object.assign(api.app, {
        builds: [{buildpacks: [{url: RUBY}], slug: {id: 'slug-1'}}],
        releases: [{current: true, slug: {id: 'slug-1'}, version: 213}],
      }),
    check: 'buildpack',
    fix: /git commit --allow-empty/,
    repair: () => Object.assign(api.app, healthy()),
    text: /Added at index 1, but v213 was built before/,
    what: 'a buildpack that is not deployed yet',
  },
  {
    break: () => (api.app.dynos = []),
    check: 'dyno',
    fix: /^heroku ps:scale web=1 --app shop$/,
    repair: () => (api.app.dynos = healthy().dynos),
    text: /web\.1 is not up \(no dyno is up\)/,
    what: 'no dyno',
  },
  {
    break: set('HEAPDUMP_SECRET', 'changed, and the dyno not restarted since'),
    check: 'agent',
    fix: /was not deployed since/,
    repair: restore('HEAPDUMP_SECRET'),
    text: /No agent on web\.1 answered/,
    what: 'an agent with another secret',
  },
  {
    break: () => setVersion('0.0.9'),
    check: 'version',
    fix: /git commit --allow-empty/,
    repair: () => setVersion('0.1.0'),
    text: /web\.1 runs agent 0\.0\.9, but this plugin is 0\.1\.0/,
    what: 'an agent of another version',
  },
]

describe('heapdump:doctor', () => {
  it('finds no fault in a working setup, and leaves nothing in the bucket', async () => {
    await expectGreen()
    expect(bucket.s3.objects.size).toBe(0)
    const screen = await runCommand(HeapdumpDoctor, ['--app', 'shop'])
    expect(screen.stdout).toMatch(
      /✓ buildpack +in v214, index 1 of 2\n ✓ dyno +web\.1 is up\n ✓ agent +web\.1: 1 process, Ruby 3\.\d+\.\d+\n ✓ version .*\n ✓ tracing +off/,
    )
    expect(screen.stdout).toContain('Next: heroku heapdump:diagnose --app shop')
  })

  it("accepts an agent in the app's own repository", async () => {
    const app = join(bucket.directory, 'shop')
    await cp(join(import.meta.dirname, '../../demo/app'), app, {recursive: true})
    Object.assign(api.app, {buildpacks: [RUBY], builds: [{buildpacks: [{url: RUBY}], slug: {id: 'slug-2'}}]})
    expect((await runCommand(HeapdumpSetup, ['--app', 'shop', '--vendor', '--yes', app])).code).toBe(0)
    await dyno.stop()
    dyno = await boot(app)
    try {
      await expectGreen()
      const asked = await questionsDuring(async () => {
        expect((await runCommand(HeapdumpDoctor, ['--app', 'shop'])).stdout).toContain('in vendor/heapdump')
      })
      expect(asked).toHaveLength(1)

      // A deploy alone would build the old agent again.
      await setVersion('0.0.9', join(app, 'vendor/heapdump'), app)
      const {checks} = await doctor(false)
      expect(checks.find(({name}) => name === 'version')?.fix).toBe(
        "heroku heapdump:setup --vendor --app shop\nRun it in the app's directory, then deploy as it says.",
      )
    } finally {
      await dyno.stop()
      dyno = await boot()
    }
  })

  it.each(CASES)('$what', async ({break: damage, check, fix, repair, text}) => {
    await damage()
    const ownProcess = check === 'database'
    const {checks, code} = await doctor(ownProcess)
    const broken = checks.filter(one => one.state === 'failed')
    expect(broken.map(one => one.name)).toEqual([check])
    expect(broken[0].text).toMatch(text)
    expect(broken[0].fix).toMatch(fix)
    expect(code).toBe(1)
    await repair()
    await expectGreen(ownProcess)
  })
})
