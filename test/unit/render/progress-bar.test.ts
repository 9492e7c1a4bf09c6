import {PassThrough} from 'node:stream'
import {afterEach, expect, it, vi} from 'vitest'
import {openProgressBar} from '../../../src/lib/render/progress-bar.js'

afterEach(() => void vi.unstubAllEnvs())

/** One frame on a terminal of this many columns. */
function drawn(columns: number): string {
  const stream = Object.assign(new PassThrough({encoding: 'utf8'}), {columns, isTTY: true})
  const progress = openProgressBar(stream as unknown as NodeJS.WriteStream)
  progress.onProgress({done: 123_456_789, phase: '1 of 2: reading', total: 987_654_321})
  progress.close()
  return String(stream.read() ?? '')
}

it('takes one line, however narrow the terminal is, and clears it', () => {
  vi.stubEnv('TERM', 'xterm')
  for (const columns of [1, 12, 40, 80]) {
    const [before, line, after] = drawn(columns).split('\r\u001b[K')
    expect([before, after]).toEqual(['', ''])
    expect(line.length).toBeLessThan(columns)
    expect(' 1 of 2: reading ███').toContain(line.slice(0, 19))
  }
})

it('is not drawn where output cannot be overwritten', () => {
  vi.stubEnv('TERM', 'dumb')
  expect(drawn(80)).toBe('')
})
