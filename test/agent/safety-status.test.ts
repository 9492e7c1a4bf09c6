// Questions to the agents: which processes exist, and which are traced. And how agents and plugins of different
// versions talk to each other.
import {createHmac} from 'node:crypto'
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {afterAll, beforeAll, expect, it, vi} from 'vitest'
import {askAgents, type StateQuestion} from '../../src/lib/agent/ask-agents.js'
import {newRequestId} from '../../src/lib/protocol/ids.js'
import {decodeEvent, deriveKey} from '../../src/lib/protocol/envelope.js'
import {replyChannel, requestChannel} from '../../src/lib/protocol/messages.js'
import {type EnabledRuby, startEnabledRuby} from '../support/enabled-ruby.js'
import {SECRET, startBackstage} from '../support/ask-agent.js'
import {reportAgents} from '../../src/lib/cli/report-agents.js'
import {eventually} from '../support/eventually.js'
import {program, runPlugin} from '../support/run-plugin.js'
import {openTerminal} from '../support/terminal.js'

let backstage: Awaited<ReturnType<typeof startBackstage>>
let web: EnabledRuby
let worker: EnabledRuby
const scratch = mkdtempSync(join(tmpdir(), 'heapdump-status-'))
beforeAll(async () => {
  backstage = await startBackstage()
  const [first, second] = await Promise.all([
    startEnabledRuby({
      env: backstage.env,
      script: 'KEPT = []; loop { KEPT << Object.new; KEPT.shift if KEPT.size > 1000; sleep 0.001 }',
    }),
    startEnabledRuby({
      env: {...backstage.env, DYNO: 'worker.12'},
      script: "GC.start; Process.setproctitle('sidekiq 7.0 app'); sleep",
    }),
  ])
  web = first
  worker = second
  writeFileSync(
    join(scratch, 'env'),
    Object.entries(backstage.env)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
  )
})
afterAll(async () => {
  rmSync(scratch, {force: true, recursive: true})
  await Promise.all([web?.stop(), worker?.stop()])
  await backstage?.stop()
})

async function ask(question: StateQuestion, dyno: string | null, answerTimeoutMs = 10_000) {
  const connection = await backstage.connect()
  try {
    return await askAgents(connection, {answerTimeoutMs, dyno, question, secret: SECRET, target: []})
  } finally {
    await connection.close()
  }
}

/** Runs a command as a person types it. */
const cli = (...args: string[]) => runPlugin([...args, '--env', join(scratch, 'env')], {env: {HOME: scratch}})

it('every dyno reports all its processes', async () => {
  const agents = await ask({type: 'status'}, null)
  expect(agents.map(one => one.dyno)).toEqual(['web.1', 'worker.12'])
  expect(agents[1]).toMatchObject({busy: false, processes: [{pid: worker.pid, process: 'sidekiq', tracing: null}]})
  const [{gcCount, rssBytes, uptimeSeconds}] = agents[1].processes
  expect(gcCount).toBeGreaterThan(0)
  expect(rssBytes).toBeGreaterThan(5_000_000)
  expect(uptimeSeconds).toBeLessThan(120)
  expect((await ask({type: 'status'}, 'web.1')).map(one => one.dyno)).toEqual(['web.1'])
})

it('sends the histories of the processes if asked', async () => {
  const [agent] = await ask({history: true, type: 'status'}, 'web.1')
  expect(agent.histories).toEqual([
    {boot: expect.any(Number), history: expect.objectContaining({now: expect.any(Number)}), pid: web.pid},
  ])
  const [{history}] = reportAgents([agent], [])[0].processes
  expect(Math.abs(Date.parse(history!.bootedAt) / 1000 - agent.boot!)).toBeLessThan(5)
  expect(history!.points[0].rssBytes).toBeGreaterThan(5_000_000)
  expect(agent.usedBytes).toBeGreaterThan(5_000_000)
  expect((await ask({type: 'status'}, 'web.1'))[0].histories).toEqual([])
})

it('ignores a replayed event', async () => {
  const id = newRequestId()
  const listener = await backstage.connect()
  await listener.listen(replyChannel(id))
  let sent = 0
  let listening = true
  const replaying = (async () => {
    while (listening) {
      const heard = await listener.next(100)
      if (!heard?.payload.includes('"type":"dumping"') || sent > 4) continue
      await listener.notify(heard.channel, heard.payload)
      sent++
    }
  })()
  try {
    const types = (await backstage.trigger({id})).map(({type}) => type)
    expect(sent).toBeGreaterThan(2)
    expect(types.filter(type => type === 'dumping')).toHaveLength(1)
    expect(types.at(-1)).toBe('done')
  } finally {
    listening = false
    await replaying
    await listener.close()
    backstage.s3.objects.clear()
  }
})

it('answers a laptop whose clock is ahead, because it signs with the database’s time', async () => {
  const now = Date.now.bind(Date)
  const clock = vi.spyOn(Date, 'now').mockImplementation(() => now() + 45_000)
  try {
    expect((await ask({type: 'status'}, 'web.1')).map(one => one.dyno)).toEqual(['web.1'])
  } finally {
    clock.mockRestore()
  }
})

it('tracing stays on until it is stopped, and the status shows since when', async () => {
  const before = Math.floor(Date.now() / 1000)
  const [started] = await ask({traceSeconds: 600, type: 'trace_start'}, 'web.1')
  const {tracing} = started.processes[0]
  expect(tracing?.since).toBeGreaterThanOrEqual(before)
  expect(tracing?.until).toBeGreaterThanOrEqual(before + 600)
  expect((await ask({type: 'status'}, 'web.1'))[0].processes[0].tracing).toEqual(tracing)
  expect((await ask({type: 'status'}, 'worker.12'))[0].processes[0].tracing).toBeNull()
  expect((await ask({type: 'trace_stop'}, 'web.1'))[0].processes[0].tracing).toBeNull()
})

it('tracing ends by itself, and a dump within the window has allocation sites and ends it', async () => {
  await ask({traceSeconds: 1, type: 'trace_start'}, 'web.1')
  await eventually(
    'the end of the window',
    async () => (await ask({type: 'status'}, 'web.1'))[0].processes[0].tracing === null,
  )
  await ask({traceSeconds: 600, type: 'trace_start'}, 'web.1')
  await new Promise(resolve => {
    setTimeout(resolve, 1100) // trace for more than a second
  })
  await backstage.trigger({redact: false})
  const facts = [...backstage.s3.objects.keys()].find(key => key.endsWith('.facts'))
  expect(facts).toMatch(/,traced=[1-9],/)
  expect((await ask({type: 'status'}, 'web.1'))[0].processes[0].tracing).toBeNull()
})

it('the commands print tables and JSON', async () => {
  const status = await cli('heapdump:status')
  expect(status.stderr).toBe('')
  expect(status.stdout).toMatch(/Dyno +PID +Process +Memory +Uptime +History +Trend/)
  expect(status.stdout).toMatch(
    new RegExp(`worker\\.12 +${worker.pid} +sidekiq +[\\d.]+ MB +\\d+ s +[▁-█] +too young to tell`),
  )
  const traced = await cli('heapdump:trace:start', '--for', '5m')
  expect(traced.stderr).toContain('for 5 min or until the next dump.')
  expect(traced.stdout).toMatch(/for \d s, (5 min|4 min \d+ s) left/)
  const json = JSON.parse((await cli('heapdump:trace:stop', '--json')).stdout) as Array<{
    processes: Array<{tracing: unknown}>
  }>
  expect(json[0].processes[0].tracing).toBeNull()
  const nobody = await cli('heapdump:status', '--dyno', 'web.7', '--timeout', '1s')
  expect(nobody.code).toBe(1)
  expect(nobody.stderr).toContain('No agent on web.7 answered within 1 s.')
})

it('--watch is a live screen that leaves the terminal as it was', async () => {
  const {NODE_ENV: _testRunners, ...env} = process.env
  const terminal = await openTerminal({
    columns: 80,
    cwd: scratch,
    env: {...env, PATH: `${dirname(program)}:${env.PATH}`},
    rows: 24,
  })
  try {
    await terminal.type('echo what was there')
    await terminal.shows(/^what was there$/m)
    const before = await terminal.state()
    for (const key of ['q', 'C-c']) {
      await terminal.type('run.js heapdump:status --watch --env env; echo "exit $?"')
      const screen = await terminal.shows(/worker\.12 +\d+ +sidekiq +[\d.]+ MB/)
      expect(screen).toMatch(/answered \d s ago$/m)
      expect(screen).toMatch(/^q quit$/m)
      for (const line of screen.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
      await terminal.press(key)
      const after = await terminal.shows(/exit 0\n\$$/)
      expect(after).toContain('what was there')
      expect(after).not.toContain('sidekiq')
      expect(await terminal.state()).toBe(before)
      await terminal.type('clear; echo what was there')
    }
  } finally {
    await terminal.close()
  }

  const piped = await cli('heapdump:status', '--watch')
  expect([piped.code, piped.stdout]).toEqual([2, ''])
  expect(piped.stderr).toContain('needs a terminal')
})

/** Sends a signed message, as another version of the plugin would, and returns the agent's answer. */
async function send(version: number, message: Record<string, unknown>) {
  const id = newRequestId()
  const json = JSON.stringify({at: Math.floor(Date.now() / 1000), dyno: 'web.1', id, v: version, ...message})
  const key = deriveKey(SECRET)
  const signature = createHmac('sha256', key)
    .update(`${version}\n${requestChannel('web.1')}\n${json}`)
    .digest('hex')
  const connection = await backstage.connect()
  try {
    await connection.listen(replyChannel(id))
    await connection.notify(requestChannel('web.1'), `${version}.${signature}.${json}`)
    const answer = await connection.next(10_000)
    return answer && decodeEvent(answer.payload, id, replyChannel(id), key)
  } finally {
    await connection.close()
  }
}

it('refuses requests from another version of the plugin, with the reason', async () => {
  expect(await send(2, {shape: 'unknown', type: 'dump'})).toMatchObject({
    code: 'version',
    message: expect.stringContaining('only speaks protocol version 1'),
    pid: null,
  })
  expect(await send(1, {type: 'explode'})).toMatchObject({
    code: 'unsupported',
    message: expect.stringContaining('does not know explode'),
  })
  expect(await send(1, {needs: ['redact', 'colour'], traceSeconds: 0, type: 'dump'})).toMatchObject({
    code: 'unsupported',
    message: expect.stringMatching(/does not support colour$/),
  })
  expect((await ask({type: 'status'}, 'web.1'))[0].busy).toBe(false)
})
