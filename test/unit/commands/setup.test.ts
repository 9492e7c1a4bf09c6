import type {APIClient} from '@heroku-cli/command'
import {execFileSync} from 'node:child_process'
import {cpSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import HeapdumpSetup from '../../../src/commands/heapdump/setup.js'
import {ownBuildpack} from '../../../src/lib/heroku/own-buildpack.js'
import {afterSetup} from '../../../src/lib/cli/plan-setup.js'
import {planSetup} from '../../../src/lib/heroku/setup.js'
import {type TestBucket, openBucket} from '../../support/bucket.js'
import {root} from '../../support/buildpack.js'
import {startDyno} from '../../support/dyno.js'
import {startHerokuApi} from '../../support/heroku-api.js'
import {runCommand} from '../../support/run-command.js'
import {apiEnvironment, setEnvironment} from '../../support/settings.js'
import {dotenv} from '../../support/stage.js'

const BUILDPACK = 'https://git.example/heroku-heapdump'
const BUCKETEER = {
  BUCKETEER_AWS_ACCESS_KEY_ID: 'AKIA',
  BUCKETEER_AWS_REGION: 'us-east-1',
  BUCKETEER_AWS_SECRET_ACCESS_KEY: 'secret',
  BUCKETEER_BUCKET_NAME: 'bucketeer-1',
}

const AUTHOR = {
  GIT_AUTHOR_EMAIL: 'ana@example.com',
  GIT_AUTHOR_NAME: 'Ana',
  GIT_COMMITTER_EMAIL: 'ana@example.com',
  GIT_COMMITTER_NAME: 'Ana',
}

let api: Awaited<ReturnType<typeof startHerokuApi>>
let bucket: TestBucket
let restore: () => void

beforeEach(async () => {
  api = await startHerokuApi({
    addonVars: BUCKETEER,
    buildpacks: ['heroku/nodejs', 'heroku/ruby'],
    name: 'shop',
    vars: {DATABASE_URL: 'postgres://u:p@127.0.0.1/app'},
  })
  bucket = await openBucket()
  restore = setEnvironment(apiEnvironment(api))
})

afterEach(async () => {
  restore()
  await api.stop()
  await bucket.close()
})

const setup = (...args: string[]) => runCommand(HeapdumpSetup, ['--app', 'shop', '--buildpack', BUILDPACK, ...args])
const changes = () =>
  api.requests.filter(request => request.method !== 'GET').map(request => `${request.method} ${request.path}`)

describe('heapdump:setup', () => {
  it('only shows the steps on a dry run', async () => {
    const {code, stderr, stdout} = await setup('--dry-run', '--json')
    expect(stderr).toContain('On ⬢ shop, this would:')
    expect(JSON.parse(stdout)).toEqual({
      schemaVersion: 1,
      app: 'shop',
      steps: [
        {done: false, what: expect.stringContaining('add the add-on bucketeer:hobbyist')},
        {done: false, what: `add the buildpack ${BUILDPACK} at index 1 (then: heroku/nodejs, heroku/ruby)`},
        {done: false, what: 'set HEAPDUMP_SECRET (restarts the dynos)'},
      ],
    })
    expect(changes()).toEqual([])
    expect(code).toBe(0)
  })

  it('takes the steps in order, and has nothing to do the second time', async () => {
    const {code, stderr, stdout} = await setup('--yes')
    expect(changes()).toEqual([
      'POST /apps/shop/addons',
      'PUT /apps/shop/buildpack-installations',
      'PATCH /apps/shop/config-vars',
    ])
    expect(api.app.buildpacks).toEqual([BUILDPACK, 'heroku/nodejs', 'heroku/ruby'])
    expect(api.app.vars.HEAPDUMP_SECRET).toMatch(/^[0-9a-f]{64}$/)
    expect(stdout + stderr).not.toContain(api.app.vars.HEAPDUMP_SECRET)
    expect(stdout).toContain('heroku heapdump:doctor --app shop')
    expect(code).toBe(0)

    api.requests.length = 0
    expect((await setup('--yes')).stdout).toContain('is already set up')
    expect(changes()).toEqual([])
  })

  it('sets your own bucket, and nothing else from that file', async () => {
    const file = join(bucket.directory, 'bucket.env')
    await writeFile(file, dotenv({...bucket.vars, UNRELATED: 'stays here'}))
    const {stdout} = await setup('--bucket-env', file, '--dyno', 'web.1', '--dyno', 'worker.1', '--yes', '--json')
    expect(stdout).not.toContain(bucket.vars.AWS_SECRET_ACCESS_KEY)
    expect(api.app.vars).toMatchObject({...bucket.vars, HEAPDUMP_DYNOS: 'web.1,worker.1'})
    expect(api.app.vars).not.toHaveProperty('UNRELATED')
    expect(changes()).not.toContain('POST /apps/shop/addons')
  })

  it('says how to enable running job workers too, unless all are enabled', async () => {
    api.app.formation = [
      {quantity: 2, size: 'Standard-1X', type: 'worker'},
      {quantity: 1, size: 'Standard-1X', type: 'web'},
      {quantity: 0, size: 'Standard-1X', type: 'clock'},
    ]
    const {stderr} = await setup('--yes')
    expect(stderr).toContain(
      "To enable worker dynos too: heroku heapdump:setup --dyno web.1 --dyno 'worker.*' --app shop",
    )
    expect(api.app.vars).not.toHaveProperty('HEAPDUMP_DYNOS')
    await setup('--yes', '--dyno', 'web.1', '--dyno', 'worker.*')
    expect(api.app.vars.HEAPDUMP_DYNOS).toBe('web.1,worker.*')
    expect((await setup('--yes')).stderr).not.toContain('To enable')
  })

  it.each([
    [['--env', 'some.env'], 'heapdump:setup needs a Heroku app, which --env does not name.'],
    [[], 'No app given.'],
  ])('requires an app: %j', async (args, message) => {
    const {code, stdout} = await runCommand(HeapdumpSetup, [...args, '--json'])
    const {error} = JSON.parse(stdout) as {error: {hint: string; message: string}}
    expect([code, error.message]).toEqual([2, message])
    expect(error.hint).not.toContain('--env')
  })

  it('keeps Ruby for an app with a detected buildpack', async () => {
    api.app.buildpacks = []
    await setup('--yes')
    expect(api.app.buildpacks).toEqual([BUILDPACK, 'heroku/ruby'])
  })

  it('does the rest if nobody knows the buildpack, and says how to add the agent', async () => {
    const plan = {
      bucketVars: null,
      buildpack: null,
      directory: bucket.directory,
      chooseDynos: async () => null,
      hasBucket: true,
      plan: '',
      vendor: false,
      version: '1.0.0',
    }
    const say = () => {}
    const heroku = {get: async () => ({body: []})} as unknown as APIClient
    const settings = {app: 'shop', source: '', vars: {}}
    const steps = await planSetup({...plan, heroku, settings})
    expect(steps.map(({kind}) => kind)).toEqual(['config'])
    const flags = {} as Parameters<typeof afterSetup>[0]
    const lines = await afterSetup(flags, steps, {directory: bucket.directory, heroku, say, settings, version: '1.0.0'})
    expect(lines).toEqual([
      "The agent is still missing: this plugin does not know its buildpack's URL.",
      "Next, in the app's directory, add the agent to its repository:",
      '  heroku heapdump:setup --vendor --app shop',
      'Or name a buildpack with --buildpack URL.',
    ])
  })

  it('asks for confirmation', async () => {
    const silent = await setup('--json')
    expect(JSON.parse(silent.stdout)).toMatchObject({error: {code: 'not_confirmed'}})
    expect(silent.code).toBe(2)
    expect(changes()).toEqual([])
  })

  it('uses the repository of the plugin as the buildpack', async () => {
    const plugin = join(bucket.directory, 'plugin')
    const git = (...args: string[]) => execFileSync('git', ['-C', plugin, ...args], {stdio: 'pipe'})
    mkdirSync(plugin)
    await writeFile(join(plugin, 'package.json'), '{}')
    expect(await ownBuildpack(plugin)).toBeNull()
    git('init', '-q')
    git('remote', 'add', 'origin', bucket.directory)
    expect(await ownBuildpack(plugin)).toBeNull()
    git('remote', 'set-url', 'origin', 'git@git.example:tools/heroku-heapdump.git')
    expect(await ownBuildpack(plugin)).toBe('https://git.example/tools/heroku-heapdump')
    await writeFile(join(plugin, 'package.json'), '{"repository": {"url": "git+https://code.example/heapdump.git"}}')
    expect(await ownBuildpack(plugin)).toBe('https://code.example/heapdump')
    await writeFile(join(plugin, 'package.json'), '{"heroku": {"buildpack": "https://code.example/buildpack"}}')
    expect(await ownBuildpack(plugin)).toBe('https://code.example/buildpack')
  })
})

describe('heapdump:setup --vendor', () => {
  let shop: string
  const git = (...args: string[]) => execFileSync('git', ['-C', shop, ...args], {encoding: 'utf8'})
  const inShop = (...args: string[]) => runCommand(HeapdumpSetup, ['--app', 'shop', '--yes', ...args, shop])

  beforeEach(() => {
    shop = join(bucket.directory, 'shop')
    cpSync(join(root, 'test/support/ruby/app'), shop, {recursive: true})
    writeFileSync(join(shop, '.profile'), 'export RUBYOPT="-W1 ${RUBYOPT:-}"\n')
    git('init', '-q')
    git('config', 'user.name', 'Ana')
    git('config', 'user.email', 'ana@example.com')
    git('add', '.')
    git('commit', '-qm', 'Shop')
  })

  it('adds the agent to the app once, and removes it without a trace', async () => {
    const {code, stdout} = await inShop('--vendor')
    expect(code).toBe(0)
    expect(stdout).toContain('git add --force vendor/heapdump .profile')
    expect(changes()).toEqual(['POST /apps/shop/addons', 'PATCH /apps/shop/config-vars'])
    expect(git('status', '--porcelain').split('\n')).toEqual([' M .profile', '?? vendor/', ''])

    const again = await inShop('--vendor')
    expect(again.stdout).toContain('is already set up')
    expect(again.stdout).toMatch(
      /If you have not deployed since, .*:\n {2}git add --force vendor\/heapdump \.profile\n/,
    )
    const removed = await inShop('--remove')
    expect(removed.code).toBe(0)
    expect(git('status', '--porcelain')).toBe('')
    expect(readdirSync(shop)).not.toContain('vendor')
    expect(api.app.vars.HEAPDUMP_SECRET).toBeNull()
    expect(api.app.buildpacks).toEqual(['heroku/nodejs', 'heroku/ruby'])
  })

  it('proposes the commit that releases the agent, and the one that removes it', async () => {
    const type = (stdout: string) => {
      for (const command of stdout.match(/(?<=^ {2})git (?!push).*/gm)!)
        execFileSync('sh', ['-c', command], {cwd: shop, env: {...process.env, ...AUTHOR}})
    }
    const before = git('rev-parse', 'HEAD^{tree}')
    type((await inShop('--vendor')).stdout)
    writeFileSync(join(shop, 'notes'), 'not part of it')
    git('add', 'notes')
    type((await inShop('--remove')).stdout)
    expect(git('rev-parse', 'HEAD^{tree}')).toBe(before)
    expect(git('status', '--porcelain')).toBe('A  notes\n')
  })

  it.each([
    ['none', null],
    ['an empty one', ''],
    ['blank lines', '\n\n'],
    ['no final newline', 'export A=1'],
    ['CRLF', 'export A=1\r\nexport B=2\r\n'],
    ['CRLF without a final newline', 'export A=1\r\nexport B=2'],
  ])('restores .profile byte for byte: %s', async (_, text) => {
    const profile = join(shop, '.profile')
    if (text === null) rmSync(profile)
    else writeFileSync(profile, text)
    git('commit', '-qam', 'Another profile')
    await inShop('--vendor')
    const added = readFileSync(profile, 'utf8')
    // An older version of the agent is replaced.
    writeFileSync(join(shop, 'vendor/heapdump/heapdump/version.rb'), "VERSION = '0.0.1'\n")
    await inShop('--vendor')
    expect(readFileSync(profile, 'utf8')).toBe(added)
    await inShop('--remove')
    expect(git('status', '--porcelain')).toBe('')
  })

  it('keeps a .profile that is a symbolic link', async () => {
    renameSync(join(shop, '.profile'), join(shop, 'profile.sh'))
    writeFileSync(join(shop, 'profile.sh'), '')
    symlinkSync('profile.sh', join(shop, '.profile'))
    git('add', '.')
    git('commit', '-qm', 'A link')
    await inShop('--vendor')
    expect(git('status', '--porcelain').split('\n')).toEqual([' M profile.sh', '?? vendor/', ''])
    await inShop('--remove')
    expect(git('status', '--porcelain')).toBe('')
  })

  it.each([
    ['converts it to CRLF', (text: string) => text.replaceAll('\n', '\r\n')],
    ['drops the final newline', (text: string) => text.trimEnd()],
  ])('removes its lines from .profile after an editor %s', async (_, edit) => {
    const profile = join(shop, '.profile')
    await inShop('--vendor')
    writeFileSync(profile, edit(readFileSync(profile, 'utf8')))
    // Someone deletes the agent by hand.
    rmSync(join(shop, 'vendor'), {recursive: true})
    expect((await inShop('--remove')).code).toBe(0)
    expect(readFileSync(profile, 'utf8').trimEnd()).toBe('export RUBYOPT="-W1 ${RUBYOPT:-}"')
  })

  it.each(['vendor', '.profile'])('refuses to change anything if %s is of another kind', async name => {
    const path = join(shop, name)
    rmSync(path, {force: true, recursive: true})
    if (name === 'vendor') writeFileSync(path, '')
    else mkdirSync(path)
    const {code, stdout} = await inShop('--vendor', '--json')
    expect(code).toBe(1)
    const message = expect.stringContaining(`${name} already exists, and is not`)
    expect(JSON.parse(stdout)).toMatchObject({error: {code: 'exists', message}})
    expect(changes()).toEqual([])
  })

  it('is loaded by a dyno after the scripts of other buildpacks', async () => {
    await inShop('--vendor')
    mkdirSync(join(shop, '.profile.d'))
    writeFileSync(join(shop, '.profile.d/ruby.sh'), 'export RUBYOPT="--yjit" GEM_PATH="$HOME/vendor/bundle"\n')
    const boot = async (dyno: string) => {
      const started = await startDyno({command: ['printenv', 'RUBYOPT'], dyno, slug: shop, vars: {}})
      try {
        return await started.saw(/yjit/)
      } finally {
        await started.stop()
      }
    }
    expect(await boot('web.1')).toBe(`-W1 --yjit -r${shop}/vendor/heapdump/agent.rb`)
    expect(await boot('worker.1')).toBe('-W1 --yjit')
  })

  it('shows what it would do to files without an app, without any request', async () => {
    const dry = await runCommand(HeapdumpSetup, ['--vendor', '--dry-run', '--json', shop])
    expect(dry.code).toBe(0)
    expect(JSON.parse(dry.stdout)).toMatchObject({
      app: null,
      steps: [{done: false, what: `add the agent to ${shop}/vendor/heapdump, and five lines to ${shop}/.profile`}],
    })
    expect(git('status', '--porcelain')).toBe('')
    expect(api.requests).toEqual([])
  })

  it('is the default if the URL of the buildpack is unknown', async () => {
    const options = {
      bucketVars: null,
      buildpack: null,
      directory: shop,
      chooseDynos: async () => null,
      hasBucket: true,
      plan: '',
      vendor: false,
      version: '1.0.0',
    }
    const heroku = {get: async () => ({body: []})} as unknown as APIClient
    const settings = {app: 'shop', source: '', vars: {HEAPDUMP_SECRET: 's'}}
    expect(await planSetup({...options, heroku, settings})).toEqual([{directory: shop, kind: 'vendor'}])
  })

  it('removes the buildpack too, and refuses to have both', async () => {
    await inShop('--vendor')
    const second = await inShop('--buildpack', BUILDPACK, '--json')
    expect(JSON.parse(second.stdout)).toMatchObject({error: {code: 'exists'}})
    // The plugin knows its own buildpack, but nobody asked for it.
    const options = {
      bucketVars: null,
      buildpack: BUILDPACK,
      chooseDynos: async () => null,
      directory: shop,
      hasBucket: true,
      plan: '',
    }
    const heroku = {get: async () => ({body: []})} as unknown as APIClient
    const settings = {app: 'shop', source: '', vars: {HEAPDUMP_SECRET: 's'}}
    expect(await planSetup({...options, heroku, settings, vendor: false, version: '99.0.0'})).toEqual([
      {directory: shop, kind: 'vendor'},
    ])
    await inShop('--remove')

    await setup('--yes')
    const both = await inShop('--vendor', '--json')
    expect(JSON.parse(both.stdout)).toMatchObject({error: {code: 'has_buildpack'}})
    expect(git('status', '--porcelain')).toBe('')
    await inShop('--remove')
    expect(api.app.buildpacks).toEqual(['heroku/nodejs', 'heroku/ruby'])
  })

  it('writes only into an app, and overwrites nothing', async () => {
    api.app.formation = [{quantity: 1, size: 'Standard-1X', type: 'worker'}]
    const elsewhere = await runCommand(HeapdumpSetup, [
      '--app',
      'shop',
      '--yes',
      '--json',
      '--vendor',
      bucket.directory,
    ])
    expect(JSON.parse(elsewhere.stdout)).toMatchObject({error: {code: 'not_an_app'}})
    // Nothing about job workers before it is certain that setup can go on.
    expect(elsewhere.stderr).toBe('')
    const missing = await runCommand(HeapdumpSetup, ['--app', 'shop', '--json', join(shop, 'none')])
    expect(missing.code).toBe(2)
    expect(JSON.parse(missing.stdout)).toMatchObject({error: {code: 'wrong_use'}})
    mkdirSync(join(shop, 'vendor/heapdump'), {recursive: true})
    writeFileSync(join(shop, 'vendor/heapdump/notes'), 'mine')
    const taken = await inShop('--vendor', '--json')
    expect(JSON.parse(taken.stdout)).toMatchObject({error: {code: 'exists'}})
    expect(readdirSync(join(shop, 'vendor/heapdump'))).toEqual(['notes'])
    expect(changes()).toEqual([])
  })
})
