// Lets a command stop in its own way at the first signal. A second signal ends the process, as usual.

export type CaughtSignals = {
  /** Aborts at the first signal. */
  readonly signal: AbortSignal
  /** Restores the default behavior. */
  release(): void
}

export function catchSignals(...names: readonly NodeJS.Signals[]): CaughtSignals {
  const caught = new AbortController()
  const release = () => {
    for (const name of names) process.removeListener(name, stop)
  }

  // Remains a listener after the first signal: Ink's listener ends the process if it is the only one.
  const stop = (name: NodeJS.Signals) => {
    if (caught.signal.aborted) {
      release()
      process.kill(process.pid, name)
    }

    caught.abort()
  }

  for (const name of names) process.on(name, stop)
  return {release, signal: caught.signal}
}
