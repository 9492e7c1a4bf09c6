// During a deploy or a restart, two dynos have the same name. The newer one is meant, and the other is named.
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, it} from 'vitest'
import {askAgents, type StateQuestion} from '../../src/lib/agent/ask-agents.js'
import {attachToDump} from '../../src/lib/agent/attach-dump.js'
import type {Sender} from '../../src/lib/agent/instances.js'
import {newRequestId} from '../../src/lib/protocol/ids.js'
import type {AgentEvent} from '../../src/lib/protocol/messages.js'
import {type EnabledRuby, startEnabledRuby} from '../support/enabled-ruby.js'
import {SECRET, startBackstage} from '../support/ask-agent.js'
import {runPlugin} from '../support/run-plugin.js'

let backstage: Awaited<ReturnType<typeof startBackstage>>
let older: EnabledRuby
let newer: EnabledRuby
const scratch = mkdtempSync(join(tmpdir(), 'heapdump-two-'))
beforeAll(async () => {
  backstage = await startBackstage()
  older = await startEnabledRuby({env: {...backstage.env, HEROKU_RELEASE_VERSION: 'v41'}})
  await new Promise(resolve => {
    setTimeout(resolve, 2100) // start times are whole seconds
  })
  newer = await startEnabledRuby({env: {...backstage.env, HEROKU_RELEASE_VERSION: 'v42'}})
  const vars = Object.entries(backstage.env).map(([name, value]) => `${name}=${value}\n`)
  writeFileSync(join(scratch, 'env'), vars.join(''))
})
afterAll(async () => {
  rmSync(scratch, {force: true, recursive: true})
  await Promise.all([older?.stop(), newer?.stop()])
  await backstage?.stop()
})

async function ask(question: StateQuestion, dyno: string | null) {
  const connection = await backstage.connect()
  try {
    return await askAgents(connection, {answerTimeoutMs: 10_000, dyno, question, secret: SECRET, target: []})
  } finally {
    await connection.close()
  }
}

async function attach(id: string, onEvent: (event: AgentEvent) => unknown) {
  const connection = await backstage.connect()
  const events: AgentEvent[] = []
  try {
    const options = {answerTimeoutMs: 10_000, id, secret: SECRET, target: []}
    for await (const event of attachToDump(connection, options)) {
      events.push(event)
      await onEvent(event)
    }

    return events
  } finally {
    await connection.close()
  }
}

it.each([null, 'web.1'])('status of %s shows the newer one, and names the other', async dyno => {
  const answers = await ask({history: true, type: 'status'}, dyno)
  expect(answers).toHaveLength(1)
  const [answer] = answers
  expect(answer).toMatchObject({dyno: 'web.1', older: [{release: 'v41'}], release: 'v42'})
  expect(answer.processes.map(({pid}) => pid)).toEqual([newer.pid])
  expect(answer.histories.map(({pid}) => pid)).toEqual([newer.pid])
  expect(answer.older[0].boot).toBeLessThan(answer.boot!)
  expect(answer.host).toBe(answer.older[0].host)
})

it('a dump is of the newer one, and tracing too', async () => {
  const named: Sender[] = []
  const events = await backstage.trigger({onOlder: one => named.push(one)})
  expect(events.filter(({type}) => type === 'finished')).toMatchObject([{pid: newer.pid, release: 'v42'}])
  expect(events.at(-1)).toMatchObject({failed: 0, finished: 1, type: 'done'})
  expect(named).toMatchObject([{release: 'v41'}])
  expect([...backstage.s3.objects.keys()].filter(key => key.endsWith('.facts'))).toHaveLength(1)
  const [{older: others, processes}] = await ask({traceSeconds: 60, type: 'trace_start'}, 'web.1')
  expect([processes[0].pid, others]).toMatchObject([newer.pid, [{release: 'v41'}]])
  await ask({type: 'trace_stop'}, 'web.1')
})

it('the commands say so', async () => {
  const run = (...args: string[]) => runPlugin([...args, '--env', join(scratch, 'env')], {env: {HOME: scratch}})
  const status = await run('heapdump:status')
  expect(status.stdout.replaceAll(/\s+/g, ' ')).toMatch(
    /An older web\.1 \(release v41, started \d+ s ago, host \S+\) is still connected\. The table shows the newer one\./,
  )
  expect(status.stdout).toMatch(/web\.1 \(v42, up \d+ s\) uses/)
  const trigger = await run('heapdump:trigger', '--yes')
  expect(trigger.stderr.replaceAll(/\s+/g, ' ')).toMatch(
    /An older web\.1 \(release v41, .*\) is still connected: it is not dumped/,
  )
})

it('the older one is asked again when the newer one is gone', async () => {
  await newer.stop()
  const [answer] = await ask({type: 'status'}, 'web.1')
  expect(answer).toMatchObject({older: [], release: 'v41'})
  expect((await backstage.trigger()).at(-1)).toMatchObject({finished: 1, type: 'done'})
})

it('a dump that the older one began is watched and cancelled there', async () => {
  const id = newRequestId()
  let dumping = Promise.resolve<AgentEvent[]>([])
  await new Promise(traced => {
    dumping = backstage.trigger({id, traceSeconds: 60}, ({type}) => type === 'tracing' && traced(null))
  })
  newer = await startEnabledRuby({env: {...backstage.env, HEROKU_RELEASE_VERSION: 'v43'}})
  // The newer one knows no such dump, and says so to both.
  const events = await attach(id, async ({type}) => {
    if (type !== 'tracing') return
    const [answer] = await ask({request: id, type: 'cancel'}, 'web.1')
    expect(answer).toMatchObject({cancelled: {ended: true, id}, older: [{release: 'v43'}], release: 'v41'})
  })
  expect(events.map(({release, type}) => [release, type])).toEqual(
    ['accepted', 'tracing', 'failed', 'done'].map(type => ['v41', type]),
  )
  expect((await dumping).at(-1)).toMatchObject({failed: 1, finished: 0, type: 'done'})
})
