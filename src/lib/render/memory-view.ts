// Shows the memory of one process on stderr while a diagnosis waits: a live line on a terminal, plain lines otherwise.
import {printable} from '../printable.js'
import {formatDuration} from '../units.js'
import {canRedraw, terminalWidth} from './terminal.js'
import {sizeInWords, type WatchedMemory, type WatchedProcess} from './watched-memory.js'

export type MemoryViewOptions = WatchedProcess & {readonly stream: NodeJS.WriteStream}

export type MemoryView = {update(seen: WatchedMemory): void; close(): void}

const TICK_MS = 1000
/** Plain lines: at most one a minute, and about ten in all. */
const LEAST_LINE_MS = 1000
const MOST_LINE_MS = 60_000
const LINES = 10

export async function openMemoryView(options: MemoryViewOptions): Promise<MemoryView> {
  const {stream, ...shown} = options
  if (!canRedraw(stream)) return openLines(options)
  const [{render}, {createElement}, {MemoryWatch}] = await Promise.all([
    import('ink'),
    import('react'),
    import('./ink/MemoryWatch.js'),
  ])
  let seen: WatchedMemory | null = null
  const frame = () => createElement(MemoryWatch, {...shown, nowMs: Date.now(), seen, width: terminalWidth(stream)})
  // The command handles Ctrl-C.
  const instance = render(frame(), {exitOnCtrlC: false, patchConsole: false, stdout: stream})
  const timer = setInterval(() => instance.rerender(frame()), TICK_MS)
  return {
    close() {
      clearInterval(timer)
      instance.rerender(null)
      instance.unmount()
    },
    update(next) {
      seen = next
      instance.rerender(frame())
    },
  }
}

function openLines({stream, ...shown}: MemoryViewOptions): MemoryView {
  const {dueAtMs, process, startedAtMs, next} = shown
  const everyMs = Math.min(MOST_LINE_MS, Math.max(LEAST_LINE_MS, (dueAtMs - startedAtMs) / LINES))
  let writtenAtMs = 0
  let written = ''
  return {
    close() {},
    update({problem, samples}) {
      const nowMs = Date.now()
      const left = formatDuration(Math.max(0, dueAtMs - nowMs) / 1000)
      const line = problem ?? `${process}: ${sizeInWords(shown.first, samples)}; ${next} in ${left}`
      if (nowMs - writtenAtMs < everyMs && (problem === null || problem === written)) return
      writtenAtMs = nowMs
      written = line
      stream.write(`${printable(line)}\n`)
    },
  }
}
