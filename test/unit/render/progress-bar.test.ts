import {PassThrough} from 'node:stream'
import {expect, it} from 'vitest'
import {openProgressBar} from '../../../src/lib/render/progress-bar.js'

it('takes one line, however narrow the terminal is, and clears it', () => {
  for (const columns of [1, 12, 40, 80]) {
    const stream = Object.assign(new PassThrough({encoding: 'utf8'}), {columns, isTTY: true})
    const progress = openProgressBar(stream as unknown as NodeJS.WriteStream)
    progress.onProgress({done: 123_456_789, phase: '1 of 2: reading', total: 987_654_321})
    progress.close()
    const [, drawn, cleared] = String(stream.read()).split('\r\u001b[K')
    expect(drawn.length).toBeLessThan(columns)
    expect(' 1 of 2: reading ███').toContain(drawn.slice(0, 19))
    expect(cleared).toBe('')
  }
})
