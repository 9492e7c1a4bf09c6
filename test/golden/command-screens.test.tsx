// The screens of list, doctor, status, trigger and trim: each begins with its answer.
import {describe, expect, it} from 'vitest'
import {type DumpRun, summarize} from '../../src/lib/agent/dump-result.js'
import {initialDumpState, type ProcessDump} from '../../src/lib/agent/dump-state.js'
import {verdictOfTrim} from '../../src/lib/agent/trim.js'
import type {Check} from '../../src/lib/doctor/check.js'
import type {TrimmedProcess} from '../../src/lib/protocol/messages.js'
import {judgeHistory} from '../../src/lib/analysis/history/judge-history.js'
import type {AgentReport} from '../../src/lib/render/agent-report.js'
import {verdictOfChecks} from '../../src/lib/render/checks-verdict.js'
import {growthInWords, growthOfEach, verdictOfDumps} from '../../src/lib/render/dumps-verdict.js'
import {AgentList} from '../../src/lib/render/ink/AgentList.js'
import {Checks} from '../../src/lib/render/ink/Checks.js'
import {DumpList} from '../../src/lib/render/ink/DumpList.js'
import {TriggerProgress} from '../../src/lib/render/ink/TriggerProgress.js'
import {TriggerResult} from '../../src/lib/render/ink/TriggerResult.js'
import {TrimScreen} from '../../src/lib/render/ink/TrimScreen.js'
import type {StoredDump} from '../../src/lib/store/store.js'
import {MEGABYTE, pastOf} from '../support/histories.js'
import {drawn, widthOf} from '../support/screens.js'

const nowMs = Date.UTC(2026, 10, 24, 12)
const target = ['--app', 'shop']

function dumpAt(id: string, minutesAgo: number, fields: Partial<StoredDump> = {}): StoredDump {
  return {
    bootedAt: '2026-11-24T03:00:00Z', by: null, bytes: 9e8, complete: true, dyno: 'web.1', growth: null,
    createdAt: new Date(nowMs - minutesAgo * 60_000).toISOString(),
    heapBytes: null, id, jitBytes: null, key: `heapdump/v1/${id}`, mallocFreeBytes: null, memoryBytes: 244e6,
    objects: 1_204_331, pid: 17, process: 'puma worker 0', quotaBytes: null,
    redacted: true, release: 'v214', ruby: '3.3.6', stackBytes: null, stallMs: 9,
    storedBytes: 62e6, traced: true, tracedSeconds: 180, ...fields,
  }
}

const worker = {bootedAt: '2026-11-24T02:00:00Z', dyno: 'worker.1', pid: 4, process: 'sidekiq'} as const
const dumps = [
  dumpAt('d9x0pa', 4, {heapBytes: 210e6, jitBytes: 9e6, mallocFreeBytes: 30e6, memoryBytes: 364e6, stackBytes: 1e6}),
  dumpAt('d8w3ra', 65, {...worker, by: 'memory', memoryBytes: 190e6, traced: false, tracedSeconds: null}),
  dumpAt('d7k2mq', 184, {heapBytes: 120e6, jitBytes: 9e6, mallocFreeBytes: 20e6, stackBytes: 1e6}),
  dumpAt('d6s3y1', 300, {...worker, memoryBytes: 186e6, traced: false, tracedSeconds: null}),
  dumpAt('d5c9qe', 600, {bootedAt: null, memoryBytes: null, pid: 878, process: null, redacted: null, traced: null}),
]

const ok = (name: Check['name'], text: string): Check => ({fix: null, name, state: 'ok', text})
const WORKING: readonly Check[] = [
  ok('config', 'bucket shop-heapdumps (eu-west-1)'),
  ok('secret', "messages are signed with the bucket's secret key"),
  ok('bucket', 'writable, readable, deletable; not public; encrypted (AES256)'),
  ok('database', 'ec2-34-1-2-3.compute-1.amazonaws.com:5432, direct (not pooled), 12 of 20 connections in use'),
  ok('buildpack', 'in v214, index 1 of 2'),
  ok('dyno', 'web.1 is up'),
  ok('agent', 'web.1: 2 processes, Ruby 3.3.6'),
  ok('version', 'agent and plugin are 0.1.0'),
  ok('tracing', 'off'),
  ok('memory', 'MALLOC_ARENA_MAX=2'),
]
const changed = (...changes: readonly Check[]) =>
  WORKING.map(check => changes.find(({name}) => name === check.name) ?? check)
const ARENAS: Check = {
  fix: 'heroku config:set MALLOC_ARENA_MAX=2 --app shop', name: 'memory', state: 'warning',
  text: 'MALLOC_ARENA_MAX is not set, but RAILS_MAX_THREADS is 5: malloc may keep freed memory in up to 8 arenas for each core.',
}
const BROKEN = changed(
  {fix: "heroku heapdump:setup --app shop\nRun it in the app's directory, then deploy as it says.", name: 'buildpack', state: 'failed',
    text: '⬢ shop has no heapdump buildpack (it has heroku/ruby). No agent in a deployed vendor/heapdump answered.'},
  {fix: null, name: 'agent', state: 'skipped', text: 'skipped: no agent is deployed'},
  {fix: null, name: 'version', state: 'skipped', text: 'skipped: no agent is deployed'},
  {fix: null, name: 'tracing', state: 'skipped', text: 'skipped: no agent is deployed'},
)

const agents: readonly AgentReport[] = [
  {
    agent: '0.1.0', busy: false, dyno: 'web.1', id: 'k3f9q2m8x1', older: [],
    processes: [0, 1].map(at => ({
      gcCount: 3020, pid: 17 + at, process: `puma worker ${at}`, rssBytes: (244 - 80 * at) * MEGABYTE,
      history: judgeHistory(pastOf({minutes: 480, old: () => 300_000, rss: minute => (at === 0 ? 100 + minute * 0.3 : 164) * MEGABYTE})),
      tracing: at === 0 ? {since: nowMs / 1000 - 60, until: nowMs / 1000 + 240} : null, uptimeSeconds: 480 * 60,
    })),
    quotaBytes: 512 * 2 ** 20, release: 'v214', ruby: '3.3.6', type: 'status', usedBytes: 440e6, v: 1,
  },
  {
    agent: '0.0.9', busy: true, dyno: 'worker.1', id: 'k3f9q2m8x2', older: [],
    processes: [{gcCount: 20, history: null, pid: 4, process: 'sidekiq', rssBytes: 190e6, tracing: null, uptimeSeconds: 700}],
    quotaBytes: 512 * 2 ** 20, release: 'v214', ruby: '3.3.6', type: 'status', usedBytes: 190e6, v: 1,
  },
]

function processDump(pid: number, fields: Partial<ProcessDump> = {}): ProcessDump {
  return {
    attempts: 1, bytes: 7e8, error: null, key: `heapdump/v1/d${pid}.json.gz`, liveSlots: 1_220_000, objects: 1_204_331,
    pid, process: `puma worker ${pid - 17}`, rssBytes: 412e6 - pid * 1e6, stallMs: 12.3, state: 'finished',
    storedBytes: 62e6, written: null, ...fields,
  }
}
const failed = processDump(18, {
  bytes: null, error: {code: 'internal', message: 'The upload failed.'}, key: null, objects: null, state: 'failed', storedBytes: null,
})

function runOf(processes: readonly ProcessDump[], wait = true, signal = new AbortController().signal): DumpRun {
  const states = [{...initialDumpState('web.1'), accepted: true, processes}]
  return summarize(states, {id: 'k3f9q2m8x1', named: 'web.1', notAsked: [], seconds: 12, signal, target, wait})
}

function resultScreen(processes: readonly ProcessDump[], width: number) {
  const {result} = runOf(processes)
  const rows = processes.map(one => ({...one, dumpId: one.key === null ? null : `d${one.pid}x0pa`, dyno: 'web.1'}))
  return <TriggerResult refused={[]} rows={rows} target={target} verdict={result.verdict} width={width} />
}

const trimmed: readonly TrimmedProcess[] = [
  {afterBytes: 270e6, allocator: 'glibc', beforeBytes: 402e6, pid: 17, process: 'puma worker 0', refused: null, seconds: 0.001, stallMs: 0.9},
  {afterBytes: null, allocator: null, beforeBytes: null, pid: 18, process: 'puma worker 1', refused: 'busy', seconds: null, stallMs: null},
]

const SCREENS: Readonly<Record<string, (width: number) => React.ReactElement>> = {
  doctor: width => <Checks checks={WORKING} target={target} title="Heap dumps of ⬢ shop" width={width} />,
  'doctor-broken': width => <Checks checks={BROKEN} target={target} title="Heap dumps of ⬢ shop" width={width} />,
  'doctor-warning': width => <Checks checks={changed(ARENAS)} target={target} title="Heap dumps of ⬢ shop" width={width} />,
  list: width => (
    <DumpList dumps={dumps} nowMs={nowMs} target={target} title="Heap dumps of ⬢ shop (s3://shop-heapdumps)" verdict={verdictOfDumps(dumps)} width={width} />
  ),
  status: width => <AgentList agents={agents} nowMs={nowMs} target={target} title="Agents of ⬢ shop" version="0.1.0" width={width} />,
  trigger: width => resultScreen([processDump(17), processDump(18)], width),
  'trigger-part': width => resultScreen([processDump(17), failed], width),
  'trigger-progress': width => (
    <TriggerProgress
      app="shop" dynos={['web.1']} isOver={false} named="web.1" nowMs={nowMs} startedAtMs={nowMs - 70_000} width={width}
      states={[{...initialDumpState('web.1'), accepted: true, processes: [processDump(17), processDump(18, {key: null, state: 'dumping', written: 6e5})]}]}
    />
  ),
  trim: width => (
    <TrimScreen dyno="web.1" notes={['puma worker 1 (pid 18) is being dumped.']} processes={trimmed} target={target} verdict={verdictOfTrim('web.1', trimmed)} width={width} />
  ),
}

describe.each([80, 120])('%i columns', width => {
  it.each(Object.keys(SCREENS))('%s', async name => {
    const plain = drawn(SCREENS[name], width)
    expect(widthOf(plain)).toBeLessThanOrEqual(width)
    await expect(plain).toMatchFileSnapshot(`screens/${name}-${width}.txt`)
    await expect(drawn(SCREENS[name], width, true)).toMatchFileSnapshot(`screens/${name}-${width}.ansi`)
  })
})

describe('the answer of a list', () => {
  it('counts the dumps, and names the process that grew most', () => {
    expect(verdictOfDumps(dumps)).toEqual([
      '5 dumps from 2026-11-24 02:00 to 2026-11-24 11:56 UTC, 310 MB stored.',
      'puma worker 0 on web.1 grew most: from 244 MB to 364 MB in 3 h, between d7k2mq and d9x0pa.',
    ])
    expect(verdictOfDumps(dumps.slice(0, 1))).toEqual([
      '1 dump of 2026-11-24 11:56 UTC, 62.0 MB stored.',
      'No process has two dumps that could show whether it grows.',
    ])
    const level = [dumps[0], {...dumps[2], memoryBytes: 363.5e6}]
    expect(verdictOfDumps(level)[1]).toBe('No process grew between its dumps.')
  })

  it('says of each dump how its process grew, and nothing of what it does not know', () => {
    const said = (list: readonly StoredDump[]) => list.map(({id}) => growthInWords(growthOfEach(list).get(id)))
    expect(said(dumps)).toEqual([
      'puma worker 0 on web.1 grew from 244 MB to 364 MB in 3 h, between d7k2mq and d9x0pa.',
      'sidekiq on worker.1 grew from 186 MB to 190 MB in 3 h 55 min, between d6s3y1 and d8w3ra.',
      null, null, null,
    ])
    expect(said([{...dumps[0], memoryBytes: 100e6}, dumps[2]])[0]).toMatch(/ shrank from 244 MB to 100 MB in 3 h/)
    expect(said([{...dumps[0], memoryBytes: 244.2e6}, dumps[2]])[0]).toMatch(/ stayed at 244 MB in 3 h/)
    // Another process with the same pid.
    expect(said([{...dumps[0], bootedAt: '2026-11-24T09:00:00Z'}, dumps[2]])).toEqual([null, null])
  })
})

describe('the answer of the doctor', () => {
  it('says that everything works, or what fails first and its fix', () => {
    const said = (checks: readonly Check[]) => verdictOfChecks(checks).join(' ')
    expect(said(WORKING)).toBe('Everything works: the agent answers, and the bucket can store its dumps.')
    expect(verdictOfChecks(BROKEN)).toEqual([
      'The buildpack check fails: ⬢ shop has no heapdump buildpack (it has heroku/ruby). No agent in a deployed vendor/heapdump answered.',
      'Fix: heroku heapdump:setup --app shop',
    ])
    expect(said(changed(ARENAS))).toMatch(
      /^Everything works: .* But the memory check warns: MALLOC_ARENA_MAX is not set.* Fix: heroku config:set MALLOC_ARENA_MAX=2 --app shop$/,
    )
  })

  it('proposes the fix of the likeliest reason', () => {
    const fix =
      'The agent starts when a dyno boots. Likely reasons, most likely first:\n  1. the app is asleep\n     → wake it up\n' +
      '  2. the app is still booting\n     → heroku logs --app shop'
    const two = changed({...BROKEN[4], fix: 'Try again.'}, {fix, name: 'agent', state: 'failed', text: 'No agent answered'})
    expect(verdictOfChecks(two).join(' ')).toMatch(/^The buildpack check fails, the first of 2 problems: .* Fix: Try again\.$/)
    const labelled = {...BROKEN[4], fix: 'To set it up:  heroku heapdump:setup\nOr do it yourself.'}
    expect(verdictOfChecks([labelled]).at(-1)).toBe('Fix: heroku heapdump:setup')
    expect(verdictOfChecks(two.slice(6))).toEqual(['The agent check fails: No agent answered.', 'Fix: wake it up'])
  })
})

it('the answer of a trigger says what was dumped, what was not, and what goes on', () => {
  expect(runOf([processDump(17), processDump(18)]).result.verdict).toBe('Done: 2 dumps of web.1 in 12 s, longest pause 12 ms.')
  expect(runOf([processDump(17), failed]).result.verdict).toMatch(/^Done: 1 dump of web\.1 in 12 s, .* 1 process was not dumped\.$/)
  expect(runOf([processDump(17, {key: null, state: 'dumping'})], false).result.verdict).toBe('web.1 is dumping a process.')
  const stopped = runOf([processDump(17)], true, AbortSignal.abort())
  expect(stopped.result.verdict).toBe('Stopped watching: the dump continues in the dyno.')
  expect(stopped.lines.slice(0, 2)).toEqual(['', ` ${stopped.result.verdict}`])
})
