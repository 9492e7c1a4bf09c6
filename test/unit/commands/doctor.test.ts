// What the doctor finds in the configuration alone.
import {afterEach, expect, it} from 'vitest'
import HeapdumpDoctor, {type DoctorResult} from '../../../src/commands/heapdump/doctor.js'
import {type TestBucket, openBucket} from '../../support/bucket.js'
import {startHerokuApi} from '../../support/heroku-api.js'
import {runCommand} from '../../support/run-command.js'
import {apiEnvironment, setEnvironment} from '../../support/settings.js'
import {typed} from '../../support/shell.js'

let bucket: TestBucket
afterEach(() => bucket.close())

async function checks(vars: Readonly<Record<string, string>>) {
  bucket = await openBucket({DATABASE_URL: 'postgres://user:password@127.0.0.1:1/app', ...vars})
  const {stdout} = await runCommand(HeapdumpDoctor, ['--env', bucket.envFile, '--json', '--timeout', '1s'])
  const {checks: found, verdict} = JSON.parse(stdout) as DoctorResult
  const failed = found.find(({state}) => state === 'failed')
  expect(verdict).toContain(`The ${failed?.name} check fails`)
  return new Map(found.map(check => [check.name, check]))
}

it.each([
  ['31 characters', 'x'.repeat(31), 'failed'],
  ['32 characters', 'x'.repeat(32), 'ok'],
  ['blanks', `summer2024${' '.repeat(30)}`, 'failed'],
])('checks a secret of %s', async (_, secret, state) => {
  const found = await checks({HEAPDUMP_SECRET: secret})
  expect(found.get('secret')?.state).toBe(state)
  if (state === 'failed')
    expect(found.get('secret')).toMatchObject({
      fix: expect.stringContaining('openssl rand -hex 32'),
      text: expect.stringContaining('fewer than 32'),
    })
  expect(found.get('bucket')?.state).toBe('ok')
})

it('proposes commands for an app', async () => {
  const vars = {
    DATABASE_URL: 'postgres://user:password@127.0.0.1:1/app',
    HEAPDUMP_DISABLED: '1',
    HEAPDUMP_SECRET: 'summer2024',
  }
  bucket = await openBucket(vars)
  const api = await startHerokuApi({dynos: [], name: 'shop', vars: bucket.vars})
  const restore = setEnvironment(apiEnvironment(api))
  try {
    const {stdout} = await runCommand(HeapdumpDoctor, ['--app', 'shop', '--json', '--timeout', '1s'])
    const fixes = (JSON.parse(stdout) as DoctorResult).checks.flatMap(({fix}) => fix?.split('\n') ?? [])
    expect(fixes.join('\n')).toContain('(heroku pg:info --app shop)')
    const proposed = fixes.filter(fix => fix.startsWith('heroku'))
    expect(typed(proposed.map(fix => ` Next: ${fix.replace('$(openssl rand -hex 32)', 'RANDOM')}`))).toEqual([
      ['heroku', 'config:unset', 'HEAPDUMP_DISABLED', '--app', 'shop'],
      ['heroku', 'config:set', 'HEAPDUMP_SECRET=RANDOM', '--app', 'shop'],
      ['heroku', 'heapdump:setup', '--app', 'shop'],
      ['heroku', 'ps:scale', 'web=1', '--app', 'shop'],
    ])
  } finally {
    restore()
    await api.stop()
  }
})

it('names the app in the commands of hints too', async () => {
  bucket = await openBucket()
  const api = await startHerokuApi({dynos: [], name: 'shop', vars: {}})
  const restore = setEnvironment(apiEnvironment(api))
  try {
    const {stdout} = await runCommand(HeapdumpDoctor, ['--app', 'shop', '--json', '--timeout', '1s'])
    const {fix} = (JSON.parse(stdout) as DoctorResult).checks.find(({name}) => name === 'config')!
    expect(fix).toContain('heroku heapdump:setup --app shop\n')
    expect(fix).toContain('heroku addons:create bucketeer:hobbyist --app shop\n')
  } finally {
    restore()
    await api.stop()
  }
})

it('says what to do about a disabled agent in a file, without a command that needs an app', async () => {
  const {fix, state} = (await checks({HEAPDUMP_DISABLED: '1'})).get('config')!
  expect({fix, state}).toEqual({fix: `Remove it from ${bucket.envFile}.`, state: 'failed'})
})

it('rejects a remote store over http', async () => {
  const found = await checks({AWS_ENDPOINT_URL_S3: 'http://store.example:9000'})
  expect(found.get('bucket')).toMatchObject({
    fix: expect.stringContaining('https://'),
    state: 'failed',
    text: expect.stringContaining('not encrypted'),
  })
  expect(found.get('secret')?.state).toBe('ok')
})
