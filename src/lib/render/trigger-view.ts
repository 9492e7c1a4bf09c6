// Shows running dumps on stderr: a live table on a terminal, plain lines otherwise.
import type {DumpState} from '../agent/dump-state.js'
import {printable} from '../printable.js'
import {canRedraw, terminalWidth} from './terminal.js'
import {formatTriggerChange} from './trigger-lines.js'

export type TriggerView = {
  readonly update: (states: readonly DumpState[]) => void
  /** Clears the screen, or leaves the last state on it. */
  close(how: {readonly clear: boolean}): void
}

type Options = {
  readonly stream: NodeJS.WriteStream
  /** All dynos to be dumped; empty: not known yet. */
  readonly dynos: readonly string[]
  /** What is asked: `web.1`, `web`. */
  readonly named: string
  readonly app: string | null
}

/** The times move once a second. */
const TICK_MS = 1000

export async function openTriggerView({stream, ...shown}: Options): Promise<TriggerView> {
  if (!canRedraw(stream)) return openLines(stream)
  const [{render}, {createElement}, {TriggerProgress}] = await Promise.all([
    import('ink'),
    import('react'),
    import('./ink/TriggerProgress.js'),
  ])
  let states: readonly DumpState[] = []
  const startedAtMs = Date.now()
  const frame = (isOver: boolean) =>
    createElement(TriggerProgress, {
      ...shown,
      isOver,
      nowMs: Date.now(),
      startedAtMs: Math.min(startedAtMs, states[0]?.acceptedAtMs ?? startedAtMs),
      states,
      width: terminalWidth(stream),
    })
  // The command handles Ctrl-C and says what keeps running. Ink would only end the screen.
  const instance = render(frame(false), {exitOnCtrlC: false, patchConsole: false, stdout: stream})
  const timer = setInterval(() => instance.rerender(frame(false)), TICK_MS)
  return {
    close({clear}) {
      clearInterval(timer)
      instance.rerender(clear ? null : frame(true))
      instance.unmount()
    },
    update(next) {
      states = next
      instance.rerender(frame(false))
    },
  }
}

function openLines(stream: NodeJS.WriteStream): TriggerView {
  let before: readonly DumpState[] = []
  return {
    close() {},
    update(states) {
      for (const state of states) {
        const previous = before.find(({dyno}) => dyno === state.dyno)
        for (const line of formatTriggerChange(previous, state)) stream.write(`${printable(line)}\n`)
      }

      before = states
    },
  }
}
