// Dump → report, as a user gets it: the built plugin's `heapdump:analyze --json`, from a bucket with the dump and the
// agent's facts about it (including the process's memory, which a dump does not have).
import {spawn} from 'node:child_process'
import {createHash} from 'node:crypto'
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {startS3Double} from '../support/s3-double.js'
import {directory} from './program.js'

const root = dirname(dirname(directory))
const BUCKET = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  bucket: 'scenarios',
  secretAccessKey: 'scenarios-and-no-secret-at-all',
}

/** @returns {Promise<{analyze: (file: string) => Promise<object>, close: () => Promise<void>}>} */
export async function openAnalyzer() {
  const bucket = await startS3Double(BUCKET)
  const home = mkdtempSync(join(tmpdir(), 'heapdump-scenarios-'))
  const settings = join(home, 'env')
  writeFileSync(
    settings,
    [
      `AWS_ACCESS_KEY_ID=${BUCKET.accessKeyId}`,
      `AWS_SECRET_ACCESS_KEY=${BUCKET.secretAccessKey}`,
      `AWS_S3_BUCKET_NAME=${BUCKET.bucket}`,
      `AWS_ENDPOINT_URL_S3=${bucket.endpoint}`,
    ].join('\n') + '\n',
  )

  return {
    async analyze(file) {
      const text = readFileSync(file.replace(/\.json\.gz$/, '.facts'), 'utf8')
      const {boot, rss, traced, ruby} = JSON.parse(text)
      // A unique key, because the plugin caches reports by key.
      const stem = `heapdump/v1/20250301T120000Z-web.1-4-${createHash('sha256').update(file).digest('hex').slice(0, 12)}`
      bucket.objects.clear()
      bucket.seed([
        {body: readFileSync(file), key: `${stem}.json.gz`},
        {
          body: text,
          key: `${stem},rss=${rss},traced=${traced},redacted=0,ruby=${ruby},process=puma_worker_0${boot === undefined ? '' : `,boot=${boot}`}.facts`,
        },
      ])
      const {status, stdout, stderr} = await run(
        ['heapdump:analyze', `${stem}.json.gz`, '--env', settings, '--json'],
        home,
      )
      if (status !== 0) throw new Error(`analyze ended with ${status}: ${stderr}${stdout.slice(0, 2000)}`)
      return JSON.parse(stdout)
    },
    async close() {
      await bucket.stop()
      rmSync(home, {force: true, recursive: true})
    },
  }
}

function run(args, home) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, 'bin/run.js'), ...args], {
      env: {...process.env, HOME: home, XDG_CACHE_HOME: join(home, 'cache')},
    })
    const output = {stderr: [], stdout: []}
    for (const stream of ['stdout', 'stderr']) child[stream].on('data', chunk => output[stream].push(chunk))
    child.once('error', reject)
    child.once('close', status =>
      resolve({
        status,
        stderr: Buffer.concat(output.stderr).toString(),
        stdout: Buffer.concat(output.stdout).toString(),
      }),
    )
  })
}
