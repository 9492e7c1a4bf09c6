// Requests at a steady rate, each on a connection of its own and each accounted for.
import {get} from 'node:http'

export type Traffic = ReturnType<typeof startTraffic>

function ask(url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = get(url, {agent: false, timeout: 20_000}, response => {
      response.resume()
      response.once('end', () => resolve(response.statusCode ?? 0))
      response.once('error', reject)
    })
    request.once('timeout', () => request.destroy(new Error('no answer within 20 s')))
    request.once('error', reject)
  })
}

export function startTraffic(url: string, {path = '/up', perSecond = 50}: {path?: string; perSecond?: number} = {}) {
  const latenciesMs: number[] = []
  const failures: string[] = []
  const running = new Set<Promise<void>>()
  const askOnce = async () => {
    const startedAt = performance.now()
    try {
      const status = await ask(url + path)
      if (status === 200) latenciesMs.push(performance.now() - startedAt)
      else failures.push(`status ${status}`)
    } catch (error) {
      failures.push((error as Error).message)
    }
  }
  const send = () => {
    const request: Promise<void> = askOnce().finally(() => running.delete(request))
    running.add(request)
  }
  let timer: NodeJS.Timeout | undefined
  const start = () => {
    timer ??= setInterval(send, 1000 / perSecond)
  }
  /** Waits for every answer. */
  const pause = async () => {
    clearInterval(timer)
    timer = undefined
    await Promise.all(running)
    return {failed: failures.length, served: latenciesMs.length}
  }
  start()
  return {failures, latenciesMs, pause, resume: start, stop: pause}
}
