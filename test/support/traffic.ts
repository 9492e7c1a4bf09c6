// Requests at a steady rate, each one accounted for.

export type Traffic = ReturnType<typeof startTraffic>

export function startTraffic(url: string, {path = '/up', perSecond = 50}: {path?: string; perSecond?: number} = {}) {
  const latenciesMs: number[] = []
  const failures: string[] = []
  const running = new Set<Promise<void>>()
  const ask = async () => {
    const startedAt = performance.now()
    try {
      const response = await fetch(url + path, {signal: AbortSignal.timeout(20_000)})
      await response.arrayBuffer()
      if (response.status === 200) latenciesMs.push(performance.now() - startedAt)
      else failures.push(`status ${response.status}`)
    } catch (error) {
      const {cause, message} = error as Error
      failures.push(cause instanceof Error ? cause.message : message)
    }
  }
  const timer = setInterval(() => {
    const request: Promise<void> = ask().finally(() => running.delete(request))
    running.add(request)
  }, 1000 / perSecond)
  return {
    failures,
    latenciesMs,
    /** Waits for every answer. */
    async stop() {
      clearInterval(timer)
      await Promise.all(running)
      return {failed: failures.length, served: latenciesMs.length}
    },
  }
}
