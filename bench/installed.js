// What an installation takes on disk, with the optional packages and without:
//
//   node bench/installed.js
//
// Packs the plugin and installs the package twice, as `heroku plugins:install` does. Build first. npm downloads what
// the package needs.
import {execFileSync} from 'node:child_process'
import {mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const scratch = mkdtempSync(join(tmpdir(), 'heapdump-installed-'))
const npm = (args, cwd) => execFileSync('npm', args, {cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit']})

function sizeOf(path) {
  const stats = statSync(path, {throwIfNoEntry: false})
  if (stats === undefined) return 0
  if (!stats.isDirectory()) return stats.size
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0)
}

const megabytes = bytes => `${(bytes / 1e6).toFixed(1)} MB`

function install(name, flags) {
  const folder = join(scratch, name)
  mkdirSync(folder)
  writeFileSync(join(folder, 'package.json'), '{"private": true}')
  const quiet = ['--no-audit', '--no-fund', '--omit=dev', '--loglevel=error']
  npm(['install', ...quiet, ...flags, join(scratch, packed)], folder)
  const packages = npm(['ls', '--all', '--parseable'], folder).trim().split('\n').length - 1
  const all = sizeOf(join(folder, 'node_modules'))
  const own = sizeOf(join(folder, 'node_modules/heroku-heapdump'))
  const duckdb = sizeOf(join(folder, 'node_modules/@duckdb'))
  console.log(`| ${name} | ${packages} | ${[all, own, duckdb, all - own - duckdb].map(megabytes).join(' | ')} |`)
}

let packed = ''
try {
  const [{filename, size}] = JSON.parse(
    npm(['pack', '--ignore-scripts', '--json', '--pack-destination', scratch], root),
  )
  packed = filename
  console.log(`The package to download has ${megabytes(size)}.\n`)
  console.log('| installed | packages | all | the plugin | DuckDB | other packages |\n|---|---|---|---|---|---|')
  install('with optional packages', [])
  install('without them (--omit=optional)', ['--omit=optional'])
} finally {
  rmSync(scratch, {recursive: true})
}
