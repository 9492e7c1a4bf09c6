import {chmod, mkdir, readFile, readdir, rename, rm, stat, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {afterEach, describe, expect, it} from 'vitest'
import {type TestApp, createApp, root, run} from '../support/buildpack.js'

const GEMFILE = {Gemfile: 'gem "pg"\n', 'Gemfile.lock': 'GEM\n  specs:\n    pg (1.5.9)\n    pg_query (5.1.0)\n'}
const BUCKET = {AWS_ACCESS_KEY_ID: 'AKIA', AWS_S3_BUCKET_NAME: 'bucket', AWS_SECRET_ACCESS_KEY: 'secret'}
const BUCKETEER = {
  BUCKETEER_AWS_ACCESS_KEY_ID: 'AKIA',
  BUCKETEER_AWS_SECRET_ACCESS_KEY: 'secret',
  BUCKETEER_BUCKET_NAME: 'bucket',
}
const COMPLETE = {...BUCKET, DATABASE_URL: 'postgres://user:password@host/app'}

const INSTALLED = `-----> Installing the heapdump agent 0.1.0
       Dynos named in HEAPDUMP_DYNOS (default: web.1) load it at their next boot.
       It sleeps until heroku heapdump:trigger.
`
const NO_BUCKET = `
 !     The app has no bucket for dumps yet.
 !
 !     Not set: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_S3_BUCKET_NAME
 !     (nor all of Bucketeer's variables)
 !
 !     Add the add-on, which sets everything:
 !
 !         heroku addons:create bucketeer:hobbyist
 !
 !     Or use your own bucket:
 !
 !         heroku config:set AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=… AWS_S3_BUCKET_NAME=… AWS_REGION=…
 !
 !     There is no need to deploy again: setting config vars restarts the dynos.

`
const NO_DATABASE = `
 !     Dumps cannot be requested yet: the app has no Postgres.
 !
 !     Not set: DATABASE_URL, HEAPDUMP_DATABASE_URL
 !
 !     Requests travel through the app's Postgres (NOTIFY; it creates no table). If the
 !     app has none, the smallest plan is enough:
 !
 !         heroku addons:create heroku-postgresql:essential-0

`
const NO_PG = `
 !     Dumps cannot be requested yet: the app's bundle has no pg gem.
 !
 !     Gemfile.lock does not list it, and the agent installs no gems itself. Add this
 !     to the Gemfile, run bundle install, and deploy:
 !
 !         gem "pg"

`
const DISABLED = `
 !     HEAPDUMP_DISABLED is set: the agent is installed, but does not start. To enable it:
 !
 !         heroku config:unset HEAPDUMP_DISABLED

`
const SHORT_SECRET = `
 !     HEAPDUMP_SECRET has fewer than 32 characters.
 !
 !     It signs the dump requests to this app. Anyone who can run SQL on the database
 !     can capture a message and find a short secret by brute force, at 200,000 tries
 !     a second. Set a longer one:
 !
 !         heroku config:set HEAPDUMP_SECRET=$(openssl rand -hex 32)

`

const apps: TestApp[] = []
async function appWith(...given: Parameters<typeof createApp>): Promise<TestApp> {
  const app = await createApp(...given)
  apps.push(app)
  return app
}

afterEach(async () => {
  for (const app of apps.splice(0)) await app.remove()
})

/** Every file below a directory: path → content. */
async function readTree(directory: string): Promise<Record<string, string>> {
  const entries = (await readdir(directory, {recursive: true, withFileTypes: true})).filter(entry => entry.isFile())
  const read = entries.map(async entry => {
    const path = join(entry.parentPath, entry.name)
    return [path.slice(directory.length + 1), await readFile(path, 'utf8')] as const
  })
  return Object.fromEntries(await Promise.all(read))
}

describe('detect', () => {
  it('accepts a Ruby app', async () => {
    expect(await (await appWith(GEMFILE)).detect()).toEqual({code: 0, stderr: '', stdout: 'Heapdump\n'})
  })

  it('rejects any other app', async () => {
    const refused = {code: 1, stderr: 'No Gemfile found: the heapdump agent needs a Ruby app.\n', stdout: ''}
    expect(await (await appWith({'package.json': '{}'})).detect()).toEqual(refused)
  })
})

it('release changes nothing', async () => {
  expect(await (await appWith()).release()).toEqual({code: 0, stderr: '', stdout: '--- {}\n'})
})

describe('compile', () => {
  it.each([
    ['everything set', GEMFILE, COMPLETE, ''],
    ['Bucketeer', GEMFILE, {...BUCKETEER, HEAPDUMP_DATABASE_URL: 'postgres://host/app'}, ''],
    ['nothing set', GEMFILE, {}, NO_BUCKET + NO_DATABASE],
    [
      'a blank variable',
      GEMFILE,
      {...COMPLETE, AWS_S3_BUCKET_NAME: ' \n'},
      NO_BUCKET.replace('AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, ', ''),
    ],
    ['no database', GEMFILE, BUCKET, NO_DATABASE],
    ['no pg gem', {'Gemfile.lock': 'GEM\n  specs:\n    pg_query (5.1.0)\n'}, COMPLETE, NO_PG],
    ['a short secret', GEMFILE, {...COMPLETE, HEAPDUMP_SECRET: `${'x'.repeat(31)}\n`}, SHORT_SECRET],
    ['a long secret', GEMFILE, {...COMPLETE, HEAPDUMP_SECRET: 'x'.repeat(32)}, ''],
    ['disabled', GEMFILE, {...COMPLETE, HEAPDUMP_DISABLED: '1'}, DISABLED],
  ])('with %s: warns if needed, and succeeds', async (_, files, vars, warnings) => {
    const ran = await (await appWith(files, vars)).compile()
    expect(ran).toEqual({code: 0, stderr: '', stdout: INSTALLED + warnings})
  })

  it('installs the agent unchanged, and replaces an earlier one', async () => {
    const app = await appWith({...GEMFILE, '.profile.d/ruby.sh': 'export LANG=C\n'}, COMPLETE)
    await app.compile()
    const agent = await readTree(join(root, 'buildpack/agent'))
    const expected = {
      ...GEMFILE,
      '.profile.d/ruby.sh': 'export LANG=C\n',
      '.profile.d/zz-heapdump.sh': await readFile(join(root, 'buildpack/profile.d/zz-heapdump.sh'), 'utf8'),
      ...Object.fromEntries(Object.entries(agent).map(([path, content]) => [`.heroku/heapdump/${path}`, content])),
    }
    expect(await readTree(app.app)).toEqual(expected)

    await writeFile(join(app.app, '.heroku/heapdump/of-an-older-version.rb'), '')
    expect((await app.compile()).code).toBe(0)
    expect(await readTree(app.app)).toEqual(expected)
  })

  it('creates files that another user can read', async () => {
    const app = await appWith(GEMFILE, COMPLETE)
    await app.compile()
    for (const path of [
      '.profile.d/zz-heapdump.sh',
      '.heroku/heapdump/agent.rb',
      '.heroku/heapdump/heapdump/agent.rb',
    ]) {
      expect((await stat(join(app.app, path))).mode & 0o777).toBe(0o644)
    }
  })

  it('says what happened on an unexpected failure', async () => {
    const app = await appWith({...GEMFILE, '.profile.d': 'a file where a directory should be\n'}, COMPLETE)
    const ran = await app.compile()
    expect(ran.code).toBe(1)
    expect(ran.stdout).toContain(' !     Bug: the heapdump buildpack failed with status 1.\n !\n !     At agent.sh:')
  })
})

describe('in a dyno', () => {
  const rubyopt = 'printf %s "${RUBYOPT-unset}"'
  const installed = async () => {
    const app = await appWith(GEMFILE, COMPLETE)
    await app.compile()
    return {app, option: `-r${app.app}/.heroku/heapdump/agent.rb`}
  }

  it.each([
    [{DYNO: 'web.1'}, true],
    [{DYNO: 'web.2'}, false],
    [{DYNO: 'web.11'}, false],
    [{DYNO: 'worker.1'}, false],
    [{DYNO: 'run.1234'}, false],
    [{}, false],
    [{DYNO: 'worker.1', HEAPDUMP_DYNOS: 'web.1, worker.1'}, true],
    [{DYNO: 'worker.1', HEAPDUMP_DYNOS: 'web.1,worker.1'}, true],
    [{DYNO: 'web.1', HEAPDUMP_DYNOS: 'worker.1'}, false],
    [{DYNO: 'web.12', HEAPDUMP_DYNOS: 'web'}, true],
    [{DYNO: 'worker.2', HEAPDUMP_DYNOS: 'web.1 worker.*'}, true],
    [{DYNO: 'webhooks.1', HEAPDUMP_DYNOS: 'web,web.*'}, false],
    [{DYNO: 'worker.3', HEAPDUMP_DYNOS: '*'}, true],
    [{DYNO: 'run.1234', HEAPDUMP_DYNOS: '*'}, false],
    [{DYNO: 'release.1234', HEAPDUMP_DYNOS: '*'}, false],
    [{HEAPDUMP_DYNOS: '*'}, false],
    [{DYNO: 'web.1', HEAPDUMP_DYNOS: ''}, true],
    [{DYNO: 'web.1', HEAPDUMP_DISABLED: '1'}, false],
  ])('%j enabled: %s', async (env, enabled) => {
    const {app, option} = await installed()
    for (const shell of ['bash', 'dash']) {
      expect(await app.dyno(rubyopt, env, shell)).toEqual({code: 0, stderr: '', stdout: enabled ? option : 'unset'})
    }
  })

  it('appends to RUBYOPT, once', async () => {
    const {app, option} = await installed()
    expect((await app.dyno(rubyopt, {DYNO: 'web.1', RUBYOPT: '--yjit -W0'})).stdout).toBe(`--yjit -W0 ${option}`)
    expect(
      (await app.dyno(`. "$HOME/.profile.d/zz-heapdump.sh"; ${rubyopt}`, {DYNO: 'web.1', RUBYOPT: '-W0'})).stdout,
    ).toBe(`-W0 ${option}`)
  })

  it('saves the database URL for the agent before a pool on the dyno changes it', async () => {
    const {app} = await installed()
    // As heroku-buildpack-pgbouncer's bin/start-pgbouncer does before it runs the command.
    const pooled = 'export DATABASE_URL=postgres://u:p@127.0.0.1:6000/db1; '
    const url = 'postgres://u:p%40ss@ec2.example:5432/d'
    const shown = `${pooled}printf %s "\${HEAPDUMP_BOOT_DATABASE_URL-unset}"`
    expect((await app.dyno(shown, {DATABASE_URL: url, DYNO: 'web.1'})).stdout).toBe(url)
    expect((await app.dyno(shown, {DATABASE_URL: url, DYNO: 'web.2'})).stdout).toBe('unset')
    expect((await app.dyno(shown, {DYNO: 'web.1'})).stdout).toBe('unset')
  })

  it('runs after a script that overwrites RUBYOPT', async () => {
    const {app, option} = await installed()
    await writeFile(join(app.app, '.profile.d/ruby.sh'), 'export RUBYOPT=-W1\n')
    expect((await app.dyno(rubyopt, {DYNO: 'web.1'})).stdout).toBe(`-W1 ${option}`)
  })

  it('leaves nothing else behind, even in a strict shell', async () => {
    const {app} = await installed()
    const names = '{ compgen -v; declare -F; } | sort'
    const script = `set -eu; before= after=; before=$(${names}); . "$HOME/.profile.d/zz-heapdump.sh"; after=$(${names}); echo $?; diff <(echo "$before") <(echo "$after") || true`
    const {stdout, stderr} = await run('bash', ['-c', script], {DYNO: 'web.1', HOME: app.app, RUBYOPT: '-W0'})
    expect({stderr, stdout}).toEqual({stderr: '', stdout: '0\n'})
  })

  it('really enables the agent: Ruby loads it', async () => {
    const {app} = await installed()
    const ran = await app.dyno('ruby -e "print defined?(Heapdump)"', {DYNO: 'web.1'})
    expect(ran).toEqual({code: 0, stderr: '', stdout: 'constant'})
    expect(await app.dyno('ruby -e "print defined?(Heapdump).inspect"', {DYNO: 'web.2'})).toEqual({
      code: 0,
      stderr: '',
      stdout: 'nil',
    })
  })

  it('does no harm without the agent’s file: Ruby starts', async () => {
    const {app} = await installed()
    await rm(join(app.app, '.heroku/heapdump/agent.rb'))
    expect(await app.dyno('ruby -e "print 1"', {DYNO: 'web.1'})).toEqual({code: 0, stderr: '', stdout: '1'})
  })

  it('does no harm in a path with a space: Ruby starts', async () => {
    const {app} = await installed()
    const moved = join(app.directory, 'my app')
    await rename(app.app, moved)
    expect(await app.dyno('ruby -e "print 1"', {DYNO: 'web.1', HOME: moved})).toEqual({
      code: 0,
      stderr: '',
      stdout: '1',
    })
  })

  it.runIf(process.getuid?.() === 0)('does no harm if the agent’s file cannot be read: Ruby starts', async () => {
    const {app} = await installed()
    await mkdir(join(app.app, 'tmp'))
    await chmod(join(app.app, '.heroku/heapdump/agent.rb'), 0o600)
    await chmod(app.directory, 0o755)
    const script = 'for file in "$HOME"/.profile.d/*.sh; do . "$file"; done; ruby -e "print 1"'
    const ran = await run('setpriv', ['--reuid=65534', '--regid=65534', '--clear-groups', 'bash', '-c', script], {
      DYNO: 'web.1',
      HOME: app.app,
    })
    expect(ran).toEqual({code: 0, stderr: '', stdout: '1'})
  })
})
