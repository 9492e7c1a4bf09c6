// Runs the explorer on a terminal: on the alternate screen, which is left as it was found, however it ends.
import type {Analysis} from '../analysis/session/open-analysis.js'
import type {AnalysisReport} from '../analysis/report/report.js'

const ENTER = '\u001B[?1049h\u001B[2J\u001B[H'
/** Main screen, cursor shown. */
const LEAVE = '\u001B[?1049l\u001B[?25h'
const CLEAR = '\u001B[2J\u001B[H'
const SIGNALS = {SIGHUP: 129, SIGINT: 130, SIGTERM: 143} as const

type Options = {
  readonly analysis: Pick<Analysis, 'ask'>
  readonly report: AnalysisReport
  readonly title: string
  readonly stdin: NodeJS.ReadStream
  readonly stdout: NodeJS.WriteStream
}

/** Ends when the user leaves: null; or by a signal: the exit status that it asks for. Rejects with what went wrong while exploring. */
export async function explore({analysis, report, title, stdin, stdout}: Options): Promise<number | null> {
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
  const frame = () =>
    createElement(Explore, {
      height: Math.max(8, stdout.rows || 24) - 1,
      lists,
      onQuit: stop,
      report,
      title,
      width: Math.max(20, stdout.columns || 80),
    })
  // A new element each time: what the lists know has changed. An answer that comes too late would open the screen again.
  const draw = () => {
    if (!stopped) instance.rerender(frame())
  }
  const resized = () => {
    // What was wrapped at the old width is not where Ink believes it to be.
    stdout.write(CLEAR)
    draw()
  }

  const signalled = Object.entries(SIGNALS).map(([signal, code]) => {
    const listener = () => {
      status = code
      stop()
    }
    // Stays until the end: with nobody listening any more, the library that Ink hears of signals by would end the process at once.
    process.on(signal, listener)
    return () => process.off(signal, listener)
  })
  // The last resort: an exception elsewhere, a process.exit.
  process.on('uncaughtExceptionMonitor', leave)
  process.on('exit', leave)
  stdout.prependListener('resize', resized)
  stdout.write(ENTER)
  const instance = render(frame(), {exitOnCtrlC: false, patchConsole: false, stdin, stdout})
  try {
    await instance.waitUntilExit()
    if (failure !== null) throw (failure as {readonly error: unknown}).error
    return status
  } finally {
    leave()
    stdout.off('resize', resized)
    process.off('uncaughtExceptionMonitor', leave)
    process.off('exit', leave)
    for (const forget of signalled) forget()
  }
}
