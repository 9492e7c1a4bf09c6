import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import HeapdumpSetup from '../../../src/commands/heapdump/setup.js'
import {type TestBucket, openBucket} from '../../support/bucket.js'
import {startHerokuApi} from '../../support/heroku-api.js'
import {runCommand} from '../../support/run-command.js'
import {apiEnvironment, setEnvironment} from '../../support/settings.js'
import {dotenv} from '../../support/stage.js'

const BUILDPACK = 'https://git.example/heroku-heapdump'
const BUCKETEER = {BUCKETEER_AWS_ACCESS_KEY_ID: 'AKIA', BUCKETEER_AWS_REGION: 'us-east-1', BUCKETEER_AWS_SECRET_ACCESS_KEY: 'secret', BUCKETEER_BUCKET_NAME: 'bucketeer-1'}

let api: Awaited<ReturnType<typeof startHerokuApi>>
let bucket: TestBucket
let restore: () => void

beforeEach(async () => {
  api = await startHerokuApi({addonVars: BUCKETEER, buildpacks: ['heroku/nodejs', 'heroku/ruby'], name: 'shop', vars: {DATABASE_URL: 'postgres://u:p@127.0.0.1/app'}})
  bucket = await openBucket()
  restore = setEnvironment(apiEnvironment(api))
})

afterEach(async () => {
  restore()
  await api.stop()
  await bucket.close()
})

const setup = (...args: string[]) => runCommand(HeapdumpSetup, ['--app', 'shop', '--buildpack', BUILDPACK, ...args])
const changes = () => api.requests.filter(request => request.method !== 'GET').map(request => `${request.method} ${request.path}`)

describe('heapdump:setup', () => {
  it('shows all of it first, and does nothing on a dry run', async () => {
    const {code, stderr, stdout} = await setup('--dry-run', '--json')
    expect(stderr).toContain('This would, on ⬢ shop:')
    expect(JSON.parse(stdout)).toEqual({
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

  it('does it, in that order, and has nothing to do the second time', async () => {
    const {code, stderr, stdout} = await setup('--yes')
    expect(changes()).toEqual(['POST /apps/shop/addons', 'PUT /apps/shop/buildpack-installations', 'PATCH /apps/shop/config-vars'])
    expect(api.app.buildpacks).toEqual([BUILDPACK, 'heroku/nodejs', 'heroku/ruby'])
    expect(api.app.vars.HEAPDUMP_SECRET).toMatch(/^[0-9a-f]{64}$/)
    expect(stdout + stderr).not.toContain(api.app.vars.HEAPDUMP_SECRET)
    expect(stdout).toContain('heroku heapdump:doctor --app shop')
    expect(code).toBe(0)

    api.requests.length = 0
    expect((await setup('--yes')).stdout).toContain('has all that it takes')
    expect(changes()).toEqual([])
  })

  it('sets a bucket of one’s own, and nothing else of that file', async () => {
    const file = join(bucket.directory, 'bucket.env')
    await writeFile(file, dotenv({...bucket.vars, UNRELATED: 'stays here'}))
    const {stdout} = await setup('--bucket-env', file, '--dyno', 'web.1', '--dyno', 'worker.1', '--yes', '--json')
    expect(stdout).not.toContain(bucket.vars.AWS_SECRET_ACCESS_KEY)
    expect(api.app.vars).toMatchObject({...bucket.vars, HEAPDUMP_DYNOS: 'web.1,worker.1'})
    expect(api.app.vars).not.toHaveProperty('UNRELATED')
    expect(changes()).not.toContain('POST /apps/shop/addons')
  })

  it('keeps Ruby for an app whose buildpack was detected', async () => {
    api.app.buildpacks = []
    await setup('--yes')
    expect(api.app.buildpacks).toEqual([BUILDPACK, 'heroku/ruby'])
  })

  it('asks for what it can not know, and for agreement', async () => {
    const unknown = await runCommand(HeapdumpSetup, ['--app', 'shop', '--yes', '--json'])
    expect(JSON.parse(unknown.stdout)).toMatchObject({error: {code: 'no_buildpack_url', hint: expect.stringContaining('--buildpack')}})
    expect(unknown.code).toBe(2)
    const silent = await setup('--json')
    expect(JSON.parse(silent.stdout)).toMatchObject({error: {code: 'not_confirmed'}})
    expect(silent.code).toBe(2)
    expect(changes()).toEqual([])
  })
})
