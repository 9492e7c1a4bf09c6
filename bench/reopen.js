// What the cache saves: how long a question about a dump takes before and after the dump was analyzed, and what keeping
// it costs the first analysis:
//
//   node bench/reopen.js [--megabytes 100] [--rounds 7] [DIRECTORY…]
//
// Measures this checkout, or each given one (built, with its node_modules), on a gzipped dump, as a file and in a
// bucket. All commands run in turns, since a machine's speed changes meanwhile; figures are medians.
import {execFileSync, spawn} from 'node:child_process'
import {existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs'
import {loadavg, tmpdir} from 'node:os'
import {dirname, join, resolve} from 'node:path'
import {fileURLToPath} from 'node:url'
import {parseArgs} from 'node:util'
import {gzipSync} from 'node:zlib'
import {bucketVars, startBucket} from '../test/support/services.js'
import {dotenv} from '../test/support/stage.js'

const here = dirname(fileURLToPath(import.meta.url))
const {positionals, values} = parseArgs({
  allowPositionals: true,
  options: {megabytes: {default: '100', type: 'string'}, rounds: {default: '7', type: 'string'}},
})
const checkouts = positionals.length > 0 ? positionals.map(one => resolve(one)) : [dirname(here)]

/** Target: seconds beyond `--version` until the answer to any question about a dump that was analyzed is printed. */
const TARGET = 0.5

const dump = join(here, `dumps/${values.megabytes}.json`)
if (!existsSync(dump)) {
  mkdirSync(dirname(dump), {recursive: true})
  execFileSync('ruby', [join(here, 'make-dump.rb'), dump, values.megabytes], {stdio: ['ignore', 'ignore', 'inherit']})
}

if (!existsSync(`${dump}.gz`)) writeFileSync(`${dump}.gz`, gzipSync(readFileSync(dump)))

const scratch = mkdtempSync(join(tmpdir(), 'heapdump-reopen-'))
const usageFile = join(scratch, 'usage.json')
const s3 = await startBucket()
s3.seed([{body: readFileSync(`${dump}.gz`), key: 'heapdump/v1/20261124T081200Z-web.1-4-reopen.json.gz'}])
const envFile = join(scratch, '.env')
writeFileSync(envFile, dotenv(bucketVars(s3)))

/** The usage of one run. Asynchronous, because the bucket is in this process. */
function measure({args, cache, checkout}) {
  return new Promise((done, fail) => {
    const {NODE_EXTRA_CA_CERTS: _slow, ...env} = process.env
    const program = ['--import', join(here, 'usage.js'), join(checkout, 'bin/run.js')]
    const child = spawn(process.execPath, [...program, ...args], {
      env: {...env, BENCH_USAGE: usageFile, COLUMNS: '100', XDG_CACHE_HOME: cache},
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    child.on('error', fail)
    child.on('close', code =>
      code === 0 ? done(JSON.parse(readFileSync(usageFile, 'utf8'))) : fail(new Error(`${args.join(' ')} failed.`)),
    )
  })
}

const SOURCES = {file: [`${dump}.gz`], stored: ['latest', '--env', envFile]}

/** Commands of one checkout and one source, each with its samples. `isFirst`: the cache is empty before it. */
function cellsOf(checkout, source, at) {
  const [name, ...flags] = SOURCES[source]
  const cell = (title, args, isFirst = false) => ({
    args: [...args, ...flags],
    cache: join(scratch, `${at}-${source}`),
    checkout,
    isFirst,
    samples: [],
    source,
    title,
  })
  return [
    cell('analyze, first', ['heapdump:analyze', name], true),
    cell('analyze, again', ['heapdump:analyze', name]),
    cell('analyze --section dominators', ['heapdump:analyze', name, '--section', 'dominators', '--top', '100']),
    cell('analyze --class Record', ['heapdump:analyze', name, '--class', 'Record']),
    cell('explain Record', ['heapdump:explain', name, 'Record']),
    cell('explain Record --show-values', ['heapdump:explain', name, 'Record', '--show-values']),
  ]
}

const reportsOf = cache =>
  existsSync(cache)
    ? readdirSync(cache, {recursive: true}).filter(name => name.endsWith('.json') && name.includes('heapdump-reports'))
    : []
const heapBytes = cache =>
  existsSync(cache)
    ? readdirSync(cache, {recursive: true})
        .filter(name => name.endsWith('.heap'))
        .reduce((sum, name) => sum + statSync(join(cache, name)).size, 0)
    : 0

try {
  const cells = checkouts.flatMap((checkout, at) => [
    {args: ['--version'], cache: scratch, checkout, samples: [], source: '', title: '--version'},
    ...Object.keys(SOURCES).flatMap(source => cellsOf(checkout, source, at)),
  ])
  const round = async keep => {
    for (const cell of cells) {
      if (cell.isFirst) rmSync(cell.cache, {force: true, recursive: true})
      // Only `again` may take a report from the cache: the others compute theirs.
      const isAgain = cell.title === 'analyze, again'
      if (!isAgain) for (const name of reportsOf(cell.cache)) rmSync(join(cell.cache, name))
      const usage = await measure(cell)
      if (keep) cell.samples.push(usage)
    }
  }

  // The first run of each command fills the system's caches.
  await round(false)
  const before = loadavg()[0]
  for (let at = 0; at < Number(values.rounds); at++) await round(true)

  const figure = (cell, kind) => {
    const sorted = cell.samples.map(sample => sample[kind]).toSorted((a, b) => a - b)
    return sorted[Math.floor(sorted.length / 2)]
  }
  const seconds = number => `${number.toFixed(2)} s`
  const load = [before, loadavg()[0]].map(number => number.toFixed(1)).join(' to ')
  console.log(
    `A dump of ${Math.round(statSync(dump).size / 1e6)} MB, ${Math.round(statSync(`${dump}.gz`).size / 1e6)} MB`,
  )
  console.log(`gzipped. Medians of ${values.rounds} runs in turns; load ${load}.\n`)
  console.log('| checkout | dump | command | wall | CPU | answered beyond --version | peak RSS |')
  console.log('|---|---|---|---|---|---|---|')
  for (const cell of cells) {
    const version = cells.find(one => one.checkout === cell.checkout && one.title === '--version')
    const [wall, cpu, rss] = ['wallSeconds', 'cpuSeconds', 'rssBytes'].map(kind => figure(cell, kind))
    const beyond = figure(cell, 'answeredSeconds') - figure(version, 'answeredSeconds')
    const row = [cell.checkout, cell.source, cell.title, seconds(wall), seconds(cpu), seconds(beyond)]
    console.log(`| ${[...row, `${Math.round(rss / 1e6)} MB`].join(' | ')} |`)
    const isReopening = heapBytes(cell.cache) > 0 && /again|--section|--class|explain Record$/.test(cell.title)
    if (isReopening && beyond > TARGET) {
      console.log(`MISSED: more than ${seconds(TARGET)} beyond --version`)
      process.exitCode = 1
    }
  }

  for (const [at, checkout] of checkouts.entries())
    console.log(`\n${checkout}: the kept heap takes ${(heapBytes(join(scratch, `${at}-file`)) / 1e6).toFixed(1)} MB`)
} finally {
  await s3.stop()
  rmSync(scratch, {force: true, recursive: true})
}
