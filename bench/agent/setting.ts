// Shared by the agent's benchmarks: an app in an enabled dyno with its Postgres and its bucket, visitors, and kernel
// statistics.
import {fork} from 'node:child_process'
import {once} from 'node:events'
import {readFileSync} from 'node:fs'
import {afterAll, beforeAll} from 'vitest'
import {type EnabledApp, type EnabledAppOptions, startEnabledApp} from '../../test/support/enabled-app.js'
import {eventually} from '../../test/support/eventually.js'
import type {TestPostgres} from '../../test/support/postgres.js'
import type {S3Double} from '../../test/support/s3-double.js'
import {type Services, startServices} from '../../test/support/services.js'

export type Setting = {readonly postgres: TestPostgres; readonly s3: S3Double; readonly app: EnabledApp}

/** Returns an object that is filled before the first test of the file, and torn down after the last. */
export function settingOf(options: Omit<EnabledAppOptions, 'databaseUrl' | 's3'>): Setting {
  const setting: {-readonly [Key in keyof Setting]?: Setting[Key]} = {}
  let services: Services | undefined
  beforeAll(async () => {
    services = await startServices()
    Object.assign(setting, services)
    setting.app = await startEnabledApp({databaseUrl: services.postgres.url, s3: services.s3, ...options})
    // The agent may be up before the app.
    const {url} = setting.app
    await eventually(
      'the app answers',
      () =>
        fetch(`${url}/up`).then(
          response => response.ok,
          () => false,
        ),
      120,
    )
  })
  afterAll(async () => {
    await setting.app?.stop()
    await services?.stop()
  })
  return setting as Setting
}

export type Seen = {readonly failures: string[]; readonly latenciesMs: number[]}

/** What visitors of one page saw during `during`. */
export async function visited(url: string, perSecond: number, during: () => Promise<unknown>): Promise<Seen> {
  const load = fork(new URL('load.js', import.meta.url), [url, String(perSecond)])
  try {
    await once(load, 'message')
    await during()
    load.send('stop')
    return (await once(load, 'message'))[0] as Seen
  } finally {
    load.kill()
  }
}

/** Minor page faults (pages copied or allocated) and CPU seconds of a process since it started. */
export function spentBy(pid: number): {readonly faults: number; readonly cpuSeconds: number} {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number)
  return {cpuSeconds: (fields[11] + fields[12]) / 100, faults: fields[7]}
}

export const seconds = (count: number) =>
  new Promise(resolve => {
    setTimeout(resolve, count * 1000)
  })
