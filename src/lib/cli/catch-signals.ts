// Signals that end what a command does in its own way, once. A second one ends everything, as usual.

export type CaughtSignals = {
  /** Aborts at the first one. */
  readonly signal: AbortSignal
  /** From here on signals do what they always do. */
  release(): void
}

export function catchSignals(...names: readonly NodeJS.Signals[]): CaughtSignals {
  const caught = new AbortController()
  const release = () => {
    for (const name of names) process.removeListener(name, stop)
  }

  // Stays a listener after the first one: Ink's own ends the process when it finds itself alone.
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
