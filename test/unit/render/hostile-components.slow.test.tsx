// Screens of agents, rules and running dumps, and the explorer: answers of agents and rules in a bucket are untrusted
// text, as dumps are.
import {groupedTrend} from '../../../src/lib/analysis/compare/grouped-trend.js'
import {processTable} from '../../../src/lib/analysis/compare/process-table.js'
import {trendAnswer} from '../../../src/lib/analysis/compare/trend-answer.js'
import {GroupedTrendScreen} from '../../../src/lib/render/ink/GroupedTrendScreen.js'
import {ProcessTable} from '../../../src/lib/render/ink/ProcessTable.js'
import {summariesOf} from '../../support/summaries.js'
import {PassThrough} from 'node:stream'
import {beforeAll, describe, expect, it} from 'vitest'
import {initialDumpState, type ProcessDump} from '../../../src/lib/agent/dump-state.js'
import {answer} from '../../../src/lib/analysis/session/questions.js'
import {report} from '../../../src/lib/analysis/report/report.js'
import {Subject} from '../../../src/lib/analysis/objects/subject.js'
import {CHECKS} from '../../../src/lib/doctor/check.js'
import type {AgentReport} from '../../../src/lib/render/agent-report.js'
import {explore} from '../../../src/lib/render/explorer.js'
import {AgentList} from '../../../src/lib/render/ink/AgentList.js'
import {Checks} from '../../../src/lib/render/ink/Checks.js'
import {Diagnosis} from '../../../src/lib/render/ink/Diagnosis.js'
import {MemoryWatch} from '../../../src/lib/render/ink/MemoryWatch.js'
import {Text} from '../../../src/lib/render/ink/Text.js'
import {RuleList} from '../../../src/lib/render/ink/RuleList.js'
import {TrendScreen} from '../../../src/lib/render/ink/TrendScreen.js'
import {TriggerProgress} from '../../../src/lib/render/ink/TriggerProgress.js'
import {TriggerResult} from '../../../src/lib/render/ink/TriggerResult.js'
import {openTriggerView} from '../../../src/lib/render/trigger-view.js'
import {read} from '../../support/dump-text.js'
import {foreignIn, hostileDump, UNPRINTABLE} from '../../support/hostile.js'
import {suspect} from '../../support/reports.js'
import {columnsOf, drawn} from '../../support/screens.js'

const nowMs = Date.UTC(2026, 10, 24, 12)
const target = ['--app', `shop${UNPRINTABLE[0]}`]

function screensWith(text: string, width: number): readonly string[] {
  const failed: ProcessDump = {
    attempts: 1,
    bytes: null,
    error: {code: 'internal', message: text},
    key: null,
    liveSlots: 9,
    objects: null,
    pid: 7,
    process: text,
    rssBytes: 1e6,
    stallMs: null,
    state: 'failed',
    storedBytes: null,
    written: null,
  }
  const stored: ProcessDump = {
    ...failed,
    bytes: 5e6,
    error: null,
    key: text,
    objects: 7,
    stallMs: 2,
    state: 'finished',
    storedBytes: 5e5,
  }
  const process = {gcCount: 48, pid: 7565, process: text, rssBytes: 269e6, tracing: null, uptimeSeconds: 679}
  const agents: AgentReport[] = [
    {
      agent: text,
      busy: true,
      dyno: text,
      host: text,
      id: 'a',
      older: [{boot: 1, host: text, release: text}],
      processes: [{...process, history: null}],
      quotaBytes: null,
      release: text,
      ruby: text,
      type: 'status',
      v: 1,
    },
  ]
  const state = {...initialDumpState(text), accepted: true, processes: [failed, stored]}
  const refused = {code: 'internal', message: text} as const
  const row = {grew: 1, memsizePerHour: 5e6, memsizes: [1e6, 6e6], objects: [5, 60], objectsPerHour: 55}
  const dumps = ['d00001', 'd00002'].map((id, at) => ({
    createdAt: new Date(nowMs + at * 36e5).toISOString(),
    id,
    growth: null,
    memoryBytes: 3e8,
    memsize: 2e8,
    parts: null,
    objects: 9,
    pid: 4,
    release: text,
  }))
  return [
    drawn(
      () => <AgentList agents={agents} nowMs={nowMs} target={target} title={text} version="0.1.0" width={width} />,
      width,
    ),
    drawn(
      () => (
        <RuleList
          rules={[{dynos: [text], name: text, trace: text, trigger: {above: text, type: 'memory'}}]}
          target={target}
          title={text}
          width={width}
        />
      ),
      width,
    ),
    drawn(
      () => (
        <Checks
          checks={CHECKS.map(name => ({fix: text, name, state: 'failed' as const, text}))}
          target={target}
          title={text}
          width={width}
        />
      ),
      width,
    ),
    drawn(
      () => (
        <TriggerProgress
          app={text}
          dynos={[text, text]}
          isOver={false}
          named={text}
          nowMs={nowMs}
          startedAtMs={nowMs}
          states={[state, {...state, dyno: 'web.2', refused}]}
          width={width}
        />
      ),
      width,
    ),
    drawn(
      () => (
        <TriggerResult
          refused={[{dyno: text, message: text}]}
          rows={[
            {...stored, dumpId: text, dyno: text},
            {...failed, dumpId: null, dyno: 'web.2'},
          ]}
          target={target}
          verdict={text}
          width={width}
        />
      ),
      width,
    ),
    drawn(
      () => (
        <TrendScreen
          app={text}
          classes={[{...row, className: text}]}
          dumps={dumps}
          dyno={text}
          heapPerHour={5}
          hours={3}
          memory={dumps}
          memoryGrowth={null}
          memoryPerHour={5}
          otherProcesses={[text]}
          owners={[{...row, owner: text}]}
          process={text}
          samples={[]}
          sites={[{...row, file: text, line: 3}]}
          target={target}
          width={width}
        />
      ),
      width,
    ),
    ...diagnosisWith(text, agents[0], width),
    ...comparisonsWith(text, width),
  ]
}

/** The page of a diagnosis, and what is seen while it waits. */
function diagnosisWith(text: string, agent: AgentReport, width: number): string[] {
  const step = {address: text, className: text, label: text, reference: text, role: 'object', type: 'HASH'} as const
  const culprit = suspect({
    advice: text,
    evidence: [text],
    owner: text,
    path: [step, step],
    sites: [{file: text, line: 1}],
    title: text,
  })
  const speed = {
    culpritBytes: 5e6,
    measuredBy: 'dumps',
    perHour: 2e7,
    processBytes: 6e6,
    quotaBytes: 5e8,
    quotaReachedBetweenSeconds: null,
    quotaReachedInSeconds: 9000,
    seconds: 900,
    usedBytes: 4e8,
  } as const
  const memory = [0, 1].map(minute => ({at: new Date(nowMs + minute * 60_000).toISOString(), rssBytes: 3e8}))
  const document = {
    cost: {lostSeconds: 2, pausesMs: [1.5], tracedSeconds: 3},
    culprit,
    dumps: [{createdAt: memory[0].at, id: text, key: text, memoryBytes: 3e8, traced: true}],
    dyno: text,
    memory,
    pid: 7,
    process: text,
    release: text,
    ruby: text,
    speed,
    verdict: {outcome: 'leak', sentences: [text], sure: true},
    warnings: [],
  } as const
  return [
    drawn(() => <Diagnosis app={text} document={document} next={[['heroku', text]]} width={width} />, width),
    drawn(
      () => (
        <MemoryWatch
          dueAtMs={nowMs}
          dyno={text}
          first={document.dumps[0]}
          next="tracing begins"
          nowMs={nowMs}
          process={text}
          seen={{agent, problem: text, samples: memory}}
          startedAtMs={nowMs}
          width={width}
        />
      ),
      width,
    ),
  ]
}

/** Comparisons of summaries, which anyone may have written. */
function comparisonsWith(text: string, width: number): string[] {
  const summaries = summariesOf({dumps: 40, releases: 2, leakFrom: 1, seed: 1}).map(one => ({
    ...one,
    dump: {...one.dump, dyno: text, id: text, process: text, release: `${one.dump.release}${text}`},
    owners: one.owners.map(owner => ({
      ...owner,
      name: owner.name + text,
      sites: [{file: text, line: 1, memsize: 1, objects: 1}],
    })),
  }))
  const next = [['heroku', 'heapdump:analyze', text]]
  return [
    ...(['dyno', 'process', 'release'] as const).map(by => {
      const trend = groupedTrend(by, summaries, 10)
      return drawn(
        () => (
          <GroupedTrendScreen
            {...trend}
            answer={trendAnswer(trend)}
            app={text}
            next={next}
            notes={[text]}
            width={width}
          />
        ),
        width,
      )
    }),
    drawn(
      () => <ProcessTable {...processTable(summaries.slice(-3), 10)} app={text} next={next} width={width} />,
      width,
    ),
  ]
}

describe.each([80, 140])('%i columns', width => {
  it.each(UNPRINTABLE.map(text => [text]))('%j', text => {
    for (const screen of screensWith(`a${text}`, width)) {
      expect(foreignIn(screen)).toEqual([])
      expect(Math.max(...screen.split('\n').map(columnsOf))).toBeLessThanOrEqual(width)
    }
  })
})

class TerminalStream extends PassThrough {
  readonly isTTY = true
  constructor(
    readonly columns: number,
    readonly rows = 30,
  ) {
    super()
  }

  setRawMode(): this {
    return this
  }

  ref(): void {}
  unref(): void {}
}

/** Terminal output without Ink's own cursor movements, colours and line clearing. */
// oxlint-disable-next-line no-control-regex
const OWN = /\u001B\[[\d;?]*[A-KhlmsuJ]|\u001B\][^\u0007]*heapdump[^\u0007]*\u0007/g

describe('the explorer', () => {
  let subject: Subject
  const hostile = hostileDump(UNPRINTABLE)
  beforeAll(async () => {
    subject = new Subject('test', await read(hostile.text))
  })

  it.each([80, 140])('shows none of it in %i columns, on any list', {timeout: 60_000}, async columns => {
    const stdin = new TerminalStream(columns)
    const stdout = new TerminalStream(columns)
    let written = ''
    stdout.on('data', chunk => (written += chunk))
    const ended = explore({
      analysis: {ask: async (name, options) => answer(name, [subject], options)},
      dump: {name: UNPRINTABLE.join(''), target: []},
      report: report(subject, {top: 50}),
      stdin: stdin as unknown as NodeJS.ReadStream,
      stdout: stdout as unknown as NodeJS.WriteStream,
      title: UNPRINTABLE.join(''),
    })
    await expect.poll(() => written, {timeout: 20_000}).toContain('Suspect')
    // Suspects, classes, sites, dominators; opens each, and visits all lists of an object.
    for (const keys of [
      '\r',
      '\u001b',
      '2',
      '\r',
      '\r',
      '2',
      '3',
      '4',
      'h',
      'h',
      '3',
      '\r',
      'h',
      '4',
      '\r',
      '/漢字',
      '\r',
      '?',
      'x',
    ]) {
      stdin.write(keys)
      await new Promise(resolve => setTimeout(resolve, 60))
    }

    stdin.write('q')
    await ended
    const text = written.replaceAll(OWN, '').replaceAll('\r', '')
    expect(foreignIn(text)).toEqual([])
    expect(Math.max(...text.split('\n').map(columnsOf))).toBeLessThanOrEqual(columns)
    expect(text).toContain('Evil::Klass')
  })
})

it('the log of a running dump shows none of it', async () => {
  const stream = new PassThrough()
  let written = ''
  stream.on('data', chunk => (written += chunk))
  const text = UNPRINTABLE.join('')
  const view = await openTriggerView({
    app: 'shop',
    dynos: [text],
    named: text,
    stream: stream as unknown as NodeJS.WriteStream,
  })
  const process: ProcessDump = {
    attempts: 1,
    bytes: null,
    error: {code: 'internal', message: text},
    key: null,
    liveSlots: null,
    objects: null,
    pid: 7,
    process: text,
    rssBytes: 1,
    stallMs: null,
    state: 'failed',
    storedBytes: null,
    written: null,
  }
  view.update([{...initialDumpState(text), accepted: true, processes: [process]}])
  view.close({clear: false})
  expect(written.split('\n').length).toBe(3)
  expect(foreignIn(written)).toEqual([])
})

it('draws the beginning of text of any length', () => {
  const lines = drawn(() => <Text>{'漢'.repeat(100_000)}</Text>, 80).split('\n')
  expect(lines.length).toBeLessThan(200)
  expect(lines.at(-1)).toMatch(/漢…$/)
})
