// A terminal of 80 columns shows in full what people act on. What is left out there matters least.
import {expect, it} from 'vitest'
import {initialDumpState} from '../../../src/lib/agent/dump-state.js'
import type {Status} from '../../../src/lib/protocol/messages.js'
import type {Rule} from '../../../src/lib/protocol/rules.js'
import {AgentList} from '../../../src/lib/render/ink/AgentList.js'
import {RuleList} from '../../../src/lib/render/ink/RuleList.js'
import {TriggerProgress} from '../../../src/lib/render/ink/TriggerProgress.js'
import {drawn, widthOf} from '../../support/screens.js'

const nowMs = Date.UTC(2026, 10, 24, 12)

it('which process is traced, and for how long', () => {
  const processes = [0, 1].map(worker => ({
    gcCount: 48,
    pid: 7565 + worker,
    process: `puma worker ${worker}`,
    rssBytes: 269e6,
    tracing: {since: nowMs / 1000 - 1, until: nowMs / 1000 + 299},
    uptimeSeconds: 679,
  }))
  const agents = [
    {agent: '0.1.0', busy: false, dyno: 'web.1', id: 'a', processes, ruby: '3.3.6', type: 'status', v: 1} as Status,
  ]
  const screen = drawn(
    width => (
      <AgentList
        agents={agents}
        nowMs={nowMs}
        target={['--app', 'shop']}
        title="Agents of shop"
        version="0.1.0"
        width={width}
      />
    ),
    80,
  )
  expect(widthOf(screen)).toBeLessThanOrEqual(80)
  expect(screen).toMatch(/puma worker 0 .*for 1 s, 4 min 59 s left/)
  expect(screen).toMatch(/puma worker 1 /)
})

it('how many samples a rule waits for, and whether it dumps plain strings', () => {
  const rule: Rule = {name: 'memory', trigger: {above: '80%', type: 'memory'}}
  const screen = (rules: readonly Rule[]) =>
    drawn(
      width => (
        <RuleList rules={rules} target={['--app', 'shop']} title="Rules for automatic dumps of shop" width={width} />
      ),
      80,
    )
  expect(screen([rule])).toContain('memory above 80% for 3 samples')
  expect(screen([rule])).toContain('Traced')
  expect(screen([rule, {...rule, name: 'night', redact: false}])).toMatch(/night .*for 3 samples .*plain/)
  expect(widthOf(screen([rule]))).toBeLessThanOrEqual(80)
})

it('the progress of each process of a running dump', () => {
  const process = {
    bytes: 312e6,
    error: null,
    key: null,
    objects: null,
    pid: 7565,
    process: 'puma worker 0',
    rssBytes: 191e6,
    stallMs: 13,
    state: 'uploading',
    storedBytes: null,
  } as const
  const state = {
    ...initialDumpState,
    accepted: true,
    processes: [
      process,
      {...process, bytes: null, pid: 7566, process: 'puma worker 1', stallMs: null, state: 'waiting' as const},
    ],
  }
  const screen = drawn(
    width => <TriggerProgress app={null} dyno="web.1" nowMs={nowMs} state={state} width={width} />,
    80,
  )
  expect(widthOf(screen)).toBeLessThanOrEqual(80)
  expect(screen).toMatch(/puma worker 0 .*█.* 312 MB +uploading/)
  expect(screen).toMatch(/puma worker 1 .* waiting for its turn/)

  const long = 'an-app-with-the-longest-name--'
  const traced = drawn(
    width => (
      <TriggerProgress
        app={long}
        dyno="web.1"
        nowMs={nowMs}
        state={{...state, tracingUntilMs: nowMs + 25_000}}
        width={width}
      />
    ),
    80,
  )
  expect(traced.split('\n')[0]).toMatch(/^ Tracing web\.1 on .*… +Ctrl-C stops watching, not the dump$/)
  expect(traced).toMatch(/puma worker 1 .* tracing/)
})
