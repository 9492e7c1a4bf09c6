// npm run bench: the speed of the analysis, compared with a loop that parses every line and computes hardly anything.
// All measurements come from one run on one machine, each in its own process, so that ratios hold where seconds differ.
//
//   npm run bench -- [--sizes 5,50,500,2000] [--runs 3]
//
// The machine's own Ruby makes the dumps, once, in bench/dumps.
import {execFileSync, spawn, spawnSync} from 'node:child_process'
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
} from 'node:fs'
import {cpus, tmpdir, totalmem} from 'node:os'
import {dirname, join} from 'node:path'
import {pipeline} from 'node:stream/promises'
import {fileURLToPath} from 'node:url'
import {parseArgs} from 'node:util'
import {createGzip} from 'node:zlib'
import {bundle} from '../scripts/bundle.js'

const here = dirname(fileURLToPath(import.meta.url))
const dumps = join(here, 'dumps')
const MEGABYTE = 1_000_000

const {values} = parseArgs({
  options: {runs: {default: '3', type: 'string'}, sizes: {default: '5,50,500,2000', type: 'string'}},
})
const sizes = values.sizes.split(',').map(Number)
const runs = Number(values.runs)

/** Targets of the analysis: at least that many times less CPU than the loop, at most that much memory. */
const TARGETS = {
  2000: {analysis: 4, rssBytes: 1000 * MEGABYTE, tables: 5},
  500: {analysis: 4, rssBytes: 300 * MEGABYTE, tables: 5},
}
const GZIP_TARGET = 1.4

/** Other programs that read heap dumps, measured if they are installed. */
const OTHERS = [
  {args: path => ['read', path, 'all'], name: 'heapy read all', program: 'heapy'},
  {args: path => [path], name: 'heap-profiler', program: 'heap-profiler'},
  {args: path => [path], name: 'reap', program: 'reap'},
]

async function makeDump(megabytes) {
  const path = join(dumps, `${megabytes}.json`)
  if (existsSync(path)) return path
  const {bavail, bsize} = statfsSync(dumps)
  const needed = megabytes * MEGABYTE * 1.5
  if (bavail * bsize < needed)
    throw new Error(`A dump of ${megabytes} MB and its gzip need ${needed / MEGABYTE} MB of disk; ${dumps} has less.`)
  process.stderr.write(`Making a dump of ${megabytes} MB …\n`)
  // Under another name until it is complete.
  execFileSync('ruby', [join(here, 'make-dump.rb'), `${path}.part`, String(megabytes)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  renameSync(`${path}.part`, path)
  return path
}

async function gzipped(path) {
  const stored = `${path}.gz`
  if (!existsSync(stored)) {
    process.stderr.write(`Compressing ${path} …\n`)
    await pipeline(createReadStream(path), createGzip(), createWriteStream(`${stored}.part`))
    renameSync(`${stored}.part`, stored)
  }

  return stored
}

// If this is set, Node reads certificates first, for 40 ms of CPU, which would distort the measurement.
const environment = {...process.env}
delete environment.NODE_EXTRA_CA_CERTS

const usageDirectory = mkdtempSync(join(tmpdir(), 'heapdump-bench-'))
const usageFile = join(usageDirectory, 'usage.json')

/** Scripts that import the plugin's TypeScript modules, so they are bundled before Node runs them. */
const BUNDLED = ['analysis.js', 'tables.js']

/** Runs one of the scripts in this folder. */
function measureScript(script, ...args) {
  const file = join(here, BUNDLED.includes(script) ? 'bundled' : '', script)
  const result = spawnSync(process.execPath, ['--import', join(here, 'usage.js'), file, ...args], {
    encoding: 'utf8',
    env: {...environment, BENCH_USAGE: usageFile},
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  if (result.status !== 0) throw new Error(`${script} ${args.join(' ')} failed.`)
  return {...JSON.parse(readFileSync(usageFile, 'utf8')), ...JSON.parse(result.stdout)}
}

/** Runs scripts in turns, since a machine's speed changes meanwhile, and takes the lowest of each script's figures. */
function measureInTurns(...scripts) {
  const rounds = Array.from({length: runs}, () => scripts.map(([script, ...args]) => measureScript(script, ...args)))
  return scripts.map((_, at) => {
    const least = figure => Math.min(...rounds.map(round => round[at][figure]))
    return {
      ...rounds[0][at],
      cpuSeconds: least('cpuSeconds'),
      rssBytes: least('rssBytes'),
      wallSeconds: least('wallSeconds'),
    }
  })
}

/** Runs another program, and reads its usage from /proc until it ends. */
function measureProgram(program, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {stdio: ['ignore', 'ignore', 'ignore']})
    const started = performance.now()
    const usage = {cpuSeconds: 0, rssBytes: 0, wallSeconds: 0}
    const look = setInterval(() => {
      try {
        const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1].split(' ')
        usage.cpuSeconds = (Number(fields[11]) + Number(fields[12])) / 100
        usage.rssBytes = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))[1]) * 1024
      } catch {
        // The program has just ended.
      }
    }, 20)
    child.on('error', reject)
    child.on('close', () => {
      clearInterval(look)
      resolve({...usage, wallSeconds: (performance.now() - started) / 1000})
    })
  })
}

const seconds = value => `${value.toFixed(2)} s`.padStart(9)
const megabytes = value => `${Math.round(value / MEGABYTE)} MB`.padStart(8)
let failed = false

function row(name, usage, loop) {
  const ratio = loop === undefined ? '' : `${(loop.cpuSeconds / usage.cpuSeconds).toFixed(1)}×`
  console.log(
    `  ${name.padEnd(34)}${seconds(usage.wallSeconds)} ${seconds(usage.cpuSeconds)} ${megabytes(usage.rssBytes)} ${ratio.padStart(7)}`,
  )
}

function target(text, reached) {
  failed ||= !reached
  console.log(`  ${reached ? 'reached' : 'MISSED '}  ${text}`)
}

async function benchmark(size) {
  const path = await makeDump(size)
  const {size: bytes} = statSync(path)
  console.log(
    `\n${Math.round(bytes / MEGABYTE)} MB\n  ${''.padEnd(34)}${'wall'.padStart(9)} ${'CPU'.padStart(9)} ${'peak RSS'.padStart(8)} ${'less CPU'.padStart(8)}`,
  )
  const large = size >= 500
  const [parse, loop, tables, analysis, zipped, streamed] = measureInTurns(
    ['parse-only.js', path],
    ['json-loop.js', path],
    ['tables.js', path],
    ['analysis.js', path],
    ...(large
      ? [
          ['analysis.js', await gzipped(path)],
          ['analysis.js', path, '-'],
        ]
      : []),
  )
  row('readline, JSON.parse, nothing else', parse)
  row('readline, JSON.parse, four counts', loop, loop)
  row('parse and tables', tables, loop)
  row('whole analysis', analysis, loop)
  if (large) {
    row('whole analysis, from .gz', zipped, loop)
    row('whole analysis, streamed', streamed, loop)
  }

  for (const {args, name, program} of OTHERS) {
    if (spawnSync('which', [program]).status === 0) row(name, await measureProgram(program, args(path)), loop)
  }

  const {objects, references} = analysis
  const floor = measureScript('idle.js')
  const perMillion = (analysis.wallSeconds / objects) * 1e6
  const perObject = (analysis.rssBytes - floor.rssBytes) / objects
  console.log(
    `  ${objects.toLocaleString('en')} objects, ${references.toLocaleString('en')} references: ${perMillion.toFixed(2)} s and ` +
      `${((analysis.cpuSeconds / objects) * 1e6).toFixed(2)} CPU s per million objects, ${Math.round(perObject)} bytes per object beyond Node's own`,
  )
  const wanted = TARGETS[size]
  if (wanted === undefined) return
  target(
    `parse and tables: ${wanted.tables}× less CPU than the loop`,
    loop.cpuSeconds / tables.cpuSeconds >= wanted.tables,
  )
  target(
    `whole analysis: ${wanted.analysis}× less CPU than the loop`,
    loop.cpuSeconds / analysis.cpuSeconds >= wanted.analysis,
  )
  target(`whole analysis: at most ${wanted.rssBytes / MEGABYTE} MB`, analysis.rssBytes <= wanted.rssBytes)
  target(
    `from .gz: within ${GZIP_TARGET}× of the plain file's time`,
    zipped.wallSeconds / analysis.wallSeconds <= GZIP_TARGET,
  )
}

execFileSync(process.execPath, [join(here, '../scripts/build.js')], {stdio: 'inherit'})
await bundle({
  input: Object.fromEntries(BUNDLED.map(name => [name, join(here, name)])),
  // As deep as src/lib, since lib/package-file.ts locates files of the package relative to its module.
  output: {chunkFileNames: '[name].js', dir: 'bench/bundled', entryFileNames: '[name]', format: 'esm'},
})
mkdirSync(dumps, {recursive: true})
const ruby = spawnSync('ruby', ['-e', 'print RUBY_VERSION'], {encoding: 'utf8'}).stdout
console.log(
  `${cpus()[0].model}, ${cpus().length} cores, ${Math.round(totalmem() / 1e9)} GB; Node ${process.version}, Ruby ${ruby}`,
)
try {
  for (const size of sizes) await benchmark(size)
} finally {
  rmSync(usageDirectory, {recursive: true})
}

process.exitCode = failed ? 1 : 0
