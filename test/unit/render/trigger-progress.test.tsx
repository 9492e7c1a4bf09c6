// The screen of a running dump, from the events that its agents send.
import {describe, expect, it} from 'vitest'
import {type DumpState, initialDumpState, reduceDumpState} from '../../../src/lib/agent/dump-state.js'
import type {AgentEvent} from '../../../src/lib/protocol/messages.js'
import {TriggerProgress} from '../../../src/lib/render/ink/TriggerProgress.js'
import {formatTriggerChange} from '../../../src/lib/render/trigger-lines.js'
import {drawn, widthOf} from '../../support/screens.js'

const nowMs = Date.UTC(2026, 10, 24, 12)

type Fields = Readonly<Record<string, unknown>> & {readonly type: AgentEvent['type']}

/** The states after each event. */
function statesAfter(dyno: string, ...events: readonly Fields[]): DumpState[] {
  const states = [initialDumpState(dyno)]
  for (const event of events)
    states.push(reduceDumpState(states.at(-1)!, {dyno, id: 'k3f9q2m8x1', v: 1, ...event} as unknown as AgentEvent))
  return states
}

const accepted = {
  agent: '0.1.0',
  at: nowMs / 1000 - 70,
  processes: [
    {pid: 7565, process: 'puma worker 0', rssBytes: 412e6},
    {pid: 7566, process: 'puma worker 1', rssBytes: 398e6},
  ],
  ruby: '3.3.6',
  type: 'accepted',
} as const
const dumping = {liveSlots: 1_220_000, pid: 7565, rssBytes: 412e6, stallMs: 12.3, type: 'dumping'} as const
const uploading = {bytes: 3e8, objects: 712_000, pid: 7565, storedBytes: 3e7, type: 'uploading'} as const
const finished = {
  bytes: 7e8,
  key: 'heapdump/v1/x.json.gz',
  objects: 1_204_331,
  pid: 7565,
  seconds: 9,
  stallMs: 12.3,
  storedBytes: 62e6,
  type: 'finished',
} as const

function screenOf(
  states: readonly DumpState[],
  width: number,
  more: Partial<Parameters<typeof TriggerProgress>[0]> = {},
) {
  const screen = drawn(
    () => (
      <TriggerProgress
        app="shop"
        dynos={states.map(({dyno}) => dyno)}
        isOver={false}
        named="web.1"
        nowMs={nowMs}
        startedAtMs={nowMs - 70_000}
        states={states}
        width={width}
        {...more}
      />
    ),
    width,
  )
  expect(widthOf(screen)).toBeLessThanOrEqual(width)
  return screen
}

const last = (dyno: string, ...events: readonly Fields[]) => statesAfter(dyno, ...events).at(-1)!

describe('the progress of a dump', () => {
  it('is the share of the live slots, with the time that has passed', () => {
    expect(screenOf([last('web.1', accepted, dumping, uploading)], 80).split('\n')).toEqual([
      ' Dumping web.1 on ⬢ shop: 0 of 2 stored                               1 min 10 s',
      ' Process        Memory  Pause  Progress',
      ' puma worker 0  412 MB  12 ms  ███████░░░░░ 58 %  712k of 1.22M objects',
      ' puma worker 1  398 MB      –  waiting for its turn',
      ' Ctrl-C stops watching, not the dump.',
    ])
  })

  it('is never full before the dump is stored, however many objects were written', () => {
    const written = last('web.1', accepted, dumping, {...uploading, objects: 1_300_000})
    expect(screenOf([written], 80)).toMatch(/puma worker 0 .* █{11}░ 99 % /)
    const stored = screenOf([last('web.1', accepted, dumping, uploading, finished)], 80)
    expect(stored).toMatch(/puma worker 0 .* stored 62\.0 MB, 1,204,331 objects/)
    expect(stored).toContain('1 of 2 stored')
  })

  it('of an agent that does not count is what it has written, without a bar', () => {
    const {liveSlots: _slots, ...older} = dumping
    const {objects: _objects, ...counted} = uploading
    const screen = screenOf([last('web.1', accepted, older, counted)], 80)
    expect(screen).toMatch(/puma worker 0 .* 300 MB written/)
    expect(screen).not.toMatch(/[█░]/)
  })

  it('starts again when the dyno is too busy', () => {
    const again = last('web.1', accepted, dumping, uploading, {...dumping, stallMs: 9})
    expect(screenOf([again], 80)).toMatch(/puma worker 0 .* 9 ms +░{12} +0 % {2}0 of 1\.22M objects/)
    expect(screenOf([again], 80)).toContain('The dyno is busy')
  })

  it('tells the tracing window, with the longest app name', () => {
    const tracing = {type: 'tracing', until: nowMs / 1000 + 25} as const
    const screen = screenOf([last('web.1', accepted, tracing)], 80, {app: 'an-app-with-the-longest-name--'})
    expect(screen.split('\n')[0]).toMatch(/^ Tracing web\.1 on ⬢ an-app-.*: 25 s left +1 min 10 s$/)
    expect(screen).toMatch(/puma worker 1 .* tracing/)
  })

  it.each([80, 120])('of several dynos has a row for each of their processes, at %i columns', width => {
    const done = {failed: 1, finished: 1, type: 'done'} as const
    const failed = {code: 'no_room', message: 'not enough memory', pid: 7566, type: 'failed'} as const
    const first = last('web.1', accepted, dumping, finished, failed, done)
    const second = last('web.12', accepted, dumping, uploading)
    const screen = screenOf([first, second], width, {dynos: ['web.1', 'web.12', 'web.3'], named: 'web'})
    expect(screen).toMatch(/^ Dumping web\.12 \(2 of 3 web dynos\) on ⬢ shop: 1 of 4 stored +1 min 10 s\n/)
    expect(screen).toMatch(/web\.1 .*puma worker 0 .*stored 62\.0 MB/)
    expect(screen).toMatch(/web\.1 .*puma worker 1 .*not enough memory/)
    expect(screen).toMatch(/web\.12 .*puma worker 0 .*58 %/)
    expect(screen.includes('PID')).toBe(width === 120)
  })
})

it('the log of a dump has a line for each step', () => {
  const cancelled = {code: 'cancelled', message: 'cancelled on request', pid: 7565, type: 'failed'} as const
  const states = statesAfter('web.1', accepted, dumping, uploading, uploading, dumping, uploading, cancelled)
  expect(states.slice(1).flatMap((state, at) => formatTriggerChange(states[at], state))).toEqual([
    'web.1 answered: puma worker 0 (pid 7565, 412 MB), puma worker 1 (pid 7566, 398 MB)',
    'pid 7565: dumping (paused for 12 ms)',
    'pid 7565: uploading',
    'pid 7565: dumping again, because the dyno is busy (paused for 12 ms)',
    'pid 7565: uploading',
    'pid 7565: failed: cancelled on request',
  ])
})
