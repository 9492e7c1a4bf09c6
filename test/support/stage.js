// The whole product on this machine: Postgres, a bucket, and the demo's shop under Puma in a dyno where the buildpack
// enabled the agent.
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {buildSlug, startDyno} from './dyno.js'
import {freePort} from './postgres.js'
import {startServices} from './services.js'

const shop = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), 'demo/app')

/** The text of a dotenv file. @param {Record<string, string>} vars */
export function dotenv(vars) {
  return Object.entries(vars)
    .map(([name, value]) => `${name}='${value}'\n`)
    .join('')
}

/**
 * @param {{vars?: Record<string, string>, workers?: number, onStep?: (text: string) => void, directory?: string}} [options] `vars`:
 *   more config vars of the app
 */
export async function openStage({vars: more = {}, workers = 2, onStep = () => {}} = {}) {
  /** @type {Array<() => Promise<void>>} */
  const undo = []
  const close = async () => {
    for (const step of undo.splice(0).toReversed()) await step()
  }

  try {
    const directory = await mkdtemp(join(tmpdir(), 'heapdump-stage-'))
    undo.push(() => rm(directory, {force: true, recursive: true}))
    onStep('Postgres')
    onStep('a bucket (an S3 double that checks every signature)')
    const services = await startServices()
    undo.push(() => services.stop())
    const vars = {...services.vars, ...more}
    const envFile = join(directory, '.env')
    await writeFile(envFile, dotenv(vars), {mode: 0o600})

    onStep("the shop's slug, by buildpack/bin/compile")
    const slug = await buildSlug(shop, vars)
    undo.push(() => slug.remove())
    onStep(`the shop in dyno web.1, Puma with ${workers} workers`)
    const port = await freePort()
    const dyno = await startDyno({
      command: ['puma', '-C', 'config/puma.rb'],
      slug: slug.directory,
      vars: {
        ...vars,
        HEAPDUMP_GRACE: '1',
        HEROKU_RELEASE_VERSION: 'v214',
        PORT: String(port),
        WEB_CONCURRENCY: String(workers),
      },
    })
    undo.push(() => dyno.stop())
    await dyno.saw(/Worker \d+ \(PID: \d+\) booted/)
    await dyno.saw(/is listening for dump requests to web\.1/)
    return {
      close,
      directory,
      dyno,
      envFile,
      postgres: services.postgres,
      s3: services.s3,
      slug,
      url: `http://127.0.0.1:${port}`,
      vars,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** Each page of the shop leaks about 7 kB, once: 70 MB per worker, however long the traffic lasts. */
const PAGES = 10_000

/**
 * Requests new pages of the shop, each of which leaks, then the same ones again. Each request has its own connection,
 * so that all workers get some.
 * @param {string} url @param {{pages?: number, perSecond?: number}} [options]
 */
export function sendTraffic(url, {pages = PAGES, perSecond = 100} = {}) {
  const counts = {failed: 0, served: 0}
  const running = new Set()
  let page = 0
  const timer = setInterval(() => {
    const request = fetch(`${url}/prices?page=${page++ % pages}&sort=price`, {headers: {connection: 'close'}})
      .then(async response => {
        await response.text()
        if (response.ok) counts.served++
        else counts.failed++
      })
      .catch(() => {
        counts.failed++
      })
      .finally(() => running.delete(request))
    running.add(request)
  }, 1000 / perSecond)
  return {
    counts,
    async stop() {
      clearInterval(timer)
      await Promise.all(running)
      return counts
    },
  }
}
