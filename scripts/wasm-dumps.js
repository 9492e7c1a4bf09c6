// npm run wasm-dumps -- 4.0 head: dumps of Rubies that no Debian suite has, for test/fixtures/dumps. ruby.wasm publishes
// CRuby 3.2 to 4.0 and Ruby's head as npm packages; they are 32-bit builds without threads, so without Ractors that run.
// Each package takes about 150 MB below ~/.cache/heroku-heapdump/wasm-rubies; delete the folder to fetch newer ones.
import {execFileSync} from 'node:child_process'
import {existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {createRequire} from 'node:module'
import {homedir, tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath, pathToFileURL} from 'node:url'
import {WASI} from 'node:wasi'
import {gzipSync} from 'node:zlib'

const CACHE = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'heroku-heapdump', 'wasm-rubies')
const FIXTURES = fileURLToPath(new URL('../test/fixtures/dumps/', import.meta.url))
const PROGRAMS = fileURLToPath(new URL('../test/support/ruby/', import.meta.url))
/** Links of the chain in owners.rb. */
const LINKS = 60

/** Fetches what is not in the cache, and compiles a Ruby. */
async function rubyOf(version) {
  const names = ['@ruby/wasm-wasi', `@ruby/${version}-wasm-wasi`]
  mkdirSync(CACHE, {recursive: true})
  if (!names.every(name => existsSync(join(CACHE, 'node_modules', name))))
    execFileSync('npm', ['install', '--silent', '--no-audit', '--no-fund', '--prefix', CACHE, ...names], {
      stdio: 'inherit',
    })
  const {resolve} = createRequire(join(CACHE, 'index.js'))
  const {RubyVM} = await import(pathToFileURL(resolve('@ruby/wasm-wasi')))
  const file = join(CACHE, 'node_modules', `@ruby/${version}-wasm-wasi`, 'dist', 'ruby+stdlib.wasm')
  return {RubyVM, module: await WebAssembly.compile(readFileSync(file))}
}

/** Runs a program as `ruby PROGRAM LINKS >dump 2>kept`. */
async function run({RubyVM, module}, program) {
  const folder = mkdtempSync(join(tmpdir(), 'wasm-dump-'))
  try {
    const wasi = new WASI({env: {}, preopens: {'/host': folder}, returnOnExit: true, version: 'preview1'})
    const {vm} = await RubyVM.instantiateModule({
      args: ['ruby', '--disable=gems', '-e_=0'],
      module,
      wasip1: wasi,
    })
    const set = `ARGV.replace(['${LINKS}']); $stdout = File.open('/host/dump', 'wb'); $stderr = File.open('/host/kept', 'w')`
    vm.eval(set)
    vm.eval(readFileSync(join(PROGRAMS, `${program}.rb`), 'utf8'))
    const version = vm.eval('$stdout.close; $stderr.close; RUBY_VERSION').toString()
    return {
      dump: readFileSync(join(folder, 'dump')),
      kept: readFileSync(join(folder, 'kept'), 'utf8'),
      version,
    }
  } finally {
    rmSync(folder, {recursive: true})
  }
}

async function write(name, program) {
  const {dump, kept, version} = await run(await rubyOf(name), program)
  const file = `ruby-${version.split('.').slice(0, 2).join('.')}-${program}`
  writeFileSync(join(FIXTURES, `${file}.json.gz`), gzipSync(dump, {level: 9}))
  writeFileSync(join(FIXTURES, `${file}.kept.json`), `${kept.trim()}\n`)
  console.log(`${file}: ${(dump.length / 1e6).toFixed(1)} MB`)
}

const [first, ...rest] = process.argv.slice(2)
if (first === undefined) {
  console.error('Which Ruby? For example: npm run wasm-dumps -- 4.0 head')
  process.exit(2)
} else if (first === '--write') {
  await write(...rest)
} else {
  // A second Ruby in one process ends with a segmentation fault.
  for (const name of [first, ...rest])
    for (const program of ['owners', 'variables'])
      execFileSync(process.execPath, ['--no-warnings', fileURLToPath(import.meta.url), '--write', name, program], {
        stdio: 'inherit',
      })
}
