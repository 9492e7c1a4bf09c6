// heapdump:schedule:add: the rule that it writes to the bucket.
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import HeapdumpScheduleAdd from '../../../src/commands/heapdump/schedule/add.js'
import {deriveKey} from '../../../src/lib/protocol/envelope.js'
import {decodeRules, RULES_KEY} from '../../../src/lib/protocol/rules.js'
import {processTypeOf} from '../../../src/lib/process-type.js'
import {type TestBucket, openBucket} from '../../support/bucket.js'
import {startHerokuApi} from '../../support/heroku-api.js'
import {runCommand} from '../../support/run-command.js'
import {apiEnvironment, setEnvironment} from '../../support/settings.js'

const SECRET = 'a secret of 32 characters or more'
let api: Awaited<ReturnType<typeof startHerokuApi>>
let bucket: TestBucket
let restore: () => void

beforeEach(async () => {
  // Nothing listens on that port. The agents of this app read the rules when they boot.
  bucket = await openBucket({DATABASE_URL: 'postgres://u:p@127.0.0.1:1/app', HEAPDUMP_SECRET: SECRET})
  api = await startHerokuApi({
    formation: [
      {quantity: 1, size: 'Standard-1X', type: 'web'},
      {quantity: 1, size: 'Performance-M', type: 'my-worker'},
      {quantity: 1, size: 'Unheard-Of', type: 'clock'},
    ],
    name: 'shop',
    vars: bucket.vars,
  })
  restore = setEnvironment(apiEnvironment(api))
})
afterEach(async () => {
  restore()
  await api.stop()
  await bucket.close()
})

async function schedule(...args: string[]) {
  const {code, stderr} = await runCommand(HeapdumpScheduleAdd, ['--app', 'shop', ...args])
  expect({code, stderr}).toEqual({code: 0, stderr: ''})
  const text = bucket.s3.objects.get(RULES_KEY)!.body.toString()
  return decodeRules(text, deriveKey(SECRET)).rules[0].trigger
}

describe('a share of the quota', () => {
  it('has a quota for each process type', async () => {
    expect(await schedule('--memory', '80%')).toEqual({
      above: '80%',
      quotas: {'my-worker': 2.5 * 2 ** 30, web: 512 * 2 ** 20},
      type: 'memory',
    })
  })

  it('only needs the quotas of its dynos', async () => {
    const trigger = await schedule('--memory', '80%', '--dyno', 'my-worker.1', '--dyno', 'my-worker.2')
    expect(trigger).toMatchObject({quotas: {'my-worker': 2.5 * 2 ** 30}})
  })

  it('differs from a size, which needs no quota', async () => {
    expect(await schedule('--memory', '400MB')).toEqual({above: '400MB', type: 'memory'})
  })
})

it('finds the process type in the name of a dyno, in both generations', () => {
  const names = ['web.1', 'my-worker.12', 'a-b-c.1', 'web-848cd4f64d-pvpr2', 'my-worker-848cd4f64d-pvpr2']
  expect(names.map(processTypeOf)).toEqual(['web', 'my-worker', 'a-b-c', 'web', 'my-worker'])
})
