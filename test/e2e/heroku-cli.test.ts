// The packed plugin inside the real Heroku CLI, against a fake api.heroku.com, the running app, Postgres and a bucket.
import {readFile} from 'node:fs/promises'
import {delimiter, dirname, join} from 'node:path'
import {afterAll, beforeAll, beforeEach, describe, expect, it} from 'vitest'
import {postgresAttachment, startHerokuApi} from '../support/heroku-api.js'
import {installHerokuCli} from '../support/heroku-cli.js'
import {openStage, sendTraffic} from '../support/stage.js'
import {openTerminal} from '../support/terminal.js'

type Stage = Awaited<ReturnType<typeof openStage>>
type Api = Awaited<ReturnType<typeof startHerokuApi>>
type Cli = Awaited<ReturnType<typeof installHerokuCli>>

const BUILDPACK = 'https://git.example/heroku-heapdump'
const RUBY = 'https://github.com/heroku/heroku-buildpack-ruby'

let stage: Stage
let api: Api
let cli: Cli
let packed: {files: Array<{path: string}>}

beforeAll(async () => {
  stage = await openStage({vars: {HEAPDUMP_SECRET: 'known to the app and its operators'}})
  api = await startHerokuApi({
    attachments: [postgresAttachment('shop')],
    buildpacks: [BUILDPACK, RUBY],
    builds: [{buildpacks: [{url: BUILDPACK}, {url: RUBY}], slug: {id: 'slug-2'}}],
    dynos: [{name: 'web.1', state: 'up'}],
    // A large size, because all processes of the cgroup count against the quota, and here those include the tests.
    formation: [{quantity: 1, size: 'Performance-L', type: 'web'}],
    name: 'shop',
    releases: [{current: true, slug: {id: 'slug-2'}, version: 214}],
    vars: stage.vars,
  })
  cli = await installHerokuCli(api)
  packed = await cli.installPlugin()
}, 300_000)

afterAll(async () => {
  await cli?.remove()
  await api?.stop()
  await stage?.close()
})

beforeEach(() => {
  api.requests.length = 0
})

/** The requests to the fake API. */
function asked(): string[] {
  expect(api.requests.every(request => request.authorized)).toBe(true)
  return api.requests.map(({method, path}) => `${method} ${path}`)
}

describe('heroku heapdump', () => {
  it('triggers, lists and analyzes in a terminal', {timeout: 300_000}, async () => {
    const terminal = await openTerminal({
      cwd: cli.home,
      env: {...cli.env, PATH: `${dirname(cli.program)}${delimiter}${process.env.PATH}`},
    })
    try {
      // Wait for the prompt, so that the shell has applied its settings.
      await terminal.shows(/\$ ?$/)
      const before = await terminal.state()
      await terminal.type('heroku heapdump:trigger -a shop')
      const question = await terminal.shows(/Continue\? \(y\/N\)/)
      expect(question).toContain('A heap dump lists every object of the app.')
      expect(question).toContain('s3://shop-heapdumps')
      expect(question).toContain('web.1 is the only web dyno')
      await terminal.type('y')
      const done = await terminal.shows(/Next: heroku heapdump:analyze d\w{5} --app shop\n\$/)
      expect(done).toContain('Done: 2 dumps of web.1')
      expect(done.match(/Continue\?/g)).toHaveLength(1)
      expect(done).toMatch(/d\w{5} +\d+ +puma worker 0 +[\d.]+ MB/)
      expect(await terminal.state()).toBe(before)
      expect(asked()).toEqual(
        expect.arrayContaining([
          'GET /apps/shop/config-vars',
          'GET /apps/shop/formation',
          'POST /actions/addon-attachments/resolve',
        ]),
      )
    } finally {
      await terminal.close()
    }

    api.requests.length = 0
    const list = await cli.heroku(['heapdump:list', '-a', 'shop'])
    expect(list.stdout).toContain('=== Heap dumps of ⬢ shop (s3://shop-heapdumps)')
    expect(list.stdout).toMatch(/^ d\w{5} .*web\.1 +puma worker [01]/m)
    expect(list.code).toBe(0)
    expect(asked()).toEqual(['GET /apps/shop/config-vars'])
    // As heroku pg:backups does.
    expect(await cli.heroku(['heapdump', '-a', 'shop'])).toEqual(list)
    const rules = await cli.heroku(['heapdump:schedule:list', '-a', 'shop'])
    expect(rules.stdout).toContain('⬢ shop has no rules')
    expect(await cli.heroku(['heapdump:schedule', '-a', 'shop'])).toEqual(rules)

    const dumps = JSON.parse((await cli.heroku(['heapdump:list', '-a', 'shop', '--json'])).stdout) as Array<{
      id: string
      key: string
      objects: number
    }>
    expect(dumps).toHaveLength(2)

    api.requests.length = 0
    const analysis = await cli.heroku(['heapdump:analyze', dumps[0].key, '-a', 'shop'])
    expect(analysis.stdout).toContain(`=== ${dumps[0].id} · ⬢ shop web.1 · puma worker`)
    expect(analysis.stdout).toMatch(/ Verdict  \S/)
    expect(analysis.stdout).toMatch(/ Next: heroku heapdump:/)
    expect(analysis.code).toBe(0)
    expect(asked()).toEqual(['GET /apps/shop/config-vars'])
    const report = await cli.heroku(['heapdump:analyze', dumps[0].key, '-a', 'shop', '--json'])
    expect((JSON.parse(report.stdout) as {totals: {objects: number}}).totals.objects).toBe(dumps[0].objects)
  })

  it('runs every command of the README', {timeout: 300_000}, async () => {
    const readme = await readFile(join(import.meta.dirname, '../../README.md'), 'utf8')
    const blocks = [...readme.matchAll(/```bash\n([^]*?)```/g)].flatMap(([, block]) => block.trim().split('\n'))
    const remove = 'heroku heapdump:setup --remove -a shop'
    expect(readme).toContain(remove)
    const typed = [...blocks.filter(line => line.startsWith('heroku ')).map(line => line.replace(/ +#.*/, '')), remove]
    expect(typed.length).toBeGreaterThanOrEqual(10)
    const sendsTraffic = sendTraffic(stage.url, {perSecond: 20})
    const terminal = await openTerminal({
      cwd: cli.home,
      env: {...cli.env, PATH: `${dirname(cli.program)}${delimiter}${process.env.PATH}`},
      rows: 200,
    })
    const seen: Record<string, string> = {}
    try {
      for (const line of typed) {
        // Not a quarter of an hour, nor half a minute.
        const quick = line.replace(/(heapdump:diagnose .*)/, '$1 --for 20s').replace('--trace 30s', '--trace 18s')
        await terminal.type(`clear; ${quick}; echo "=$?="`)
        const screen = await terminal.shows(/Continue\? \(y\/N\) ?$|=\d+=/, 120)
        if (!/=\d+=/.test(screen)) await terminal.type('y')
        seen[line] = await terminal.shows(/=\d+=/, 120)
        expect(seen[line], line).toContain('=0=')
      }
    } finally {
      await terminal.close()
      await sendsTraffic.stop()
    }

    expect(seen['heroku heapdump:setup -a shop']).toContain('is already set up')
    expect(seen['heroku heapdump:diagnose -a shop']).toMatch(/ Line +lib\/price_list\.rb:\d+/)
    expect(seen['heroku heapdump:trigger -a shop --trace 30s']).toContain('Done: 2 dumps of web.1')
    expect(seen['heroku heapdump:analyze -a shop']).toMatch(/allocated at +lib\/price_list\.rb:\d+/)
    expect(seen['heroku heapdump:explain PriceList -a shop']).toContain('=== PriceList')
    const query = Object.keys(seen).find(line => line.includes('heapdump:query "SELECT'))
    expect(seen[query ?? '']).toMatch(/^class +retained\n/m)
    expect(seen['heroku heapdump:diff -a shop']).toMatch(/=== d\w{5} → d\w{5}/)
    expect(api.app.buildpacks).toEqual([RUBY])
  })

  it('passes on the API’s error for an unknown app', async () => {
    const wrong = await cli.heroku(['heapdump:trigger', '-a', 'nobodys-app'])
    expect(wrong.stderr).toContain("Couldn't find that app.")
    expect(wrong.code).toBe(2)
    expect(wrong.stdout).toBe('')

    const json = await cli.heroku(['heapdump:list', '-a', 'nobodys-app', '--json'])
    expect(JSON.parse(json.stdout)).toEqual({
      schemaVersion: 1,
      error: {code: 'not_found', hint: null, message: "Couldn't find that app."},
    })
    expect(json.code).toBe(2)
    expect(asked()).toContain('GET /apps/nobodys-app/config-vars')
  })

  it('explains a wrong API key', async () => {
    const {code, stderr} = await cli.heroku(['heapdump:list', '-a', 'shop'], {
      env: {...cli.env, HEROKU_API_KEY: 'another'},
    })
    expect(stderr).toMatch(/token provided to HEROKU_API_KEY is\s+invalid/)
    expect(code).not.toBe(0)
  })

  it('shows its help', async () => {
    const {stdout} = await cli.heroku(['heapdump', '--help'])
    const commands = stdout.slice(stdout.indexOf('\nCOMMANDS\n'))
    for (const command of ['analyze', 'download', 'list', 'trigger'])
      expect(commands).toMatch(new RegExp(`^  heapdump:${command} `, 'm'))
    expect(stdout).toMatch(/^  heapdump:schedule  /m)
    expect((await cli.heroku(['heapdump:schedule', '--help'])).stdout).toMatch(/^  heapdump:schedule:remove  /m)
  })

  it('is packed with its manifest, so that other commands need not load it', () => {
    const files = packed.files.map(file => file.path)
    expect(files).toEqual(
      expect.arrayContaining([
        'bin/run.js',
        'dist/commands/heapdump/trigger.js',
        'oclif.manifest.json',
        'package.json',
        'README.md',
      ]),
    )
    expect(files.filter(file => /^(src|test|demo|scripts)\//.test(file))).toEqual([])
  })
})
