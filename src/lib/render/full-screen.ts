// Draws on the alternate screen of a terminal, and restores the main screen however it ends.
import type {ReactElement} from 'react'
import {clipboardSequence} from './clipboard.js'

const ENTER = '\u001B[?1049h\u001B[2J\u001B[H'
/** Back to the main screen, with a visible cursor. */
const LEAVE = '\u001B[?1049l\u001B[?25h'
const CLEAR = '\u001B[2J\u001B[H'
/** Per second. With Ink's 30, an answer that comes right after a key waits for the next frame. */
const MOST_FRAMES = 200
const SIGNALS = {SIGHUP: 129, SIGINT: 130, SIGTERM: 143} as const

export type Streams = {readonly stdin: NodeJS.ReadStream; readonly stdout: NodeJS.WriteStream}

/** One row less than the terminal has: Ink clears the scrollback when it fills the terminal. */
export type ScreenSize = {readonly width: number; readonly height: number}

export type FullScreen = {
  /** Draws again, because what the frame shows has changed. */
  draw(): void
  /** Puts text on the clipboard. false: the terminal is not known to take it. */
  copy(text: string): boolean
  /** Ends it. `error`: `ended` rejects with the first. */
  stop(error?: unknown): void
  /** Resolves with null after `stop`, or with the exit status for a signal. The main screen is back by then. */
  readonly ended: Promise<number | null>
}

export async function openFullScreen(
  {stdin, stdout}: Streams,
  frame: (size: ScreenSize) => ReactElement,
): Promise<FullScreen> {
  const {render} = await import('ink')
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
  const stop = (error?: unknown) => {
    if (error !== undefined) failure ??= {error}
    stopped = true
    instance.unmount()
  }
  const current = () => frame({height: Math.max(8, stdout.rows || 24) - 1, width: Math.max(20, stdout.columns || 80)})
  // A new element each time, because its content is new. Drawing a late answer would reopen a closed screen.
  const draw = () => {
    if (!stopped) instance.rerender(current())
  }
  const copy = (text: string) => {
    const sequence = clipboardSequence(text)
    if (sequence !== null) stdout.write(sequence)
    return sequence !== null
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
  const instance = render(current(), {exitOnCtrlC: false, maxFps: MOST_FRAMES, patchConsole: false, stdin, stdout})
  const ended = (async () => {
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
  })()
  return {copy, draw, ended, stop}
}
