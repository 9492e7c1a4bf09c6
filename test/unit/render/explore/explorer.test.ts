// The explorer on a stand-in for a terminal, to see what it writes when the analysis fails.
import {PassThrough} from 'node:stream'
import {beforeAll, describe, expect, it} from 'vitest'
import {answer, type QuestionName, type QuestionOptions} from '../../../../src/lib/analysis/session/questions.js'
import {report} from '../../../../src/lib/analysis/report/report.js'
import {Subject} from '../../../../src/lib/analysis/objects/subject.js'
import {explore} from '../../../../src/lib/render/explorer.js'
import {dumpOf, read} from '../../../support/dump-text.js'

const LEAVE = '\u001B[?1049l\u001B[?25h'

class TerminalStream extends PassThrough {
  readonly isTTY = true
  readonly columns = 80
  readonly rows = 24
  raw = false
  setRawMode(raw: boolean): this {
    this.raw = raw
    return this
  }

  ref(): void {}
  unref(): void {}
}

describe('the explorer', () => {
  let subject: Subject
  beforeAll(async () => {
    const lines = dumpOf(
      {references: ['0x7f0000000028'], root: 'vm', type: 'ROOT'},
      {address: '0x7f0000000028', memsize: 500, name: 'Cache', type: 'CLASS'},
    )
    subject = new Subject('test', await read(lines))
  })

  const start = (
    ask: <Name extends QuestionName>(name: Name, options: QuestionOptions<Name>) => ReturnType<typeof answer<Name>>,
  ) => {
    const stdin = new TerminalStream()
    const stdout = new TerminalStream()
    let written = ''
    stdout.on('data', chunk => (written += chunk))
    const ended = explore({
      analysis: {ask: async (name, options) => ask(name, options)},
      dump: {name: 'heap.json', target: []},
      report: report(subject, {top: 10}),
      stdin: stdin as unknown as NodeJS.ReadStream,
      stdout: stdout as unknown as NodeJS.WriteStream,
      title: 'heap.json',
    })
    return {ended, raw: () => stdin.raw, stdin, written: () => written}
  }

  it('restores the terminal on quit', {timeout: 30_000}, async () => {
    const {ended, raw, stdin, written} = start((name, options) => answer(name, [subject], options))
    await expect.poll(raw, {timeout: 20_000}).toBe(true)
    stdin.write('q')
    expect(await ended).toEqual({copied: [], status: null})
    expect(written().startsWith('\u001B[?1049h')).toBe(true)
    expect(written().endsWith(LEAVE)).toBe(true)
    expect(raw()).toBe(false)
  })

  it.each([0, 1])('restores it when the analysis fails after %i answers', {timeout: 30_000}, async answers => {
    let asked = 0
    const {ended, raw, stdin, written} = start((name, options) => {
      if (asked++ < answers) return answer(name, [subject], options)
      throw new Error('The analysis was stopped.')
    })
    const failure = ended.then(
      () => null,
      (error: unknown) => error,
    )
    if (answers > 0) {
      await expect.poll(raw, {timeout: 20_000}).toBe(true)
      stdin.write('4')
      stdin.write('\r')
    }

    expect(await failure).toEqual(new Error('The analysis was stopped.'))
    expect(written().endsWith(LEAVE)).toBe(true)
    expect(raw()).toBe(false)
    expect(process.listenerCount('uncaughtExceptionMonitor')).toBe(0)
  })
})
