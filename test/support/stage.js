// All parts of a product's day on this machine: Postgres, a bucket, and the demo's shop under Puma in a dyno that the buildpack armed.
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {buildSlug, startDyno} from './dyno.js'
import {freePort, startPostgres} from './postgres.js'
import {startS3Double} from './s3-double.js'

const shop = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), 'demo/app')

export const CREDENTIALS = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  bucket: 'shop-heapdumps',
  region: 'us-east-1',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
}

/** A dotenv file's text. @param {Record<string, string>} vars */
export function dotenv(vars) {
  return Object.entries(vars)
    .map(([name, value]) => `${name}='${value}'\n`)
    .join('')
}

/** Config vars for a bucket of the S3 double. @param {{endpoint: string}} s3 */
export function bucketVars(s3) {
  return {
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_ENDPOINT_URL_S3: s3.endpoint,
    AWS_REGION: CREDENTIALS.region,
    AWS_S3_BUCKET_NAME: CREDENTIALS.bucket,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
  }
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
    const postgres = await startPostgres()
    undo.push(() => postgres.stop())
    onStep('a bucket (an S3 double that checks every signature)')
    const s3 = await startS3Double(CREDENTIALS)
    undo.push(() => s3.stop())
    const vars = {...bucketVars(s3), DATABASE_URL: postgres.url, ...more}
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
    await dyno.saw(/listens for the dump requests of web\.1/)
    return {close, directory, dyno, envFile, postgres, s3, slug, url: `http://127.0.0.1:${port}`, vars}
  } catch (error) {
    await close()
    throw error
  }
}

/**
 * Asks the shop for pages nobody has asked for before, which is what it leaks by; each on a connection of its own, so that all
 * workers get some.
 * @param {string} url @param {{perSecond?: number}} [options]
 */
export function sendTraffic(url, {perSecond = 100} = {}) {
  const counts = {failed: 0, served: 0}
  const running = new Set()
  let page = 0
  const timer = setInterval(() => {
    const request = fetch(`${url}/prices?page=${page++}&sort=price`, {headers: {connection: 'close'}})
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
