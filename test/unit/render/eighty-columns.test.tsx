// A terminal of 80 columns shows in full what people act on. What is left out there matters least.
import {expect, it} from 'vitest'
import type {AgentReport} from '../../../src/lib/render/agent-report.js'
import type {Rule} from '../../../src/lib/protocol/rules.js'
import {AgentList} from '../../../src/lib/render/ink/AgentList.js'
import {RuleList} from '../../../src/lib/render/ink/RuleList.js'
import {AgentWatch} from '../../../src/lib/render/ink/AgentWatch.js'
import {judgeHistory} from '../../../src/lib/analysis/history/judge-history.js'
import {MEGABYTE, pastOf} from '../../support/histories.js'
import {drawn, widthOf} from '../../support/screens.js'

const nowMs = Date.UTC(2026, 10, 24, 12)

const agentWith = (fields: Partial<AgentReport>): AgentReport => ({
  agent: '0.1.0',
  busy: false,
  dyno: 'web.1',
  id: 'a',
  older: [],
  processes: [],
  quotaBytes: null,
  ruby: '3.3.6',
  type: 'status',
  v: 1,
  ...fields,
})

it('which process is traced, and for how long', () => {
  const processes = [0, 1].map(worker => ({
    gcCount: 48,
    history: null,
    pid: 7565 + worker,
    process: `puma worker ${worker}`,
    rssBytes: 269e6,
    tracing: {since: nowMs / 1000 - 1, until: nowMs / 1000 + 299},
    uptimeSeconds: 679,
  }))
  const agents = [agentWith({processes})]
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

/** A process whose memory does this, in MB at a minute. */
function processWith(pid: number, minutes: number, at: (minute: number) => number): AgentReport['processes'][number] {
  const rss = (minute: number) => at(minute) * MEGABYTE
  const history = judgeHistory(pastOf({minutes, old: () => 300_000, rss}))
  return {
    gcCount: 4800,
    history,
    pid,
    process: `puma worker ${pid}`,
    rssBytes: rss(minutes),
    tracing: null,
    uptimeSeconds: minutes * 60,
  }
}

const watched = [
  agentWith({
    processes: [
      processWith(7, 480, minute => 100 + minute * 0.3),
      processWith(8, 480, minute => 150 + (minute % 40)),
      processWith(9, 240, minute => Math.min(280, 80 + minute)),
      processWith(10, 480, () => 280),
    ],
    quotaBytes: 2 ** 30,
    release: 'v42',
    usedBytes: 700e6,
  }),
  agentWith({dyno: 'worker.1', processes: [processWith(4, 15, () => 90)], quotaBytes: 512 * 2 ** 20}),
]

it('proposes a diagnosis, or the dump that ends the tracing', () => {
  const nextOf = (...agents: AgentReport[]) =>
    drawn(width => <AgentList agents={agents} nowMs={nowMs} target={[]} title="" version="0.1.0" width={width} />, 80)
      .split('\n')
      .at(-1)
  expect(nextOf(...watched)).toBe(' Next: heroku heapdump:diagnose')
  expect(nextOf(watched[1])).toBe(' Next: heroku heapdump:diagnose --dyno worker.1')
  const [process] = watched[1].processes
  const traced = agentWith({dyno: 'worker.2', processes: [{...process, tracing: {since: 1, until: 2}}]})
  expect(nextOf(...watched, traced)).toBe(' Next: heroku heapdump:trigger --dyno worker.2')
})

it('what the memory of each process does, and when the dyno is full', () => {
  const screen = drawn(
    width => <AgentList agents={watched} nowMs={nowMs} target={[]} title="Agents" version="0.1.0" width={width} />,
    80,
  )
  expect(widthOf(screen)).toBeLessThanOrEqual(80)
  // First how full each dyno is.
  expect(screen.split('\n')[1]).toMatch(/^ web\.1 \(v42, up 8 h\) uses /)
  expect(screen).toMatch(/puma worker 7 +244 MB  ▁\S{10}█  grows 18\.0 MB\/h$/m)
  expect(screen).toMatch(/puma worker 8 .* swings by \d+\.\d MB$/m)
  expect(screen).toMatch(/puma worker 9 .* levels off since 4\d min$/m)
  expect(screen).toMatch(/puma worker 10 .* level for 4 h$/m)
  expect(screen).toMatch(/worker\.1 .* too young to tell$/m)
  expect(screen.replaceAll(/\s+/g, ' ')).toMatch(
    /web\.1 \(v42, up 8 h\) uses 668 of 1024 MB \(65 %\) and grows 18\.0 MB\/h: 1024 MB in about 21 h\./,
  )
})

it.each([
  [80, 24],
  [120, 40],
  [80, 10],
])('the live screen of all dynos, at %i × %i', (width, height) => {
  const screen = drawn(
    () => (
      <AgentWatch
        agents={watched}
        answeredAtMs={nowMs - 3000}
        height={height}
        nowMs={nowMs}
        problem={null}
        title="Agents of ⬢ shop"
        version="0.1.0"
        width={width}
        onQuit={() => {}}
      />
    ),
    width,
  )
  const lines = screen.split('\n')
  expect(widthOf(screen)).toBeLessThanOrEqual(width)
  expect(lines.length).toBeLessThanOrEqual(height)
  expect(lines[0]).toMatch(/^Agents of ⬢ shop .*answered 3 s ago$/)
  expect(lines.at(-1)).toMatch(/^q quit/)
  expect(screen).toContain('grows 18.0 MB/h')
  expect(screen.includes('more: enlarge the window')).toBe(height === 10)
})
