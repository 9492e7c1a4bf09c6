// heapdump:trigger against the shop under Puma with the agent enabled: as scripts use it, and when the dyno dies
// meanwhile.
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {gunzipSync} from 'node:zlib'
import HeapdumpTrigger, {type TriggerResult} from '../../src/commands/heapdump/trigger.js'
import {openMcp} from '../support/mcp-client.js'
import {runCommand} from '../support/run-command.js'
import {startPlugin} from '../support/run-plugin.js'
import {openStage, sendTraffic} from '../support/stage.js'

type Stage = Awaited<ReturnType<typeof openStage>>

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
})
afterAll(() => stage?.close())

/** Starts a trigger; resolves when the agent has answered and traces. */
async function startTrigger(trace: string) {
  const running = startPlugin(['heapdump:trigger', '--env', stage.envFile, '--yes', '--json', '--trace', trace])
  await running.says(/tracing allocations/)
  return running
}

const trigger = (...args: string[]) => runCommand(HeapdumpTrigger, ['--env', stage.envFile, '--yes', ...args])

describe('heapdump:trigger', () => {
  it('dumps every process while the app serves, and reports the outcome as JSON', async () => {
    const traffic = sendTraffic(stage.url, {perSecond: 40})
    const {code, stdout} = await trigger('--trace', '2s', '--json')
    const {failed, served} = await traffic.stop()
    expect(failed).toBe(0)
    expect(served).toBeGreaterThan(20)

    const result = JSON.parse(stdout) as TriggerResult
    expect(result).toMatchObject({dyno: 'web.1', id: expect.stringMatching(/^[a-z0-9]{8,26}$/)})
    expect(result.processes.map(one => one.process).toSorted()).toEqual(['puma worker 0', 'puma worker 1'])
    for (const {state, key, bytes, objects, stallMs, storedBytes} of result.processes) {
      expect(state).toBe('finished')
      expect(stallMs).toBeGreaterThan(0)
      const body = stage.s3.objects.get(key ?? '')?.body as Buffer
      expect(body).toHaveLength(storedBytes ?? 0)
      const dump = gunzipSync(body)
      expect(dump).toHaveLength(bytes ?? 0)
      const text = dump.toString('latin1')
      expect(
        text.split('\n').filter(line => /^\{"address":"0x[0-9a-f]+", "type":"(?!NONE|ROOT|SHAPE)/.test(line)),
      ).toHaveLength(objects ?? 0)
      expect(text).toContain('lib/price_list.rb')
    }

    expect(stage.s3.uploads.size).toBe(0)
    expect(code).toBe(0)
  })

  it('without a terminal, writes plain progress lines to stderr and the result to stdout', async () => {
    const {code, stderr, stdout} = await trigger()
    expect(stderr).toMatch(/web\.1 answered: puma worker 0 \(pid \d+, [\d.]+ MB\), puma worker 1/)
    expect(stderr).toMatch(/pid \d+: stored [\d.]+ MB, [\d,]+ objects/)
    expect(stdout).toMatch(/^ Done: 2 dumps of web\.1 in \d+ s/)
    expect(stdout).toContain(`--env ${stage.envFile}`)
    expect(stdout).not.toContain('\u001b')
    expect(code).toBe(0)
  })

  it('analyzes the dump with --analyze', async () => {
    const {code, stdout} = await trigger('--analyze')
    expect(stdout).toMatch(/=== d\w{5} · web\.1 · puma worker/)
    expect(code).toBe(0)
  })

  it('dumps for an assistant, once the user has agreed, and shows it the state and the result', async () => {
    const questions: string[] = []
    const mcp = await openMcp({
      answer(message) {
        questions.push(message)
        return {action: 'accept', content: {confirm: true}}
      },
      args: ['--env', stage.envFile],
      cwd: stage.directory,
    })
    try {
      const {dynos} = (await mcp.call('status')).document
      expect(dynos).toMatchObject([
        {dyno: 'web.1', processes: [{process: 'puma worker 0'}, {process: 'puma worker 1'}]},
      ])
      const {document} = await mcp.call('trigger', {process: 'puma worker 1'})
      expect(document).toMatchObject({dyno: 'web.1', processes: [{process: 'puma worker 1', state: 'finished'}]})
      expect(questions).toEqual([expect.stringMatching(/^Only puma worker 1 of web\.1 is dumped\.\n/)])
      const {dumps} = (await mcp.call('list', {top: 1})).document
      expect(dumps).toMatchObject([{id: document.dumps[0], process: 'puma worker 1', redacted: true}])
      expect((await mcp.call('analyze', {dump: document.dumps[0]})).document.holders).not.toEqual([])
      // Progress is in the client's log, not in the protocol.
      expect(mcp.log.text).toMatch(/pid \d+: stored [\d.]+ MB/)
      expect(mcp.faults).toEqual([])
    } finally {
      await mcp.close()
    }
  })

  it('refuses a second request while the first is in progress', async () => {
    const first = await startTrigger('10s')
    const second = await trigger('--json')
    expect(JSON.parse(second.stdout)).toMatchObject({
      error: {code: 'busy', message: expect.stringContaining('another dump of this dyno is in progress')},
    })
    expect(second.code).toBe(1)
    const {code, stdout} = await first.ended
    expect(JSON.parse(stdout).processes.map((one: {state: string}) => one.state)).toEqual(['finished', 'finished'])
    expect(code).toBe(0)
  })

  it('exits at once with --no-wait, and the dump is stored', async () => {
    const before = stage.s3.objects.size
    const {code, stderr} = await trigger('--no-wait')
    expect(stderr).toContain('web.1 is dumping 2 processes.')
    expect(code).toBe(0)
    await expect.poll(() => stage.s3.objects.size, {interval: 200, timeout: 60_000}).toBe(before + 6)
  })

  it.each([
    ['--trace', '0'],
    ['--trace', '2h'],
    ['--timeout', 'abc'],
    ['--timeout', '-1s'],
    ['--dynos', '2'],
  ])('rejects %s %s', async (flag, value) => {
    const {code, stderr} = await trigger(flag, value)
    expect(stderr).toContain(flag)
    expect(code).toBe(2)
    const json = await trigger(flag, value, '--json')
    expect(JSON.parse(json.stdout)).toMatchObject({
      error: {code: expect.any(String), message: expect.stringContaining(flag)},
    })
    expect(json.code).toBe(2)
  })

  it('reports that a process died before its turn', async () => {
    const line = await stage.dyno.saw(/Worker 1 \(PID: (\d+)\) booted/)
    const running = await startTrigger('4s')
    process.kill(Number(/PID: (\d+)/.exec(line)?.[1]), 'SIGKILL')
    const {code, stdout} = await running.ended
    const {processes} = JSON.parse(stdout) as TriggerResult
    expect(processes.map(one => one.state).toSorted()).toEqual(['failed', 'finished'])
    expect(processes.find(one => one.state === 'failed')?.error).toMatchObject({code: 'process_gone'})
    expect(code).toBe(3)
  })

  it('reports that the whole dyno died during the request', async () => {
    const before = stage.s3.objects.size
    const running = await startTrigger('60s')
    await stage.dyno.kill()
    const {code, stdout} = await running.ended
    expect(JSON.parse(stdout)).toMatchObject({error: {code: 'agent_silent', hint: expect.stringContaining('R15')}})
    expect(code).toBe(1)
    expect(stage.s3.objects.size).toBe(before)
    expect(stage.s3.uploads.size).toBe(0)
  })
})
