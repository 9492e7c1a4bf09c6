// Runs the explorer on the alternate screen of a terminal, and restores the main screen however it ends.
import type {Analysis} from '../analysis/session/open-analysis.js'
import type {AnalysisReport} from '../analysis/report/report.js'
import {clipboardSequence} from './clipboard.js'
import type {DumpOnCommandLine} from './next-after.js'

const ENTER = '\u001B[?1049h\u001B[2J\u001B[H'
/** Back to the main screen, with a visible cursor. */
const LEAVE = '\u001B[?1049l\u001B[?25h'
const CLEAR = '\u001B[2J\u001B[H'
/** Per second. With Ink's 30, an answer that comes right after a key waits for the next frame. */
const MOST_FRAMES = 200
const SIGNALS = {SIGHUP: 129, SIGINT: 130, SIGTERM: 143} as const

type Options = {
  readonly analysis: Pick<Analysis, 'ask'>
  readonly report: AnalysisReport
  readonly title: string
  readonly dump: DumpOnCommandLine
  readonly stdin: NodeJS.ReadStream
  readonly stdout: NodeJS.WriteStream
}

export type Explored = {
  /** null: the user quit; otherwise the exit status for a signal. */
  readonly status: number | null
  /** Commands that the user copied. */
  readonly copied: readonly string[]
}

/** Rejects with the first error while exploring. */
export async function explore({analysis, report, title, dump, stdin, stdout}: Options): Promise<Explored> {
  const [{render}, {createElement}, {Explore}, {ObjectLists}] = await Promise.all([
    import('ink'),
    import('react'),
    import('./ink/explore/Explore.js'),
    import('./ink/explore/object-lists.js'),
  ])
  let status: number | null = null
  let left = false
  const leave = () => {
    if (left) return
    left = true
    if (stdin.isTTY) stdin.setRawMode(false)
    stdout.write(LEAVE)
  }
  let failure: {readonly error: unknown} | null = null
  let stopped = false
  const stop = () => {
    stopped = true
    instance.unmount()
  }
  const fail = (error: unknown) => {
    failure ??= {error}
    stop()
  }
  const lists = new ObjectLists(analysis, () => draw(), fail)
  const copied = new Set<string>()
  const copy = (command: string): boolean => {
    copied.add(command)
    const sequence = clipboardSequence(command)
    if (sequence !== null) stdout.write(sequence)
    return sequence !== null
  }
  const frame = () =>
    createElement(Explore, {
      dump,
      height: Math.max(8, stdout.rows || 24) - 1,
      lists,
      onCopy: copy,
      onQuit: stop,
      report,
      title,
      width: Math.max(20, stdout.columns || 80),
    })
  // A new element each time, because the lists have new content. Drawing a late answer would reopen a closed screen.
  const draw = () => {
    if (!stopped) instance.rerender(frame())
  }
  const resized = () => {
    // Lines wrapped at the old width are not where Ink expects them.
    stdout.write(CLEAR)
    draw()
  }

  const signalled = Object.entries(SIGNALS).map(([signal, code]) => {
    const listener = () => {
      status = code
      stop()
    }
    // Stays until the end: without another listener, Ink's signal-exit library ends the process at once.
    process.on(signal, listener)
    return () => process.off(signal, listener)
  })
  // Last resort: an uncaught exception or process.exit elsewhere.
  process.on('uncaughtExceptionMonitor', leave)
  process.on('exit', leave)
  stdout.prependListener('resize', resized)
  stdout.write(ENTER)
  const instance = render(frame(), {exitOnCtrlC: false, maxFps: MOST_FRAMES, patchConsole: false, stdin, stdout})
  try {
    await instance.waitUntilExit()
    if (failure !== null) throw (failure as {readonly error: unknown}).error
    return {copied: [...copied], status}
  } finally {
    leave()
    stdout.off('resize', resized)
    process.off('uncaughtExceptionMonitor', leave)
    process.off('exit', leave)
    for (const forget of signalled) forget()
  }
}
