// An app that runs the_lone_dyno with the article's code.
import {afterAll, beforeAll, expect, it} from 'vitest'
import {LONE_DYNO_DEFAULTS, notifyLoneDynos, watchForDumps} from '../../src/lib/agent/lone-dyno.js'
import {type EnabledApp, connect, startEnabledApp} from '../support/enabled-app.js'
import {eventually} from '../support/eventually.js'
import type {TestPostgres} from '../support/postgres.js'
import type {S3Double} from '../support/s3-double.js'
import {withServices} from '../support/with-services.js'

let postgres: TestPostgres
let s3: S3Double
let app: EnabledApp
withServices(started => ({postgres, s3} = started))
beforeAll(async () => {
  const vars = {HEAPDUMP_DISABLED: '1', LONE_DYNO: '1', LONE_DYNO_SLEEP: '0.5'}
  app = await startEnabledApp({databaseUrl: postgres.url, listens: false, s3, vars})
})
afterAll(() => app?.stop())

it('every worker of the dyno stores a dump at the root of the bucket', async () => {
  await eventually(
    'both workers listen',
    async () => app.lines.filter(line => line.includes('listens like the article')).length === 2,
  )
  const connection = await connect(postgres.url)
  try {
    await notifyLoneDynos(connection, LONE_DYNO_DEFAULTS)
  } finally {
    await connection.close()
  }

  const keys = await watchForDumps({
    known: new Set(),
    listKeys: async () => [...s3.objects.keys()],
    onNewKey() {},
    pollMs: 500,
    signal: new AbortController().signal,
    timeoutMs: 60_000,
  })
  const workers = app.processes().filter(one => one.parent === app.pid)
  expect(keys.map(key => Number(/process:(\d+)-heap\.dump$/.exec(key)?.[1])).toSorted()).toEqual(
    workers.map(one => one.pid).toSorted(),
  )
  for (const key of keys) {
    expect(key).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d-process:\d+-heap\.dump$/)
    const lines = s3.objects.get(key)?.body.toString('latin1').trimEnd().split('\n') ?? []
    expect(JSON.parse(lines.at(-1) ?? '')).toHaveProperty('type')
  }
})
