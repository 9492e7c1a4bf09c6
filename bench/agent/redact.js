// How fast the agent's uploader sends a dump, plain and redacted, from a pipe to a bucket on this machine.
//   node bench/agent/redact.js [rows] [rounds]        60,000 rows make a dump of about 160 MB
// Alternates between both, so that other load affects both equally. MB are 1,000,000 bytes of the dump as Ruby writes
// it. CPU is the uploader's, without the spool process.
import {execFileSync, spawn} from 'node:child_process'
import {createReadStream, mkdtempSync, openSync, closeSync, rmSync, statSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {startS3Double} from '../../test/support/s3-double.js'

const here = fileURLToPath(new URL('.', import.meta.url))
const uploader = fileURLToPath(new URL('../../buildpack/agent/uploader.rb', import.meta.url))
// Prints the uploader's CPU time when it exits.
const clock = `at_exit { $stderr.puts(Process.clock_gettime(Process::CLOCK_PROCESS_CPUTIME_ID)) }; load ${JSON.stringify(uploader)}`
const rows = process.argv[2] ?? '60000'
const rounds = Number(process.argv[3] ?? 3)
const storage = {
  access_key_id: 'AKIAIOSFODNN7EXAMPLE',
  bucket: 'bench',
  region: 'us-east-1',
  secret_access_key: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
}

/** @returns {Promise<{seconds: number, cpu: number, storedBytes: number}>} */
function upload(file, redact, endpoint) {
  return new Promise((resolve, reject) => {
    const started = performance.now()
    const child = spawn('ruby', ['--disable=gems', '-e', clock], {stdio: ['pipe', 'pipe', 'pipe', 'pipe', 'pipe']})
    let reports = ''
    let cpu = ''
    child.stdout.on('data', chunk => (reports += chunk))
    child.stderr.on('data', chunk => (cpu += chunk))
    child.once('error', reject)
    child.once('close', () => {
      const last = JSON.parse(reports.trim().split('\n').at(-1))
      if (last.type !== 'stored') return reject(new Error(JSON.stringify(last) + cpu))
      resolve({cpu: Number(cpu), seconds: (performance.now() - started) / 1000, storedBytes: last.storedBytes})
    })
    child.stdio[4].end() // no memory record
    const orders = child.stdio[3]
    orders.write(
      `${JSON.stringify({redact, waitingBytes: 32 << 20, stem: `heapdump/v1/20260101T000000Z-web.1-1-bench${Date.now()}`, storage: {...storage, endpoint}})}\n`,
    )
    orders.write(`${JSON.stringify({facts: {}, verdict: 'keep'})}\n`)
    createReadStream(file, {highWaterMark: 1 << 20}).pipe(child.stdin)
  })
}

const directory = mkdtempSync(join(tmpdir(), 'heapdump-bench-'))
const s3 = await startS3Double({
  accessKeyId: storage.access_key_id,
  bucket: storage.bucket,
  secretAccessKey: storage.secret_access_key,
})
try {
  const file = join(directory, 'heap.json')
  const output = openSync(file, 'w', 0o600)
  execFileSync('ruby', [join(here, 'heap.rb'), rows], {stdio: ['ignore', output, 'inherit']})
  closeSync(output)
  const bytes = statSync(file).size
  const runs = {plain: [], redacted: []}
  for (let round = 0; round < rounds; round++) {
    for (const way of ['plain', 'redacted']) {
      runs[way].push(await upload(file, way === 'redacted', s3.endpoint))
      s3.objects.clear()
    }
  }

  const best = (way, key) => Math.min(...runs[way].map(run => run[key]))
  console.log(`dump of ${(bytes / 1e6).toFixed(0)} MB, best of ${rounds}`)
  console.log('           seconds    MB/s    CPU seconds    MB per CPU second    stored')
  for (const way of ['plain', 'redacted']) {
    const [seconds, cpu] = [best(way, 'seconds'), best(way, 'cpu')]
    console.log(
      `${way.padEnd(9)}${seconds.toFixed(2).padStart(9)}${(bytes / 1e6 / seconds).toFixed(0).padStart(8)}${cpu.toFixed(2).padStart(15)}${(bytes / 1e6 / cpu).toFixed(0).padStart(21)}${`${(runs[way][0].storedBytes / 1e6).toFixed(0)} MB`.padStart(10)}`,
    )
  }

  console.log(
    `ratio    ${(best('redacted', 'seconds') / best('plain', 'seconds')).toFixed(2).padStart(9)}${''.padStart(8)}${(best('redacted', 'cpu') / best('plain', 'cpu')).toFixed(2).padStart(15)}`,
  )
} finally {
  await s3.stop()
  rmSync(directory, {force: true, recursive: true})
}
