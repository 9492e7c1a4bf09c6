// What heapdump:diagnose decides before it asks: which process, how long it traces, what it says beforehand.
import {describe, expect, it} from 'vitest'
import {judgeHistory} from '../../../src/lib/analysis/history/judge-history.js'
import {describePlan, type DiagnoseFlags, dueAtMs, traceSeconds} from '../../../src/lib/cli/diagnose-flags.js'
import {processToDiagnose} from '../../../src/lib/cli/process-to-diagnose.js'
import type {AgentReport, ReportedProcess} from '../../../src/lib/render/agent-report.js'
import {PASTS} from '../../support/diagnoses.js'

const climbing = judgeHistory(PASTS.climbing)
const level = judgeHistory(PASTS.level)

function processOf(pid: number, megabytes: number, history: ReportedProcess['history']): ReportedProcess {
  const name = `puma worker ${pid % 10}`
  return {gcCount: 1, history, pid, process: name, rssBytes: megabytes * 1e6, tracing: null, uptimeSeconds: 18_000}
}

function agentOf(dyno: string, ...processes: readonly ReportedProcess[]): AgentReport {
  const known = {agent: '0.1.0', busy: false, id: 'k3f9q2m8x1', older: [], quotaBytes: null, ruby: '3.3.6'}
  return {...known, dyno, processes, type: 'status', v: 1}
}

describe('the process to diagnose', () => {
  const agents = [
    agentOf('web.1', processOf(10, 500, level), processOf(11, 300, climbing)),
    agentOf('web.2', processOf(20, 400, climbing), processOf(21, 450, null)),
  ]

  it('is the largest of those that grow, on any dyno', () => {
    const {agent, process, why} = processToDiagnose(agents, undefined)
    expect([agent.dyno, process.pid, why]).toEqual(['web.2', 20, 'the largest of 2 processes that grow'])
  })

  it('is the largest if none grows', () => {
    const {process, why} = processToDiagnose(
      [agentOf('web.1', processOf(10, 200, level), processOf(11, 300, null))],
      undefined,
    )
    expect([process.pid, why]).toEqual([11, 'the largest of 2 processes; none is known to grow'])
  })

  it('is the one that is asked for, by name or PID', () => {
    expect(processToDiagnose(agents, '10').process.pid).toBe(10)
    expect(processToDiagnose(agents, 'puma worker 1').process.pid).toBe(11)
    expect(() => processToDiagnose(agents, 'sidekiq')).toThrow('No process is called sidekiq.')
    expect(() => processToDiagnose([agentOf('web.1')], undefined)).toThrow('No process can be dumped.')
  })
})

const flagsOf = (changes: Partial<DiagnoseFlags>) =>
  ({app: 'shop', for: 900, force: false, timeout: 10, trace: true, yes: false, ...changes}) as DiagnoseFlags

describe('the window', () => {
  it.each([
    [43_200, 180],
    [900, 180],
    [300, 60],
    [60, 12],
    [30, 10],
    [12, 6],
    [1, 1],
  ])('of %i s is traced for its last %i s', (seconds, traced) => {
    expect(traceSeconds({for: seconds, trace: true})).toBe(traced)
    expect(dueAtMs({for: seconds, trace: true}, 0)).toBe((seconds - traced) * 1000)
  })

  it('is not traced with --no-trace', () => expect(traceSeconds({for: 900, trace: false})).toBe(0))
})

describe('what is said beforehand', () => {
  const nowMs = Date.UTC(2026, 10, 24, 12)
  const chosen = processToDiagnose([agentOf('web.1', processOf(17, 380, climbing))], undefined)
  const planned = {
    bucket: {accessKeyId: 'A', bucket: 'shop-heapdumps', region: 'us-east-1', secretAccessKey: 'S'},
    chosen,
    first: null,
    nowMs,
    redact: true,
    vars: {},
  }
  const plan = (flags: Partial<DiagnoseFlags>, changes = {}) => describePlan(flagsOf(flags), {...planned, ...changes})

  it('is all that it will do, in lines that fit', () => {
    const lines = plan({})
    expect(lines).toMatchInlineSnapshot(`
      [
        "Diagnoses puma worker 7 of web.1 (pid 17, 380 MB):",
        "the only process.",
        "This takes about 15 min, and some minutes for dumps and comparison.",
        "It is dumped now and at the end. Each dump pauses it for some milliseconds,",
        "and needs up to two thirds of its memory again while it runs.",
        "For the last 3 min, tracing slows this process to about a third of its speed.",
        "A heap dump lists every object of the app. String contents are replaced with",
        "hashes before it leaves the dyno (--no-redact keeps them).",
        "It goes to s3://shop-heapdumps, encrypted.",
        "Ctrl-C keeps what is stored, and says how to go on.",
      ]
    `)
    for (const line of lines) expect(line.length).toBeLessThan(80)
  })

  it('counts from the first dump, if it is already stored', () => {
    const first = {createdAt: new Date(nowMs - 14 * 60_000).toISOString(), id: 'd7k2mq'}
    const lines = plan({since: 'd7k2mq'}, {first}).join('\n')
    expect(lines).toContain('The first dump is d7k2mq, taken 14 min ago.')
    expect(lines).toContain('This takes about 3 min')
  })

  it('says that no line will be named without tracing', () => {
    const lines = plan({trace: false}).join('\n')
    expect(lines).toContain('no line will be named')
    expect(lines).not.toContain('third of its speed')
  })
})
