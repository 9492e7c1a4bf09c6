// A request to return free memory: what a process gives back, and who refuses.
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, it} from 'vitest'
import {openConversation, requestTime} from '../../src/lib/agent/conversation.js'
import type {NumberedEvent} from '../../src/lib/protocol/envelope.js'
import {newRequestId} from '../../src/lib/protocol/ids.js'
import type {TrimRequest, Trimmed} from '../../src/lib/protocol/messages.js'
import {SECRET, startBackstage} from '../support/ask-agent.js'
import {type EnabledRuby, startEnabledRuby} from '../support/enabled-ruby.js'
import {eventually} from '../support/eventually.js'
import {processesOfGroup, rssBytesOf, threadsOf} from '../support/processes.js'

let backstage: Awaited<ReturnType<typeof startBackstage>>
let ruby: EnabledRuby
const scratch = mkdtempSync(join(tmpdir(), 'heapdump-trim-'))
beforeAll(async () => {
  backstage = await startBackstage()
  ruby = await startEnabledRuby({
    env: backstage.env,
    script: `
      Process.setproctitle('shop')
      strings = Array.new(60_000) { 'x' * 1000 }
      KEPT = strings.each_slice(20).map(&:first)
      strings = nil
      GC.start
      $stdout.sync = true
      puts 'app is ready'
      sleep`,
  })
  await ruby.says('app is ready')
})
afterAll(async () => {
  rmSync(scratch, {force: true, recursive: true})
  await ruby?.stop()
  await backstage?.stop()
})

/** The agent's answer; `alive` events only say that it is working. */
async function ask(fields: Partial<TrimRequest> = {}): Promise<NumberedEvent> {
  const connection = await backstage.connect()
  const at = requestTime(connection)
  const request: TrimRequest = {at, dyno: 'web.1', id: newRequestId(), type: 'trim', v: 1, ...fields}
  try {
    const conversation = await openConversation(connection, request, {secret: SECRET})
    const until = Date.now() + 20_000
    while (Date.now() < until) {
      const event = await conversation.next(until, true)
      if (event !== null && event.type !== 'alive') return event
    }

    throw new Error('no answer')
  } finally {
    await connection.close()
  }
}

it('a process returns what its allocator holds free, once for each request', async () => {
  const threads = threadsOf(ruby.pid)
  const request = {at: Math.floor(Date.now() / 1000) - 1, id: newRequestId()}
  const {processes} = (await ask(request)) as Trimmed
  expect(processes).toEqual([
    {
      afterBytes: expect.any(Number),
      allocator: 'glibc',
      beforeBytes: expect.any(Number),
      pid: ruby.pid,
      process: 'shop',
      refused: null,
      seconds: expect.any(Number),
      stallMs: expect.any(Number),
    },
  ])
  const [{afterBytes, beforeBytes}] = processes
  expect(beforeBytes! - afterBytes!).toBeGreaterThan(30e6)
  expect(Math.abs(rssBytesOf(ruby.pid) - afterBytes!)).toBeLessThan(10e6)
  expect(((await ask(request)) as Trimmed).processes).toEqual(processes)
  expect(threadsOf(ruby.pid)).toBe(threads)
})

it('one process can be meant', async () => {
  expect(((await ask({pid: ruby.pid})) as Trimmed).processes.map(({pid}) => pid)).toEqual([ruby.pid])
  expect(await ask({pid: 1})).toMatchObject({
    code: 'process_gone',
    message: 'web.1 has no process 1',
    pid: null,
    type: 'failed',
  })
})

it('a dyno that dumps is busy', async () => {
  let answer: NumberedEvent | undefined
  backstage.s3.faults.add({delayMs: 1500, operation: 'PutObject'})
  await backstage.trigger({}, async event => {
    if (event.type === 'dumping') answer = await ask()
  })
  expect(answer).toMatchObject({code: 'busy', type: 'failed'})
})

it.each([
  ['without', "raise LoadError, 'cannot load such file -- fiddle'", 'no_fiddle'],
  ['with a damaged', "raise 'damaged'", 'failed'],
])('%s Fiddle, nothing can be asked, and the agent goes on', async (_, code, refused) => {
  writeFileSync(join(scratch, 'fiddle.rb'), code)
  const script = `$LOAD_PATH.unshift(${JSON.stringify(scratch)}); sleep`
  const other = await startEnabledRuby({env: {...backstage.env, DYNO: 'web.2'}, script})
  try {
    for (const request of [{dyno: 'web.2'}, {dyno: 'web.2'}]) {
      const {processes} = (await ask(request)) as Trimmed
      expect(processes).toMatchObject([{allocator: null, beforeBytes: null, refused}])
    }
  } finally {
    await other.stop()
  }
})

it('a process that does not answer is listed', async () => {
  const parent = await startEnabledRuby({env: {...backstage.env, DYNO: 'web.2'}, script: 'fork { sleep }; sleep'})
  const child = await eventually('the child', () => processesOfGroup(parent.pid).find(one => one.parent === parent.pid))
  try {
    await eventually('both can be asked', async () => ((await ask({dyno: 'web.2'})) as Trimmed).processes.length === 2)
    const leader = Number(/process (\d+) is listening/.exec(parent.log())?.[1])
    const other = leader === parent.pid ? child.pid : parent.pid
    process.kill(other, 'SIGSTOP')
    const {processes} = (await ask({dyno: 'web.2'})) as Trimmed
    process.kill(other, 'SIGCONT')
    expect(processes.find(({pid}) => pid === leader)?.refused).toBeNull()
    expect(processes.find(({pid}) => pid === other)).toMatchObject({allocator: null, refused: 'no_answer'})
  } finally {
    await parent.stop()
  }
})
