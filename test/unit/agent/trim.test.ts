// What a person is told about trimming, and which process is meant.
import {expect, it} from 'vitest'
import {findProcess} from '../../../src/lib/agent/find-process.js'
import {describeTrim, refusalInWords, refusalOf, verdictOfTrim} from '../../../src/lib/agent/trim.js'
import type {TrimmedProcess} from '../../../src/lib/protocol/messages.js'
import {typed} from '../../support/shell.js'
import {TrimScreen} from '../../../src/lib/render/ink/TrimScreen.js'
import {renderScreen} from '../../../src/lib/render/ink/render-screen.js'
import {createElement} from 'react'

const STATUS = {gcCount: 1, rssBytes: 320e6, tracing: null, uptimeSeconds: 60}
const WORKERS = [0, 1].map(number => ({...STATUS, pid: 12 + number, process: `puma worker ${number}`}))
const TRIMMED: TrimmedProcess = {
  afterBytes: 270e6,
  allocator: 'glibc',
  beforeBytes: 402e6,
  pid: 12,
  process: 'puma worker 0',
  refused: null,
  seconds: 0.1,
  stallMs: 0.9,
}

function refused(reason: TrimmedProcess['refused'], allocator: TrimmedProcess['allocator'] = 'glibc'): TrimmedProcess {
  return {...TRIMMED, afterBytes: null, allocator, beforeBytes: null, refused: reason, seconds: null, stallMs: null}
}

it('a process is meant by its PID or its name', () => {
  const status = {dyno: 'web.1', processes: WORKERS}
  expect(findProcess(status, '13')).toBe(WORKERS[1])
  expect(findProcess(status, 'puma worker 0')).toBe(WORKERS[0])
  expect(() => findProcess(status, '14')).toThrow('web.1 has no process 14.')
  const twins = {dyno: 'web.1', processes: WORKERS.map(worker => ({...worker, process: 'ruby'}))}
  expect(() => findProcess(twins, 'ruby')).toThrow('web.1 has more than one process ruby.')
})

it('the question says what happens, in 80 columns', () => {
  const lines = describeTrim('web.1', WORKERS)
  expect(lines[0]).toBe(' web.1: 2 processes, 640 MB in use.')
  expect(lines.join(' ')).toMatch(/malloc_trim.*1 ms for each MB.*same arena waits.*until the cause is fixed/)
  expect(lines.filter(line => line.length > 80)).toEqual([])
})

it.each([
  [refused('other_allocator', 'jemalloc'), 'unsupported', 'uses jemalloc, which returns free memory by itself.'],
  [refused('other_allocator', 'other'), 'unsupported', 'does not use the malloc of glibc.'],
  [refused('no_fiddle'), 'unsupported', 'cannot call malloc_trim: Ruby has no Fiddle in this bundle.'],
  [refused('busy'), 'busy', 'is being dumped.'],
  [refused('no_answer', null), 'agent_silent', 'did not answer in time.'],
])('nothing trimmed is an error with a reason', (process, code, reason) => {
  expect(refusalOf({dyno: 'web.1', processes: [process]})).toMatchObject({
    code,
    message: `puma worker 0 (pid 12) ${reason}`,
  })
})

it('one process that was trimmed is a result, with a note about the others', async () => {
  const processes = [{...refused('no_answer', null), pid: 13, process: 'puma worker 1'}, TRIMMED]
  expect(refusalOf({dyno: 'web.1', processes})).toBeNull()
  const notes = processes.map(one => refusalInWords(one)).filter(note => note !== null)
  const screen = await renderScreen(
    createElement(TrimScreen, {
      dyno: 'web.1',
      notes,
      processes,
      target: ['--app', 'shop'],
      verdict: verdictOfTrim('web.1', processes),
      width: 80,
    }),
    80,
  )
  expect(screen).toContain('=== 132 MB returned to web.1')
  expect(screen).toMatch(/12 +puma worker 0 +402 MB +270 MB +132 MB +0\.9 ms/)
  expect(screen).toContain('puma worker 1 (pid 13) did not answer in time.')
  expect(typed(screen.split('\n'))).toEqual([['heroku', 'heapdump:trigger', '--app', 'shop', '--dyno', 'web.1']])
})
