// The same directory as a Cloud Native Buildpack: does what the lifecycle does, with temporary directories.
import {spawn} from 'node:child_process'
import {mkdir, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, describe, expect, it} from 'vitest'
import {ofType, trigger} from '../support/enabled-app.js'
import {type Ran, root} from '../support/buildpack.js'
import {startDyno} from '../support/dyno.js'
import {eventually} from '../support/eventually.js'
import {startServices} from '../support/services.js'

const undo: Array<() => Promise<unknown>> = []
afterEach(async () => {
  for (const step of undo.splice(0).toReversed()) await step()
})

/** Runs a program of the buildpack in a directory; `exported` is what it writes to descriptor 3. */
function runIn(directory: string, program: string, env: Record<string, string>): Promise<Ran & {exported: string}> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, {
      cwd: directory,
      env: {PATH: process.env.PATH, ...env},
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    })
    const texts = ['', '', '', '']
    for (const fd of [1, 2, 3]) child.stdio[fd]?.on('data', chunk => (texts[fd] += chunk))
    child.once('error', reject)
    child.once('close', code => resolve({code, stderr: texts[2], stdout: texts[1], exported: texts[3]}))
  })
}

async function image(files: Record<string, string> = {Gemfile: 'gem "pg"\n'}, vars: Record<string, string> = {}) {
  const base = await mkdtemp(join(tmpdir(), 'heapdump-'))
  undo.push(() => rm(base, {force: true, recursive: true}))
  const [app, layers, platform] = ['workspace', 'layers', 'platform'].map(name => join(base, name))
  for (const directory of [app, layers, join(platform, 'env')]) await mkdir(directory, {recursive: true})
  for (const [name, text] of Object.entries(files)) await writeFile(join(app, name), text)
  for (const [name, value] of Object.entries(vars)) await writeFile(join(platform, 'env', name), value)
  const plan = join(base, 'plan.toml')
  await writeFile(plan, '')
  const env = {CNB_BUILD_PLAN_PATH: plan, CNB_LAYERS_DIR: layers, CNB_PLATFORM_DIR: platform}
  return {
    agent: join(layers, 'heapdump/agent/agent.rb'),
    app,
    build: () => runIn(app, join(root, 'buildpack/bin/build'), {CNB_LAYERS_DIR: layers, CNB_PLATFORM_DIR: platform}),
    detect: () => runIn(app, join(root, 'buildpack/bin/detect'), env),
    layers,
    /** The environment that the launcher would add to a process. */
    launch: (launchEnv: Record<string, string>) => runIn(app, join(layers, 'heapdump/exec.d/heapdump'), launchEnv),
    plan,
  }
}

const COMPLETE = {
  AWS_ACCESS_KEY_ID: 'AKIA',
  AWS_S3_BUCKET_NAME: 'bucket',
  AWS_SECRET_ACCESS_KEY: 'secret',
  DATABASE_URL: 'postgres://host/app',
}

describe('detect', () => {
  it('accepts a Ruby app, and requires what it provides', async () => {
    const ruby = await image()
    expect(await ruby.detect()).toMatchObject({code: 0, stderr: '', stdout: ''})
    expect(await readFile(ruby.plan, 'utf8')).toBe(
      '[[provides]]\nname = "heapdump"\n\n[[requires]]\nname = "heapdump"\n',
    )
  })

  it('rejects any other app, with the status for that', async () => {
    expect(await (await image({'package.json': '{}'})).detect()).toMatchObject({code: 100})
  })
})

describe('build', () => {
  it('creates a launch layer, and the same one again', async () => {
    const {build, layers} = await image({Gemfile: ''}, COMPLETE)
    for (let times = 0; times < 2; times++) {
      expect(await build()).toMatchObject({
        code: 0,
        stderr: '',
        stdout: `-----> Installing the heapdump agent 0.1.0
       Dynos named in HEAPDUMP_DYNOS load it at their next boot (default: web.1, which
       here is one elected web dyno). It sleeps until heroku heapdump:trigger.
`,
      })
    }

    expect(await readFile(join(layers, 'heapdump.toml'), 'utf8')).toBe('[types]\nlaunch = true\n')
  })

  it('warns about missing configuration, and succeeds', async () => {
    const {code, stdout} = await (await image()).build()
    expect(code).toBe(0)
    expect(stdout).toContain(' !     The app has no bucket for dumps yet.')
    expect(stdout).toContain(' !     Dumps cannot be requested yet: the app has no Postgres.')
  })
})

describe('launch', () => {
  const WEB = 'web-848cd4f64d-pvpr2'
  it.each<[Record<string, string>, boolean]>([
    [{DYNO: WEB}, true],
    [{DYNO: 'worker-5f7c9d-abcde'}, false],
    [{DYNO: 'web-api-5f7c9d-abcde'}, false],
    [{DYNO: 'web-api-5f7c9d-abcde', HEAPDUMP_DYNOS: 'web-api.1'}, true],
    [{DYNO: 'worker-5f7c9d-abcde', HEAPDUMP_DYNOS: 'web.1,worker.1'}, true],
    [{DYNO: WEB, HEAPDUMP_DYNOS: WEB}, true],
    [{DYNO: 'run-5f7c9d'}, false],
    [{DYNO: 'run-5f7c9d', HEAPDUMP_DYNOS: '*'}, false],
    [{DYNO: WEB, HEAPDUMP_DYNOS: '*'}, true],
    [{DYNO: 'web-api-5f7c9d-abcde', HEAPDUMP_DYNOS: 'web-api'}, true],
    [{DYNO: 'web-api-5f7c9d-abcde', HEAPDUMP_DYNOS: 'web.*'}, false],
    [{DYNO: WEB, HEAPDUMP_DISABLED: '1'}, false],
    [{}, false],
  ])('%j enabled: %s', async (env, enabled) => {
    const {agent, build, launch} = await image()
    await build()
    expect(await launch(env)).toMatchObject({code: 0, stderr: '', exported: enabled ? `RUBYOPT = "-r${agent}"\n` : ''})
  })

  it('keeps RUBYOPT, and writes it as TOML', async () => {
    const {agent, build, launch} = await image()
    await build()
    expect((await launch({DYNO: WEB, RUBYOPT: '-W:no-deprecated -I"a\\b"'})).exported).toBe(
      `RUBYOPT = "-W:no-deprecated -I\\"a\\\\b\\" -r${agent}"\n`,
    )
  })

  it('saves the database URL too', async () => {
    const {agent, build, launch} = await image()
    await build()
    expect((await launch({DATABASE_URL: 'postgres://u:p@db/d', DYNO: WEB})).exported).toBe(
      `RUBYOPT = "-r${agent}"\nHEAPDUMP_BOOT_DATABASE_URL = "postgres://u:p@db/d"\n`,
    )
  })

  it('starts the process even without its files', async () => {
    const {build, launch, layers} = await image()
    await build()
    await rm(join(layers, 'heapdump/agent'), {recursive: true})
    expect(await launch({DYNO: WEB})).toMatchObject({code: 0, exported: ''})
    await rm(join(layers, 'heapdump/zz-heapdump.sh'))
    expect(await launch({DYNO: WEB})).toMatchObject({code: 0, exported: ''})
  })
})

it('exactly one of three web dynos listens as web.1; when it is gone, another takes over', async () => {
  const {postgres, stop, vars} = await startServices()
  undo.push(stop)
  const {app, build, launch} = await image({Gemfile: '', 'app.rb': 'sleep'}, vars)
  await build()
  const names = ['web-848cd4f64d-aaaaa', 'web-848cd4f64d-bbbbb', 'web-848cd4f64d-ccccc']
  const start = async (name: string) => {
    const {exported} = await launch({DYNO: name})
    const rubyopt = /^RUBYOPT = "(.*)"$/m.exec(exported)?.[1] ?? ''
    const dyno = await startDyno({
      command: ['ruby', 'app.rb'],
      dyno: name,
      slug: app,
      vars: {...vars, HEAPDUMP_GRACE: '0', RUBYOPT: rubyopt},
    })
    undo.push(() => dyno.stop())
    return {...dyno, listens: () => dyno.lines.some(line => line.includes('is listening for dump requests to')), name}
  }
  await mkdir(join(app, '.profile.d'))
  await writeFile(join(app, '.profile.d/none.sh'), '')
  const dynos = await Promise.all(names.map(start))
  const first = await eventually('one listens', () => dynos.find(dyno => dyno.listens()))

  const events = await trigger(postgres.url, {dyno: 'web.1'})
  expect(events.at(-1)).toMatchObject({finished: 1})
  expect(ofType(events, 'finished')[0].key).toContain(`-${first.name}-${first.pid}-`)
  expect(dynos.filter(dyno => dyno.listens())).toHaveLength(1)
  // It also answers to its own name.
  expect((await trigger(postgres.url, {dyno: first.name})).at(-1)).toMatchObject({finished: 1})

  process.kill(first.pid, 'SIGKILL')
  const second = await eventually('another listens', () => dynos.find(dyno => dyno !== first && dyno.listens()), 30)
  const [finished] = ofType(await trigger(postgres.url, {dyno: 'web.1'}), 'finished')
  expect(finished.key).toContain(`-${second.name}-${second.pid}-`)
  expect(dynos.filter(dyno => dyno.listens())).toHaveLength(2) // one line from each of the two
})
