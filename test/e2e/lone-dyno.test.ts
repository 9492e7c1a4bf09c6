// An app that runs the_lone_dyno with its author's code, without our agent.
import {spawn} from 'node:child_process'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import HeapdumpAnalyze from '../../src/commands/heapdump/analyze.js'
import HeapdumpList from '../../src/commands/heapdump/list.js'
import HeapdumpTrigger from '../../src/commands/heapdump/trigger.js'
import {type TestBucket, idOf, openBucket} from '../support/bucket.js'
import {startPostgres} from '../support/postgres.js'
import {runCommand} from '../support/run-command.js'

const script = join(import.meta.dirname, '../support/lone-dyno/app.rb')

let postgres: Awaited<ReturnType<typeof startPostgres>>
let bucket: TestBucket

beforeAll(async () => {
  postgres = await startPostgres()
  bucket = await openBucket({DATABASE_URL: postgres.url})
})

afterAll(async () => {
  await bucket?.close()
  await postgres?.stop()
})

/** Resolves when the app listens. */
async function startApp(vars: Record<string, string>) {
  const child = spawn('ruby', [script], {
    env: {...bucket.vars, PATH: process.env.PATH, POLL_SECONDS: '1', ...vars},
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let log = ''
  const ended = new Promise<void>(resolve => {
    child.once('close', () => resolve())
  })
  await new Promise<void>((resolve, reject) => {
    child.stderr.on('data', chunk => {
      log += chunk
      if (log.includes('watching ')) resolve()
    })
    void ended.then(() => reject(new Error(`the app exited:\n${log}`)))
  })
  return {
    log: () => log,
    pid: child.pid,
    async stop() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

const trigger = (...args: string[]) =>
  runCommand(HeapdumpTrigger, ['--env', bucket.envFile, '--yes', '--lone-dyno', '--poll', '1s', ...args])

describe('heapdump:trigger --lone-dyno', () => {
  it('makes every lone dyno dump, and its dumps are listed and analyzed', async () => {
    const apps = [await startApp({DYNO: 'web.1'}), await startApp({DYNO: 'web.2'})]
    try {
      const {code, stderr, stdout} = await trigger('--dynos', '2', '--json')
      expect(stderr).toContain('The gem polls every 1 s')
      const {processes} = JSON.parse(stdout) as {processes: Array<{pid: number; key: string; state: string}>}
      expect(processes.map(one => one.pid).toSorted()).toEqual(apps.map(app => app.pid).toSorted())
      expect(
        processes.every(
          one => one.state === 'finished' && /^\d{4}-\d\d-\d\dT\S+Z-process:\d+-heap\.dump$/.test(one.key),
        ),
      ).toBe(true)
      expect(code).toBe(0)

      const list = await runCommand(HeapdumpList, ['--env', bucket.envFile])
      for (const {key} of processes) expect(list.stdout).toMatch(new RegExp(`^ ${idOf(key)} .*`, 'm'))
      const id = idOf(processes[0].key)
      const analysis = JSON.parse((await runCommand(HeapdumpAnalyze, [id, '--env', bucket.envFile, '--json'])).stdout)
      const stored = String(bucket.s3.objects.get(processes[0].key)?.body)
      expect(analysis.totals.objects).toBe(
        stored.split('\n').filter(line => /^\{"address":"0x[0-9a-f]+", "type":"(?!NONE|ROOT|SHAPE)/.test(line)).length,
      )
      expect(analysis.dump).toMatchObject({traced: false, truncated: false})
    } finally {
      for (const app of apps) await app.stop()
    }
  })

  it('supports another key_base and process type', async () => {
    const app = await startApp({DYNO: 'worker.1', KEY_BASE: 'hi_ho'})
    try {
      const {code, stdout} = await trigger('--key-base', 'hi_ho', '--process-type', 'worker')
      expect(stdout).toMatch(/^ 1 dump\.\n Next: heroku heapdump:analyze d\w{5} --env /m)
      expect(code).toBe(0)
      expect(app.log()).toContain('dumped 5000')
    } finally {
      await app.stop()
    }
  })

  it('says what to check if no dump appears', async () => {
    const {code, stdout} = await trigger('--timeout', '2s', '--json')
    expect(JSON.parse(stdout)).toMatchObject({
      error: {
        code: 'no_agent',
        hint: expect.stringContaining('TheLoneDyno.exclusive'),
        message: 'No dump appeared in the bucket within 2 s.',
      },
    })
    expect(code).toBe(1)
  })

  it.each([
    ['--key-base', 'Hi Ho'],
    ['--process-type', 'web-app'],
  ])('refuses %s %s, for which that gem cannot listen', async (flag, text) => {
    const {code, stdout} = await trigger(flag, text, '--json')
    expect(JSON.parse(stdout)).toMatchObject({error: {code: 'lone_dyno_name'}})
    expect(code).toBe(2)
  })
})
