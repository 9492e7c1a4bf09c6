// Shows the agents' answers full-screen, again and again.
import {openFullScreen, type Streams} from './full-screen.js'
import type {AgentReport} from './agent-report.js'
import type {WatchState} from './ink/AgentWatch.js'

/** Ages on the screen move once a second. */
const TICK_MS = 1000
const PAUSE_MS = 5000

type Options = Streams & {
  readonly title: string
  readonly version: string
  /** Asks once; empty if no agent answers. */
  readonly ask: (signal: AbortSignal) => Promise<readonly AgentReport[]>
  /** The error for a watch that gets no first answer. */
  readonly explainSilence: () => Promise<unknown>
}

/** Resolves with null when the user quits, or with the exit status for a signal. Rejects with the error of the first question. */
export async function watchAgents({
  ask,
  explainSilence,
  stdin,
  stdout,
  title,
  version,
}: Options): Promise<number | null> {
  const [{createElement}, {AgentWatch}] = await Promise.all([import('react'), import('./ink/AgentWatch.js')])
  let state: WatchState = {agents: null, answeredAtMs: Date.now(), problem: null}
  const ending = new AbortController()
  const screen = await openFullScreen({stdin, stdout}, size =>
    createElement(AgentWatch, {...size, ...state, nowMs: Date.now(), onQuit: () => screen.stop(), title, version}),
  )
  const timer = setInterval(() => screen.draw(), TICK_MS)
  // Without a first answer, the watch ends with the reason. Later, dynos restart and connections are lost.
  const askOnce = async (before: WatchState): Promise<WatchState> => {
    try {
      const agents = await ask(ending.signal)
      if (agents.length > 0) return {agents, answeredAtMs: Date.now(), problem: null}
      if (before.agents === null && !ending.signal.aborted) throw await explainSilence()
      return {...before, problem: 'No agent answers. The dynos may be restarting.'}
    } catch (error) {
      if (before.agents === null) throw error
      return {...before, problem: (error as Error).message}
    }
  }

  const asking = (async () => {
    while (!ending.signal.aborted) {
      const next = await askOnce(state)
      if (ending.signal.aborted) return
      state = next
      screen.draw()
      await pause(PAUSE_MS, ending.signal)
    }
  })().catch((error: unknown) => screen.stop(error))
  try {
    return await screen.ended
  } finally {
    clearInterval(timer)
    ending.abort()
    await asking
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer)
        resolve()
      },
      {once: true},
    )
  })
}
