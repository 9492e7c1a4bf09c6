// How often a dyno may be dumped, across changes of leader; and the config var that disables the agent.
import {execFileSync} from 'node:child_process'
import {existsSync} from 'node:fs'
import {readdir} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {afterAll, afterEach, beforeAll, describe, expect, it} from 'vitest'
import {AGENT, type EnabledRuby, startEnabledRuby} from '../support/enabled-ruby.js'
import {startBackstage} from '../support/ask-agent.js'
import {eventually} from '../support/eventually.js'
import {runRuby} from '../support/run-ruby.js'

type Entry = {at: number; stored: boolean}

/** The refusal by Limits, at second 1,000,000, of a request after that history. */
function refusal(history: Entry[], {cooldown = 0, daily = 0, trace = 0, force = false}): [string, string] | [] {
  const program = `require 'json'; %w[limits request].each { |file| require File.join(${JSON.stringify(join(dirname(AGENT), 'heapdump'))}, file) }
    history = JSON.parse(${JSON.stringify(JSON.stringify(history))})
    request = Heapdump::Request.new({'type' => 'dump', 'id' => 'k3f9q2m8x1', 'traceSeconds' => ${trace}, 'force' => ${force}})
    puts JSON.generate(Heapdump::Limits.new(history, ${cooldown}, ${daily}, 1_000_000).refusal(request) || [])`
  return JSON.parse(execFileSync('ruby', ['-w', '-e', program], {encoding: 'utf8'}))
}

it('a dump gives up on a hanging uploader before the leader gives up on the dump', () => {
  const [hangs, silent] = runRuby<number[]>(
    ['heapdump/log', 'heapdump/dump', 'heapdump/conversation'],
    'answer([Heapdump::Dump::HANG_SECONDS, Heapdump::Conversation::SILENCE_SECONDS])',
  )
  // Otherwise the leader would start the next process while this one still dumps: its process may be too busy to
  // report.
  expect(silent - hangs).toBeGreaterThanOrEqual(60)
})

describe('the limits', () => {
  it('allow a request long enough after the last stored dump, counting the time of its tracing', () => {
    const history = [
      {at: 999_000, stored: true},
      {at: 999_960, stored: true},
      {at: 999_999, stored: false},
    ]
    expect(refusal(history, {cooldown: 60})).toEqual([
      'too_soon',
      'the last dump was 40 s ago, and HEAPDUMP_COOLDOWN is 60 s: wait 20 s',
    ])
    expect(refusal(history, {cooldown: 60, force: true})).toEqual([])
    expect(refusal(history, {cooldown: 60, trace: 20})).toEqual([])
    expect(refusal(history, {cooldown: 60, trace: 19})[0]).toBe('too_soon')
    expect(refusal(history, {cooldown: 40})).toEqual([])
  })

  it('count every attempt of the last 24 hours, and say when the next one is allowed', () => {
    const history = [1_000_000 - 86_401, 950_000, 960_000, 970_000].map(at => ({at, stored: false}))
    expect(refusal(history, {daily: 4})).toEqual([])
    // 950,000 s after the epoch, and 24 hours. Often that is tomorrow, a few minutes before the time that it is now.
    expect(refusal(history, {daily: 3, force: true})).toEqual([
      'limit_reached',
      'this dyno has reached HEAPDUMP_DAILY_LIMIT: 3 of 3 requests in the last 24 hours; it accepts the next one on 12 January at 23:53 UTC',
    ])
    expect(refusal(history, {daily: 0})).toEqual([])
  })
})

describe('an agent', () => {
  let backstage: Awaited<ReturnType<typeof startBackstage>>
  let ruby: EnabledRuby | null = null
  beforeAll(async () => {
    backstage = await startBackstage()
  })
  afterEach(async () => {
    await ruby?.stop()
    ruby = null
  })
  afterAll(async () => {
    await backstage?.stop()
  })

  it('keeps the cooldown and the daily limit when the leader is killed or Postgres restarts', async () => {
    const script = '2.times { fork { sleep } }; Process.waitall; sleep'
    ruby = await startEnabledRuby({
      env: {...backstage.env, HEAPDUMP_COOLDOWN: '10m', HEAPDUMP_DAILY_LIMIT: '2'},
      script,
    })
    expect((await backstage.trigger()).at(-1)).toMatchObject({finished: 3, type: 'done'})
    expect(await backstage.trigger()).toEqual([expect.objectContaining({code: 'too_soon', pid: null})])

    const leader = Number(/process (\d+) is listening/.exec(ruby.log())?.[1])
    process.kill(leader, 'SIGKILL')
    await eventually('another leader', () => (ruby?.log().match(/is listening for dump requests/g) ?? []).length === 2)
    expect(await backstage.trigger()).toEqual([expect.objectContaining({code: 'too_soon'})])

    expect((await backstage.trigger({force: true})).at(-1)).toMatchObject({finished: 2, type: 'done'})
    await backstage.postgres.restart()
    expect(await backstage.trigger({force: true})).toEqual([
      expect.objectContaining({code: 'limit_reached', pid: null}),
    ])
  })

  it('has no cooldown after a dump that was not stored', async () => {
    ruby = await startEnabledRuby({env: {...backstage.env, HEAPDUMP_COOLDOWN: '10m'}})
    backstage.s3.faults.add({code: 'AccessDenied', operation: 'PutObject', status: 403})
    expect((await backstage.trigger()).at(-2)).toMatchObject({
      code: 'upload_failed',
      message: 'S3 returned 403 AccessDenied',
    })
    expect((await backstage.trigger()).at(-1)).toMatchObject({finished: 1, type: 'done'})
  })

  it('logs config vars that it cannot parse, once, and uses their defaults', async () => {
    ruby = await startEnabledRuby({env: {...backstage.env, HEAPDUMP_COOLDOWN: 'an hour', HEAPDUMP_DAILY_LIMIT: 'few'}})
    expect(ruby.log()).toContain('cannot parse HEAPDUMP_COOLDOWN and HEAPDUMP_DAILY_LIMIT: using the default')
    expect((await backstage.trigger()).at(-1)).toMatchObject({finished: 1, type: 'done'})
  })

  it('does not start if HEAPDUMP_DISABLED is set: no thread, no file, no hook', async () => {
    const script =
      'puts "threads #{Thread.list.size}, hooked #{Process.singleton_class.ancestors.first.inspect}"; $stdout.flush; sleep'
    ruby = await startEnabledRuby({env: {...backstage.env, HEAPDUMP_DISABLED: '1'}, listens: false, script})
    await ruby.says('threads 1, hooked #<Class:Process>')
    expect(await readdir(ruby.directory)).toEqual([])
    expect(existsSync(AGENT)).toBe(true)
    await expect(backstage.trigger({answerTimeoutMs: 1500})).rejects.toMatchObject({code: 'no_agent'})
  })
})
