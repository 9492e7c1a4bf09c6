// Which dynos and processes are dumped, and what others can do meanwhile: watch the dump, and cancel it. Against real
// agents in three dynos: web.1 with three processes, web.2 and web.10.
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {readdir, readFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, beforeEach, expect, it} from 'vitest'
import HeapdumpCancel from '../../src/commands/heapdump/cancel.js'
import HeapdumpStatus from '../../src/commands/heapdump/status.js'
import HeapdumpTraceStart from '../../src/commands/heapdump/trace/start.js'
import HeapdumpTrim from '../../src/commands/heapdump/trim.js'
import HeapdumpTrigger, {type TriggerResult} from '../../src/commands/heapdump/trigger.js'
import {SECRET, startBackstage} from '../support/ask-agent.js'
import {ofType, storedDumps} from '../support/enabled-app.js'
import {type EnabledRuby, startEnabledRuby} from '../support/enabled-ruby.js'
import {eventually} from '../support/eventually.js'
import {runCommand} from '../support/run-command.js'
import {startPlugin} from '../support/run-plugin.js'
import {dotenv} from '../support/stage.js'
import {attachToDump} from '../../src/lib/agent/attach-dump.js'
import type {AgentEvent, Status} from '../../src/lib/protocol/messages.js'

let backstage: Awaited<ReturnType<typeof startBackstage>>
const dynos: EnabledRuby[] = []
const scratch = mkdtempSync(join(tmpdir(), 'heapdump-dynos-'))
const envFile = join(scratch, 'env')

/** The second process is the largest. */
const THREE = `
  %w[small large other].each do |name|
    fork do
      Process.setproctitle(name)
      KEPT = 'x' * (name == 'large' ? 30_000_000 : 1)
      sleep
    end
  end
  Process.setproctitle('parent')
  sleep
`
const ONE = "Process.setproctitle('small'); sleep"

beforeAll(async () => {
  backstage = await startBackstage()
  const env = {...backstage.env, HEAPDUMP_COOLDOWN: '0', HEAPDUMP_DAILY_LIMIT: '0'}
  writeFileSync(envFile, dotenv(env))
  const start = (DYNO: string, script = ONE) => startEnabledRuby({env: {...env, DYNO}, script})
  dynos.push(...(await Promise.all([start('web.1', THREE), start('web.2'), start('web.10')])))
  await eventually('every process is at the rendezvous', async () => {
    const {stdout} = await runCommand(HeapdumpTrigger, ['--env', envFile, '--yes', '--json'])
    return JSON.parse(stdout).processes?.length === 4
  })
})
beforeEach(() => {
  backstage.s3.objects.clear()
  backstage.s3.faults.clear()
})
afterAll(async () => {
  rmSync(scratch, {force: true, recursive: true})
  await Promise.all(dynos.map(dyno => dyno.stop()))
  await backstage?.stop()
})

const trigger = (...args: string[]) => runCommand(HeapdumpTrigger, ['--env', envFile, '--yes', ...args])
const cancel = (...args: string[]) => runCommand(HeapdumpCancel, ['--env', envFile, ...args])
const resultOf = ({stdout}: {readonly stdout: string}) => JSON.parse(stdout) as TriggerResult
const namesOf = ({processes}: TriggerResult) => processes.map(one => `${one.dyno} ${one.process} ${one.state}`)

it('a process type means all its dynos, one after the other', async () => {
  const run = await trigger('--dyno', 'web', '--json', '--process', 'small')
  const result = resultOf(run)
  expect(run.code).toBe(0)
  expect(result.dyno).toBe('web')
  expect(namesOf(result)).toEqual(['web.1 small finished', 'web.2 small finished', 'web.10 small finished'])
  // Each is complete in the bucket before the next one begins; all have the id of the request.
  const stored = backstage.s3.requests.filter(({operation}) => operation === 'PutObject').map(({path}) => path)
  const dumps = stored.slice(-9)
  expect(dumps.map(key => /-(web\.\d+)-\d+-/.exec(key)?.[1])).toEqual(
    ['web.1', 'web.2', 'web.10'].flatMap(dyno => [dyno, dyno, dyno]),
  )
  expect(dumps.every(key => key.includes(result.id))).toBe(true)
})

it('tells beforehand which dynos, and not more than the limit', async () => {
  const {code, stderr, stdout} = await trigger('--dyno', 'web', '--limit', '2', '--process', 'small')
  expect(stderr).toMatch(/Dumps web\.1, web\.2, one dyno after the other \(5 processes, \d.*MB\)\./)
  expect(stderr).toContain('1 more dyno can be dumped: use --limit 3.')
  expect(stderr).toContain('Only small of each dyno is dumped.')
  expect(stderr).not.toContain('web.10')
  expect(stdout).toMatch(/Done: 2 dumps of 2 web dynos in /)
  expect(code).toBe(0)
})

it('dumps the rest if a dyno refuses', async () => {
  const busy = startPlugin(['heapdump:trigger', '--env', envFile, '--yes', '--dyno', 'web.2', '--trace', '60s'])
  await busy.says(/tracing allocations/)
  const run = await trigger('--dyno', 'web', '--largest', '--json')
  expect(namesOf(resultOf(run))).toEqual(['web.1 large finished', 'web.10 small finished'])
  expect(resultOf(run).refused).toMatchObject([{code: 'busy', dyno: 'web.2'}])
  expect(run.code).toBe(3)
  expect((await cancel('--dyno', 'web.2')).code).toBe(0)
  await busy.ended
})

it('a question to a process type asks all its dynos, and any other request its only dyno', async () => {
  const asked = async (command: Parameters<typeof runCommand>[0], ...args: string[]) =>
    JSON.parse((await runCommand(command, ['--env', envFile, '--json', ...args])).stdout)
  const named = async (type: string) => (await asked(HeapdumpStatus, '--dyno', type)).map((one: Status) => one.dyno)
  expect(await named('web')).toEqual(['web.1', 'web.2', 'web.10'])
  expect(await named('web.2')).toEqual(['web.2'])
  for (const [command, ...flags] of [[HeapdumpTrim, '--yes'], [HeapdumpTraceStart], [HeapdumpCancel]] as const)
    expect((await asked(command, '--dyno', 'web', ...flags)).error).toMatchObject({
      code: 'no_dyno',
      hint: 'Name one of them: --dyno web.1',
      message: 'web means 3 dynos: web.1, web.2, web.10.',
    })
  const silence = (await asked(HeapdumpStatus, '--dyno', 'worker', '--timeout', '1s')).error
  expect(silence).toMatchObject({code: 'no_agent', message: 'No agent on a worker dyno answered within 1 s.'})
})

it('no agent on a process type', async () => {
  const {code, stdout} = await trigger('--dyno', 'worker', '--timeout', '1s', '--json')
  expect(JSON.parse(stdout)).toMatchObject({error: {code: 'no_agent'}})
  expect(code).toBe(1)
  expect(backstage.s3.objects.size).toBe(0)
})

it.each([
  [['--largest'], ['large']],
  [['--process', 'small'], ['small']],
  [['--process', 'SMALL', '--largest'], ['small']],
])('with %j, dumps %j alone', async (flags, names) => {
  const result = resultOf(await trigger(...flags, '--json'))
  expect(result.processes.map(one => one.process)).toEqual(names)
  expect(storedDumps(backstage.s3)).toHaveLength(1)
})

it('names the processes that run if the one asked for does not', async () => {
  const {code, stdout} = await trigger('--process', 'puma worker 1', '--json')
  const {error} = JSON.parse(stdout) as {error: {code: string; message: string}}
  expect(error.code).toBe('no_process')
  expect(error.message).toMatch(/^web\.1: no process is called puma worker 1 \(running: .*large/)
  expect(code).toBe(1)
})

it('proposes the dump of the largest process', async () => {
  const {stdout} = await trigger()
  const [, id] = /\n (d\w{5}) +\d+ +large /.exec(stdout) ?? []
  expect(stdout).toMatch(new RegExp(`Next: .*heapdump:analyze ${id} `))
})

it('a dump can be watched from elsewhere, with what happened so far, and cancelled', async () => {
  const args = ['heapdump:trigger', '--env', envFile, '--yes', '--json', '--trace', '60s', '--process', 'small']
  const first = startPlugin(args)
  await first.says(/tracing allocations/)
  const {stderr} = await trigger('--no-wait', '--largest')
  expect(stderr).toContain('another dump of this dyno is in progress')
  const id = await idInProgress()
  const second = startPlugin(['heapdump:trigger', '--env', envFile, '--attach', id])
  await second.says(/web\.1 answered: small [\s\S]*tracing allocations for (59|5\d|60|1 min)/)

  const {code, stdout} = await cancel(id, '--json')
  expect(JSON.parse(stdout)).toMatchObject({cancelled: [{dyno: 'web.1', ended: true, id}]})
  expect(code).toBe(0)
  for (const watching of [first, second]) {
    const ended = await watching.ended
    expect(`${ended.stdout}${ended.stderr}`).toContain('No dump of web.1 was stored: cancelled before it was dumped.')
    expect(ended.code).toBe(1)
  }

  expect(backstage.s3.objects.size).toBe(0)
  const again = await cancel(id)
  expect(again.stderr).toContain(`No dump ${id} is in progress`)
  expect(again.code).toBe(1)
})

/** The directory where the processes of web.1 meet. */
async function rendezvousOfFirst(): Promise<string> {
  const [{directory}] = dynos
  return join(directory, (await readdir(directory)).find(name => name.startsWith('heapdump-')) ?? '')
}

async function socketsOfFirst(): Promise<number[]> {
  return (await readdir(await rendezvousOfFirst())).flatMap(name => /^(\d+)\.sock$/.exec(name)?.[1] ?? []).map(Number)
}

/** Of the only dump in progress, from the agent's own record. */
async function idInProgress(): Promise<string> {
  const ledger = JSON.parse(await readFile(join(await rendezvousOfFirst(), 'requests.json'), 'utf8'))
  return ledger.current.request.id as string
}

it('a dump that has ended can be watched, and nobody confuses its numbered events with new ones', async () => {
  const {id} = resultOf(await trigger('--json', '--process', 'small'))
  const connection = await backstage.connect()
  const events: AgentEvent[] = []
  const options = {answerTimeoutMs: 10_000, id, secret: SECRET, target: []}
  for await (const event of attachToDump(connection, options)) events.push(event)
  await connection.close()
  expect(events.map(event => event.type).filter(type => type !== 'uploading')).toEqual([
    'accepted',
    'dumping',
    'finished',
    'done',
  ])
  const [{liveSlots = 0}] = ofType(events, 'dumping')
  const [{objects}] = ofType(events, 'finished')
  expect(objects / liveSlots).toBeGreaterThan(0.5)
  expect(objects / liveSlots).toBeLessThan(1.1)
  const numbers = events.map(event => (event as unknown as {n: number}).n)
  expect(numbers).toEqual(numbers.toSorted((a, b) => a - b))
})

it('after its leader was killed, a dyno still knows the dump, and cancels it', async () => {
  const leader = Number(/process (\d+) is listening/.exec(dynos[0].log())?.[1])
  const other = (await socketsOfFirst()).find(pid => pid !== leader)
  const args = ['heapdump:trigger', '--env', envFile, '--yes', '--json', '--trace', '60s', '--process', `${other}`]
  const first = startPlugin(args)
  await first.says(/tracing allocations/)
  const id = await idInProgress()
  process.kill(leader, 'SIGKILL')
  const second = startPlugin(['heapdump:trigger', '--env', envFile, '--attach', id])
  await second.says(/web\.1 answered: \S+ \(pid \d+, .*\ntracing allocations/)
  const {stdout} = await cancel(id, '--json')
  expect(JSON.parse(stdout)).toMatchObject({cancelled: [{dyno: 'web.1', ended: true, id}]})
  for (const watching of [first, second]) expect((await watching.ended).code).toBe(1)
  expect(backstage.s3.objects.size).toBe(0)
})

it('says that nobody knows a dump', async () => {
  const {code, stdout} = await trigger('--attach', 'k3f9q2m8x1', '--json')
  expect(JSON.parse(stdout)).toMatchObject({error: {code: 'no_request'}})
  expect(code).toBe(1)
})

it.each([
  ['--attach', 'k3f9q2m8x1', '--dyno', 'web.2'],
  ['--attach', 'k3f9q2m8x1', '--trace', '5s'],
  ['--dyno', 'web', '--no-wait'],
])('rejects %s %s %s %s', async (...args) => {
  expect((await trigger(...args)).code).toBe(2)
})
