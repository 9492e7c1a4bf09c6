// Shows a running dump on stderr: a live table on a terminal, plain lines otherwise.
import type {DumpState} from '../agent/dump-state.js'
import {printable} from '../printable.js'
import {canRedraw, terminalWidth} from './terminal.js'
import {formatTriggerChange} from './trigger-lines.js'

export type TriggerView = {
  update(state: DumpState): void
  /** Leaves the last state on the screen. */
  close(): void
}

type Options = {
  readonly stream: NodeJS.WriteStream
  readonly dyno: string
  readonly app: string | null
  readonly initial: DumpState
}

/** The tracing countdown moves once a second. */
const TICK_MS = 1000

export async function openTriggerView({stream, dyno, app, initial}: Options): Promise<TriggerView> {
  if (!canRedraw(stream)) return openLines(stream, dyno, initial)
  const [{render}, {createElement}, {TriggerProgress}] = await Promise.all([
    import('ink'),
    import('react'),
    import('./ink/TriggerProgress.js'),
  ])
  let state = initial
  const frame = () =>
    createElement(TriggerProgress, {app, dyno, nowMs: Date.now(), state, width: terminalWidth(stream)})
  // The command handles Ctrl-C and says what keeps running. Ink would only end the screen.
  const instance = render(frame(), {exitOnCtrlC: false, patchConsole: false, stdout: stream})
  const timer = setInterval(() => instance.rerender(frame()), TICK_MS)
  return {
    close() {
      clearInterval(timer)
      instance.rerender(frame())
      instance.unmount()
    },
    update(next) {
      state = next
      instance.rerender(frame())
    },
  }
}

function openLines(stream: NodeJS.WriteStream, dyno: string, initial: DumpState): TriggerView {
  let state = initial
  return {
    close() {},
    update(next) {
      for (const line of formatTriggerChange(state, next, dyno)) stream.write(`${printable(line)}\n`)
      state = next
    },
  }
}
