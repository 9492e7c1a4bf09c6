// The explorer, operated by keys: the suspects, the thing it lands on, each of its lists, and the help.
import {PassThrough} from 'node:stream'
import {stripVTControlCharacters} from 'node:util'
import {render} from 'ink'
import {afterEach, beforeAll, describe, expect, it} from 'vitest'
import type {Subject} from '../../src/lib/analysis/objects/subject.js'
import {type AnalysisReport, report} from '../../src/lib/analysis/report/report.js'
import {answer} from '../../src/lib/analysis/session/questions.js'
import {Explore} from '../../src/lib/render/ink/explore/Explore.js'
import {ObjectLists} from '../../src/lib/render/ink/explore/object-lists.js'
import {heapOf} from '../support/heaps.js'
import {leaking} from '../support/leaking-heap.js'
import {drawWithColours, widthOf} from '../support/screens.js'

class TerminalStream extends PassThrough {
  readonly isTTY = true
  constructor(readonly columns: number, readonly rows: number) {
    super()
  }

  setRawMode(): this {
    return this
  }

  ref(): void {}
  unref(): void {}
}

let subject: Subject
let whole: AnalysisReport
let close = () => {}
beforeAll(async () => {
  ;({subject} = await heapOf(leaking(true), {processBytes: 212e6}))
  whole = report(subject, {aliveOnly: true, top: 10})
})
afterEach(() => close())

/** Opens the explorer. Returns what presses keys, and returns the screen when it shows what is expected of it. */
function open(width: number, height: number) {
  const [stdin, stdout] = [new TerminalStream(width, height + 1), new TerminalStream(width, height + 1)]
  let frame = ''
  stdout.on('data', (chunk: Buffer) => (frame = chunk.toString()))
  const lists = new ObjectLists(
    {ask: async (name, options) => answer(name, [subject], options)},
    () => instance.rerender(element()),
    error => {
      throw error
    },
  )
  const element = () => (
    <Explore
      dump={{name: 'd41', target: ['--app', 'shop']}} height={height} lists={lists} report={whole}
      title="d41 · ⬢ shop web.1 · puma worker 0" width={width} onCopy={() => false} onQuit={() => {}}
    />
  )
  // Writes each frame whole.
  const instance = render(element(), {
    debug: true, exitOnCtrlC: false, patchConsole: false,
    stdin: stdin as unknown as NodeJS.ReadStream, stdout: stdout as unknown as NodeJS.WriteStream,
  })
  close = () => instance.unmount()
  const screen = () => frame.split('\n').map(line => line.trimEnd()).join('\n')
  return async (keys: string, shows: RegExp) => {
    if (keys !== '') stdin.write(keys)
    await expect.poll(() => stripVTControlCharacters(screen()), {timeout: 2000}).toMatch(shows)
    let seen = ''
    // Until the answers that it asked for are drawn.
    await expect.poll(() => seen === (seen = screen())).toBe(true)
    return seen
  }
}

const STEPS: ReadonlyArray<readonly [name: string, keys: string, shows: RegExp]> = [
  ['suspects', '', /1 LEAK/],
  ['object', '\r', /▸ key or value/],
  ['held-by', '2', /▸ constant or variable → PriceList/],
  ['path', '3', /▸ ROOT/],
  ['sites', '4', /▸.*price_list\.rb/],
  ['help', '?', /one page/],
]

describe.each([[80, 23], [120, 39]])('the explorer at %i × %i', (width, height) => {
  it.each([false, true])('colours: %s', async colours => {
    await drawWithColours(colours, async () => {
      const press = open(width, height)
      for (const [name, keys, shows] of STEPS) {
        const screen = await press(keys, shows)
        expect(widthOf(stripVTControlCharacters(screen))).toBeLessThanOrEqual(width)
        await expect(screen).toMatchFileSnapshot(`screens/explore-${name}-${width}.${colours ? 'ansi' : 'txt'}`)
      }
    })
  })
})
