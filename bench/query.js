// How long heapdump:query takes on one large dump, and on many small ones of several releases: to fill the tables, and
// then for each question, as in --interactive. Numbers that heapdump:analyze has, too, must be the same: otherwise it
// fails. So must all answers of DuckDB alone over the Parquet files of the many dumps.
//
//   node bench/query.js [--megabytes 500] [--dumps 50] [--releases 5] [--small 3]
//   node bench/query.js FILE… [--parquet FOLDER]
//
// Each release has larger dumps than the one before, from `small` MB on. Wall time is how long a user waits; CPU time
// hardly depends on other work on the machine. In the same run, an analysis of the large dump, to compare with.
import {deepStrictEqual} from 'node:assert'
import {execFileSync} from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import {loadavg, tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {argv} from 'node:process'
import {fileURLToPath} from 'node:url'
import {parseArgs} from 'node:util'
import {bundle} from '../scripts/bundle.js'

const here = dirname(fileURLToPath(import.meta.url))
const lib = join(dirname(here), 'dist/lib')
const {positionals, values} = parseArgs({
  allowPositionals: true,
  options: {
    dumps: {default: '50', type: 'string'},
    megabytes: {default: '500', type: 'string'},
    parquet: {type: 'string'},
    releases: {default: '5', type: 'string'},
    small: {default: '3', type: 'string'},
  },
})

function makeDump(megabytes) {
  const file = join(here, `dumps/${megabytes}.json`)
  mkdirSync(dirname(file), {recursive: true})
  const args = [join(here, 'make-dump.rb'), file, String(megabytes)]
  if (!existsSync(file)) execFileSync('ruby', args, {stdio: ['ignore', 'ignore', 'inherit']})
  return file
}

/** Dumps in a folder, each of another process; those of a release have the same contents. */
function manyDumps(folder, count, releases) {
  return Array.from({length: count}, (_, at) => {
    const release = Math.floor((at * releases) / count)
    const source = makeDump(Number(values.small) + release)
    const storedBytes = statSync(source).size
    const file = join(folder, `${at}.json`)
    symlinkSync(source, file)
    const day = String(1 + Math.floor(at / 24)).padStart(2, '0')
    const hour = String(at % 24).padStart(2, '0')
    const dump = {
      createdAt: `2026-11-${day}T${hour}:00:00Z`,
      dyno: `web.${1 + (at % 10)}`,
      key: `heapdump/v1/202611${day}T${hour}0000Z-web.${1 + (at % 10)}-${at}-bench.json.gz`,
      pid: at,
      release: `v${200 + release}`,
      storedBytes,
    }
    writeFileSync(`${file}.facts.json`, JSON.stringify({app: 'shop', dump, facts: {}, version: 1}))
    return file
  })
}

const seconds = number => `${number.toFixed(2)} s`

/** Seconds of `run`, by the clock and of the processor. */
async function timed(run) {
  const [started, before] = [performance.now(), process.cpuUsage()]
  const result = await run()
  const {system, user} = process.cpuUsage(before)
  return {cpu: (system + user) / 1e6, result, wall: (performance.now() - started) / 1e3}
}

const reports = new Map()

/** The document of `heapdump:analyze`, once for files with the same contents. */
function reportOf(file) {
  const path = realpathSync(file)
  if (!reports.has(path)) {
    const args = [join(dirname(here), 'bin/run.js'), 'heapdump:analyze', path, '--no-cache', '--json', '--top', '5000']
    reports.set(path, JSON.parse(execFileSync(process.execPath, args, {maxBuffer: 1e9})))
  }

  return reports.get(path)
}

const sumOf = (rows, column) => rows.reduce((sum, row) => sum + row[column], 0)

/** What the rows of a question about a dump say, and the same from its report. */
const SAME = {
  'empty-collections': (rows, {collections}) => [sumOf(rows, 'objects'), collections.emptyObjects],
  garbage: (rows, {totals}) => [sumOf(rows, 'memsize'), totals.memsize - totals.reachableMemsize],
  gems: (rows, {totals}) => [sumOf(rows, 'objects'), totals.aliveObjects],
  generations: (rows, {totals}) => [sumOf(rows, 'memsize'), totals.aliveMemsize],
  'old-and-young': (rows, {classes}) => [
    Object.fromEntries(rows.map(row => [row.class, row.old_memsize + row.young_memsize])),
    Object.fromEntries(classes.filter(row => row.aliveObjects > 0).map(row => [row.name, row.aliveMemsize])),
  ],
  threads: (rows, {threads}) => [
    Object.fromEntries(rows.map(row => [row.address, row.retained])),
    Object.fromEntries(threads.map(row => [row.address, row.retainedSize - row.reservedBytes])),
  ],
}

/** Throws if a number is not that of the report. Returns the number of dumps that were compared. */
function compare(question, rows, files, ids) {
  const same = SAME[question]
  if (same === undefined) return 0
  for (const [at, id] of ids.entries()) {
    const [ours, theirs] = same(
      rows.filter(row => row.dump === id),
      reportOf(files[at]),
    )
    deepStrictEqual(ours, theirs, `${question} of ${files[at]}`)
  }

  return ids.length
}

/** Rows to compare, however an engine writes numbers. */
function plainRows(rows) {
  const plain = value => {
    const text = String(value)
    return /^(?:0x[\da-f]+|-?\d+(?:\.\d+)?)$/.test(text) ? Number(Number(text).toPrecision(12)) : text
  }
  return rows.map(row => JSON.stringify(Object.values(row).map(plain))).toSorted()
}

/** Asks an engine without us, over the files of all dumps. Throws if an answer is another one. */
async function askParquet(folder, answers) {
  const {DuckDBInstance} = await import('@duckdb/node-api')
  const connection = await (await DuckDBInstance.create(':memory:')).connect()
  await connection.run("SET disabled_optimizers = 'join_order'")
  for (const table of ['dumps', 'objects', 'refs', 'owners']) {
    const files = `'${folder}/*/*/*/tbl=${table}/*.parquet', hive_partitioning = true`
    await connection.run(`CREATE VIEW ${table} AS SELECT * FROM read_parquet(${files})`)
  }

  console.log('\n| the same from Parquet files | rows | wall | CPU | numbers |\n|---|---|---|---|---|')
  for (const {question, result, sql} of answers) {
    const {
      cpu,
      result: rows,
      wall,
    } = await timed(async () => (await connection.runAndReadAll(sql.replaceAll(':of', "'Record'"))).getRowObjects())
    deepStrictEqual(plainRows(rows), plainRows(result), `${question} from Parquet`)
    console.log(`| ${question} | ${rows.length} | ${seconds(wall)} | ${seconds(cpu)} | as above |`)
  }
}

/** In a process of its own, whose memory is measured. */
async function askAll(files) {
  const modules = {
    'named-dump': 'src/lib/inputs/named-dump.ts',
    'named-questions': 'src/lib/query/named-questions.ts',
    'open-engine': 'src/lib/query/open-engine.ts',
    'query-output': 'src/lib/cli/query-output.ts',
    'query-session': 'src/lib/cli/query-session.ts',
  }
  // Beside the bundle, where it finds packages and the worker.
  const name = `bench-${process.pid}-[name].js`
  await bundle({input: modules, output: {chunkFileNames: name, dir: lib, entryFileNames: name, format: 'esm'}})
  const ours = () => readdirSync(lib).filter(file => file.startsWith(`bench-${process.pid}-`))
  try {
    const load = module => import(join(lib, name.replace('[name]', module)))
    const [{findDumps}, {NAMED_QUESTIONS}, {openEngine}, {rowObjects}, {QuerySession}] = await Promise.all(
      Object.keys(modules).map(load),
    )
    const session = new QuerySession(await openEngine({writable: null}), await findDumps(files), {
      only: null,
      reading: {caches: null},
      showValues: false,
    })
    const silent = () => {}
    const tables = await timed(() => session.prepare('SELECT 1 FROM objects, refs, owners, dumps', silent))
    const {maxRSS} = process.resourceUsage()
    console.log(
      `| (fill the tables) | | ${seconds(tables.wall)} | ${seconds(tables.cpu)}, ${Math.round(maxRSS / 1e3)} MB | |`,
    )
    const answers = []
    for (const {name: question, sql} of NAMED_QUESTIONS) {
      const {cpu, result, wall} = await timed(async () =>
        rowObjects(await session.ask(sql.replaceAll(':of', "'Record'"))),
      )
      const compared = compare(question, result, files, session.ids)
      const same = compared === 0 ? '' : `as analyze, ${compared === 1 ? '1 dump' : `${compared} dumps`}`
      console.log(`| ${question} | ${result.length} | ${seconds(wall)} | ${seconds(cpu)} | ${same} |`)
      answers.push({question, result, sql})
    }

    await session.close()
    if (values.parquet) await askParquet(values.parquet, answers)
  } finally {
    for (const file of ours()) rmSync(join(lib, file))
  }
}

if (positionals.length > 0) await askAll(positionals)
else {
  const scratch = mkdtempSync(join(tmpdir(), 'heapdump-query-bench-'))
  try {
    const large = makeDump(values.megabytes)
    const analyze = [join(dirname(here), 'bin/run.js'), 'heapdump:analyze', large, '--no-cache', '--json']
    const {wall} = await timed(() => execFileSync(process.execPath, analyze, {maxBuffer: 1e9}))
    console.log(`load ${loadavg()[0].toFixed(1)}; analysis of ${values.megabytes} MB: ${seconds(wall)}`)
    const many = manyDumps(scratch, Number(values.dumps), Number(values.releases))
    const ask = (title, files, ...flags) => {
      console.log(`\n| ${title} | rows | wall | CPU | numbers |\n|---|---|---|---|---|`)
      execFileSync(process.execPath, [argv[1], ...files, ...flags], {stdio: 'inherit'})
    }
    ask(`${values.megabytes} MB`, [large])
    const parquet = join(scratch, 'parquet')
    const write = [join(dirname(here), 'bin/run.js'), 'heapdump:export', ...many, '--format', 'parquet', '-o', parquet]
    const {wall: writing} = await timed(() => execFileSync(process.execPath, write, {stdio: 'ignore'}))
    ask(`${many.length} dumps of ${values.releases} releases`, many, '--parquet', parquet)
    console.log(`\nParquet files of ${many.length} dumps: ${seconds(writing)}`)
  } finally {
    rmSync(scratch, {recursive: true})
  }
}
