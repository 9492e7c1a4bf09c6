// Sends requests at a steady rate, each on its own connection, and accounts for each.
import {get} from 'node:http'

/** @typedef {ReturnType<typeof startTraffic>} Traffic */

/** @param {string} url @returns {Promise<number>} */
function ask(url) {
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

/** @param {string} url @param {{path?: string, perSecond?: number}} options */
export function startTraffic(url, {path = '/up', perSecond = 50} = {}) {
  /** @type {number[]} */
  const latenciesMs = []
  /** @type {string[]} */
  const failures = []
  /** @type {Set<Promise<void>>} */
  const running = new Set()
  const askOnce = async () => {
    const startedAt = performance.now()
    try {
      const status = await ask(url + path)
      if (status === 200) latenciesMs.push(performance.now() - startedAt)
      else failures.push(`status ${status}`)
    } catch (error) {
      failures.push(error.message)
    }
  }
  const send = () => {
    const request = askOnce().finally(() => running.delete(request))
    running.add(request)
  }
  /** @type {NodeJS.Timeout | undefined} */
  let timer
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
