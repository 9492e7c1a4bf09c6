// What an export costs: the time, memory and size of each format, beside an analysis of the same dump:
//
//   node bench/export.js [--sizes 50,500,2000] [--runs 3]
//
// Nothing comes from the cache. The commands of a size run in turns, since a machine's speed changes meanwhile; figures
// are medians. Ratios are of times in this run. Build first. The machine's own Ruby makes the dumps, once, in
// bench/dumps.
import {execFileSync, spawnSync} from 'node:child_process'
import {existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync} from 'node:fs'
import {cpus, loadavg, tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {parseArgs} from 'node:util'

const here = dirname(fileURLToPath(import.meta.url))
const {values} = parseArgs({
  options: {runs: {default: '3', type: 'string'}, sizes: {default: '50,500,2000', type: 'string'}},
})
const scratch = mkdtempSync(join(tmpdir(), 'heapdump-export-'))
const usageFile = join(scratch, 'usage.json')

const FORMATS = {
  heapsnapshot: ['--format', 'heapsnapshot'],
  pprof: ['--format', 'pprof'],
  'pprof --by site': ['--format', 'pprof', '--by', 'site'],
  folded: ['--format', 'folded'],
  parquet: ['--format', 'parquet'],
}

function dumpOf(megabytes) {
  const path = join(here, `dumps/${megabytes}.json`)
  if (existsSync(path)) return path
  mkdirSync(dirname(path), {recursive: true})
  // Under another name until it is complete.
  const script = [join(here, 'make-dump.rb'), `${path}.part`, megabytes]
  execFileSync('ruby', script, {stdio: ['ignore', 'ignore', 'inherit']})
  renameSync(`${path}.part`, path)
  return path
}

/** The bytes of a file, or of all files in a folder. */
function sizeOf(path) {
  if (statSync(path).isFile()) return statSync(path).size
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0)
}

function measure(args) {
  const program = ['--import', join(here, 'usage.js'), join(here, '../bin/run.js')]
  const {NODE_EXTRA_CA_CERTS: _slow, ...env} = process.env
  const {status} = spawnSync(process.execPath, [...program, ...args], {
    env: {...env, BENCH_USAGE: usageFile, XDG_CACHE_HOME: join(scratch, 'cache')},
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  if (status !== 0) throw new Error(`${args.join(' ')} failed.`)
  return JSON.parse(readFileSync(usageFile, 'utf8'))
}

const median = (samples, kind) =>
  samples.map(sample => sample[kind]).toSorted((a, b) => a - b)[Math.floor(samples.length / 2)]
const megabytes = bytes => `${(bytes / 1e6).toFixed(1)} MB`

function benchmark(size) {
  const dump = dumpOf(size)
  const output = join(scratch, 'out')
  const cells = [
    {args: ['heapdump:analyze', dump, '--no-cache', '--json'], bytes: null, name: 'analyze --json', samples: []},
    ...Object.entries(FORMATS).map(([name, flags]) => ({
      args: ['heapdump:export', dump, '--no-cache', ...flags, '-o', output],
      bytes: 0,
      name: `export --format ${name}`,
      samples: [],
    })),
  ]
  const before = loadavg()[0]
  for (let run = 0; run < Number(values.runs); run++) {
    for (const cell of cells) {
      mkdirSync(output)
      cell.samples.push(measure(cell.args))
      if (cell.bytes !== null) cell.bytes = sizeOf(output)
      rmSync(output, {recursive: true})
    }
  }

  const load = [before, loadavg()[0]].map(number => number.toFixed(1)).join(' to ')
  console.log(`\nA dump of ${megabytes(statSync(dump).size)}; medians of ${values.runs} runs; load ${load}\n`)
  console.log('| command | size | wall | CPU | peak RSS | wall, relative to analyze |')
  console.log('|---|---|---|---|---|---|')
  const base = median(cells[0].samples, 'wallSeconds')
  for (const {bytes, name, samples} of cells) {
    const [wall, cpu, rss] = ['wallSeconds', 'cpuSeconds', 'rssBytes'].map(kind => median(samples, kind))
    const row = [
      name,
      bytes === null ? '' : megabytes(bytes),
      `${wall.toFixed(2)} s`,
      `${cpu.toFixed(2)} s`,
      `${Math.round(rss / 1e6)} MB`,
      (wall / base).toFixed(2),
    ]
    console.log(`| ${row.join(' | ')} |`)
  }
}

try {
  console.log(`${cpus()[0].model}, ${cpus().length} cores, Node ${process.version}`)
  for (const size of values.sizes.split(',')) benchmark(size)
} finally {
  rmSync(scratch, {force: true, recursive: true})
}
