// Which release brought it, from hundreds of stored summaries: the answer, its time, and the bytes read.
//
//   node bench/summaries.js [--summaries 500] [--releases 20] [--rounds 5]
//
// Stores summaries in an S3 double on this machine and runs `heapdump:trend --by release` on them, as a user would. The
// summaries are padded with the rows of a real dump, so that they have the size of real ones. Time is compared with
// `--version`, the time that Node and oclif take to start.
import {spawn} from 'node:child_process'
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {parseArgs} from 'node:util'
import {gunzipSync, gzipSync} from 'node:zlib'
import {bucketVars, startBucket} from '../test/support/services.js'
import {dotenv} from '../test/support/stage.js'
import {releaseName, summariesOf} from '../test/support/summaries.js'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const {values} = parseArgs({
  options: {
    releases: {default: '20', type: 'string'},
    rounds: {default: '5', type: 'string'},
    summaries: {default: '500', type: 'string'},
  },
})
const releases = Number(values.releases)
const directory = mkdtempSync(join(tmpdir(), 'heapdump-bench-'))
const s3 = await startBucket()
const envFile = join(directory, '.env')
writeFileSync(envFile, dotenv(bucketVars(s3)))

/** Not spawnSync: the S3 double runs in this process. @returns {Promise<{seconds: number, stdout: string}>} */
function run(...args) {
  const start = performance.now()
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, 'bin/run.js'), ...args], {
      env: {...process.env, COLUMNS: '100', NO_COLOR: '1', XDG_CACHE_HOME: directory},
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let stdout = ''
    child.stdout.on('data', chunk => (stdout += chunk))
    child.once('close', code => {
      if (code === 0) resolve({seconds: (performance.now() - start) / 1000, stdout})
      else reject(new Error(`${args.join(' ')} exited with ${code}`))
    })
  })
}

const median = numbers => numbers.toSorted((a, b) => a - b)[numbers.length >> 1]

try {
  // A real summary, as heapdump:analyze stores it.
  const dump = readFileSync(join(root, 'test/fixtures/dumps/ruby-3.3-traced.json.gz'))
  s3.seed([{body: dump, key: 'heapdump/v1/20260101T000000Z-web.1-14-k3f9q2m8x1.json.gz'}])
  await run('heapdump:analyze', '--env', envFile)
  const [stored] = [...s3.objects].filter(([key]) => key.startsWith('heapdump/summaries/'))
  const real = JSON.parse(gunzipSync(stored[1].body).toString())
  s3.objects.clear()

  const leakFrom = Math.floor(releases * 0.6)
  const summaries = summariesOf({dumps: Number(values.summaries), leakFrom, releases, seed: 1})
  let bytes = 0
  for (const summary of summaries) {
    const {classes, sites} = real
    const owners = [...summary.owners, ...real.owners].slice(0, 150)
    const body = gzipSync(JSON.stringify({...summary, classes, owners, sites}))
    bytes += body.length
    s3.seed([{body, key: summary.dump.key.replace('heapdump/v1/', 'heapdump/summaries/v1/')}])
  }

  const times = {start: [], trend: []}
  let answer = ''
  for (let round = 0; round < Number(values.rounds); round++) {
    times.start.push((await run('--version')).seconds)
    s3.requests.length = 0
    const {seconds, stdout} = await run('heapdump:trend', '--by', 'release', '--env', envFile, '--json')
    times.trend.push(seconds)
    answer = JSON.parse(stdout).answer[0]
  }

  const requests = s3.requests.filter(({status}) => status === 200).length
  const isRight = answer.startsWith(`${releaseName(leakFrom)} brought it: PriceList`)
  console.log(`${isRight ? 'right' : 'WRONG'}: ${answer}`)
  console.log(
    `${summaries.length} summaries of ${releases} releases: ${(bytes / 1e6).toFixed(1)} MB, ${requests} requests`,
  )
  const [start, trend] = [median(times.start), median(times.trend)]
  console.log(
    `${trend.toFixed(2)} s, of which ${start.toFixed(2)} s to start: ${(trend / start).toFixed(1)} times --version`,
  )
  if (!isRight) process.exitCode = 1
} finally {
  await s3.stop()
  rmSync(directory, {force: true, recursive: true})
}
