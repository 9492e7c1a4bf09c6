import {describe, expect, it} from 'vitest'
import {diagnosisOf} from '../../src/lib/analysis/diagnosis/diagnosis.js'
import {documentOf, nextAfterDiagnosis} from '../../src/lib/cli/diagnosis-document.js'
import {Diagnosis} from '../../src/lib/render/ink/Diagnosis.js'
import {MemoryWatch} from '../../src/lib/render/ink/MemoryWatch.js'
import {herokuCommand} from '../../src/lib/command-line.js'
import type {AgentReport} from '../../src/lib/render/agent-report.js'
import type {StoredDump} from '../../src/lib/store/store.js'
import {judgeHistory} from '../../src/lib/analysis/history/judge-history.js'
import {evidenceOf, type Given, PASTS, recordWith} from '../support/diagnoses.js'
import {drawn, widthOf} from '../support/screens.js'

const nowMs = Date.UTC(2026, 10, 24, 7)
const agent: AgentReport = {
  agent: '0.1.0', busy: false, dyno: 'web.1', id: 'k3f9q2m8x1', older: [],
  processes: [{
    gcCount: 3020, history: judgeHistory(PASTS.climbing), pid: 17, process: 'puma worker 1', rssBytes: 380e6,
    tracing: null, uptimeSeconds: 18_000,
  }],
  quotaBytes: 512 * 2 ** 20, release: 'v214', ruby: '3.3.6', type: 'status', usedBytes: 380e6, v: 1,
}
const chosen = {agent, process: agent.processes[0], why: 'the only process'}

function dumpAt(id: string, minutesAgo: number, tracedSeconds: number, memoryBytes: number): StoredDump {
  return {
    bootedAt: null, by: null, bytes: 9e8, complete: true, dyno: 'web.1', growth: null,
    createdAt: new Date(nowMs - minutesAgo * 60_000).toISOString(),
    heapBytes: null, id, jitBytes: null, key: `heapdump/v1/${id}`, mallocFreeBytes: null, memoryBytes,
    objects: 1_204_331, pid: 17, process: 'puma worker 1', quotaBytes: null,
    redacted: true, release: 'v214', ruby: '3.3.6', stackBytes: null, stallMs: 15 + tracedSeconds / 90,
    storedBytes: 6e7, traced: tracedSeconds > 0, tracedSeconds,
  }
}

const dumps = [dumpAt('d7k2mq', 16, 0, 380e6), dumpAt('d9x0pa', 1, 180, 389e6)]

const PAGES: Record<string, Given> = {
  healthy: {first: {before: 3}, past: PASTS.level, processBytes: [25e6, 25e6]},
  leak: {second: {early: 240, late: 20}},
  'levels-off': {past: PASTS.young, second: {early: 240}},
  native: {past: PASTS.climbingOutside, records: [recordWith(60, 10), recordWith(100, 10)]},
  unclear: {gcsTraced: 0, past: PASTS.young, second: {early: 240}},
  waste: {first: {copies: 300}, past: PASTS.level, processBytes: [25e6, 25e6]},
}

async function pageOf(given: Given, restarted = false) {
  const evidence = await evidenceOf(given)
  const missing = 'web.1 restarted after 7 min.'
  const alone = {...evidence, growth: null, missing, seconds: null, tracedSeconds: 0}
  const diagnosis = diagnosisOf(restarted ? alone : evidence)
  const taken = restarted ? dumps.slice(0, 1) : dumps
  const document = documentOf({chosen, diagnosis, dumps: taken, line: evidence.line, samples: [], taken, warnings: []})
  const again = herokuCommand('heapdump:diagnose', [], ['--since', 'd7k2mq', '--app', 'shop'])
  const growth = restarted ? null : evidence.growth
  const next = nextAfterDiagnosis(document, {again, growth, target: ['--app', 'shop']})
  return (width: number) => <Diagnosis app="shop" document={document} next={next} width={width} />
}

describe.each([80, 120])('the page of a diagnosis, %i columns', width => {
  it.each(Object.keys(PAGES))('%s', async name => {
    const page = await pageOf(PAGES[name])
    const plain = drawn(page, width)
    expect(widthOf(plain)).toBeLessThanOrEqual(width)
    await expect(plain).toMatchFileSnapshot(`screens/diagnosis-${name}-${width}.txt`)
    await expect(drawn(page, width, true)).toMatchFileSnapshot(`screens/diagnosis-${name}-${width}.ansi`)
  })

  it('of a dyno that restarted', async () => {
    const plain = drawn(await pageOf({first: {copies: 300}, processBytes: [25e6, 25e6]}, true), width)
    expect(widthOf(plain)).toBeLessThanOrEqual(width)
    await expect(plain).toMatchFileSnapshot(`screens/diagnosis-restarted-${width}.txt`)
  })

  it('the line while it waits', async () => {
    const samples = Array.from({length: 40}, (_, at) => ({
      at: new Date(nowMs - (40 - at) * 6000).toISOString(),
      rssBytes: 380e6 + at * 400_000,
    }))
    const watch = (problem: string | null) => (columns: number) => (
      <MemoryWatch
        dueAtMs={nowMs + 492_000}
        dyno="web.1"
        first={dumps[0]}
        next="tracing begins"
        nowMs={nowMs}
        process="puma worker 1"
        seen={{agent, problem, samples}}
        startedAtMs={nowMs - 228_000}
        width={columns}
      />
    )
    const plain = drawn(watch(null), width)
    expect(widthOf(plain)).toBeLessThanOrEqual(width)
    await expect(plain).toMatchFileSnapshot(`screens/diagnosis-watch-${width}.txt`)
    expect(drawn(watch('No agent on web.1 answers. It may be restarting.'), width)).toContain('It may be restarting.')
  })
})
