// A missing dyno is rejected because of what the API returns, before anything is sent.
import {afterEach, beforeEach, expect, it} from 'vitest'
import HeapdumpDiagnose from '../../../src/commands/heapdump/diagnose.js'
import HeapdumpStatus from '../../../src/commands/heapdump/status.js'
import HeapdumpTraceStart from '../../../src/commands/heapdump/trace/start.js'
import HeapdumpTrigger from '../../../src/commands/heapdump/trigger.js'
import {type TestBucket, openBucket} from '../../support/bucket.js'
import {startHerokuApi} from '../../support/heroku-api.js'
import {runCommand} from '../../support/run-command.js'
import {apiEnvironment, setEnvironment} from '../../support/settings.js'

let bucket: TestBucket
beforeEach(async () => {
  bucket = await openBucket()
})
afterEach(() => bucket.close())

let formation: Array<{type: string; quantity: number; size: string}> = []
let extraVars: Record<string, string> = {}
afterEach(() => {
  formation = []
  extraVars = {}
})

async function failureOf(
  command: Parameters<typeof runCommand>[0],
  dynos: Array<{name: string; state: string}>,
  ...args: string[]
) {
  // Nothing listens there, so a command that proceeds fails with another error.
  const vars = {...bucket.vars, ...extraVars, DATABASE_URL: 'postgres://u:p@127.0.0.1:9/app'}
  const api = await startHerokuApi({dynos, formation, name: 'shop', vars})
  const restore = setEnvironment(apiEnvironment(api))
  try {
    const {code, stdout} = await runCommand(command, ['--app', 'shop', '--json', ...args])
    return {exit: code, ...(JSON.parse(stdout) as {error: {code: string; message: string; hint: string}}).error}
  } finally {
    restore()
    await api.stop()
  }
}

const DYNOS = [
  {name: 'worker.1', state: 'starting'},
  {name: 'web.1', state: 'up'},
  {name: 'web.2', state: 'crashed'},
]

it.each([
  ['heapdump:trigger', HeapdumpTrigger, ['--yes']],
  ['heapdump:diagnose', HeapdumpDiagnose, ['--yes']],
  ['heapdump:trace:start', HeapdumpTraceStart, []],
  ['heapdump:status', HeapdumpStatus, []],
])('%s names the running dynos', async (_, command, args) => {
  expect(await failureOf(command, DYNOS, '--dyno', 'web.7', ...args)).toEqual({
    code: 'no_dyno',
    exit: 2,
    hint: 'Running: web.1, worker.1. Name one with --dyno.',
    message: 'web.7 of ⬢ shop is not running.',
  })
})

it('names the state of a dyno that is down', async () => {
  expect((await failureOf(HeapdumpTrigger, DYNOS, '--dyno', 'web.2')).message).toBe('web.2 of ⬢ shop is crashed.')
})

it('says how to start a dyno if none is running', async () => {
  expect((await failureOf(HeapdumpTrigger, [])).hint).toBe('No dyno is running.\nheroku ps:scale web=1 --app shop')
})

it.each([
  ['web', DYNOS],
  ['worker', DYNOS],
  ['web', [{name: 'web-848cd4f64d-pvpr2', state: 'up'}]],
])('%s means the first dyno of its type', async (dyno, dynos) => {
  expect((await failureOf(HeapdumpStatus, dynos, '--dyno', dyno)).code).not.toBe('no_dyno')
})

it('says at once that a process type runs nothing, or does not exist', async () => {
  formation = [
    {quantity: 1, size: 'Basic', type: 'web'},
    {quantity: 0, size: 'Basic', type: 'mailer'},
  ]
  expect(await failureOf(HeapdumpStatus, DYNOS, '--dyno', 'mailer')).toEqual({
    code: 'no_dyno',
    exit: 2,
    hint: 'Running: web.1, worker.1. Name one with --dyno.\nheroku ps:scale mailer=1 --app shop',
    message: '⬢ shop runs no mailer dyno (mailer=0).',
  })
  expect((await failureOf(HeapdumpTrigger, DYNOS, '--dyno', 'cron.1')).message).toBe('⬢ shop has no process type cron.')
  expect((await failureOf(HeapdumpTrigger, DYNOS, '--dyno', 'run.1234')).message).toBe(
    'run.1234 of ⬢ shop is not running.',
  )
})

it('says at once that no dyno with an agent is running', async () => {
  extraVars = {HEAPDUMP_DYNOS: 'mailer.*'}
  expect(await failureOf(HeapdumpStatus, DYNOS)).toEqual({
    code: 'no_dyno',
    exit: 2,
    hint: 'Running: web.1, worker.1.',
    message: 'No dyno of ⬢ shop with an agent is running: HEAPDUMP_DYNOS is mailer.*.',
  })
  formation = [{quantity: 0, size: 'Basic', type: 'mailer'}]
  expect((await failureOf(HeapdumpStatus, DYNOS)).message).toBe('⬢ shop runs no mailer dyno (mailer=0).')
  extraVars = {HEAPDUMP_DYNOS: 'web.1'}
  expect((await failureOf(HeapdumpStatus, DYNOS)).code).not.toBe('no_dyno')
})
