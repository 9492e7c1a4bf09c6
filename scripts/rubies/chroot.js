// A Debian suite in a directory, with its Ruby and the gems that the tests use. It is created once and kept; programs
// run in it one at a time.
import {execFileSync, spawnSync} from 'node:child_process'
import {chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

/**
 * `base`: the suite to debootstrap; `ruby`: the Ruby of another suite that replaces its own; `more`: extra packages.
 */
export const SUITES = {
  bookworm: {base: 'bookworm'},
  bullseye: {base: 'bullseye'},
  experimental: {base: 'sid', ruby: '3.4'},
  redmine: {base: 'trixie', more: ['redmine', 'redmine-pgsql']},
  sid: {base: 'sid'},
  trixie: {base: 'trixie'},
}
const GEMS = ['ruby-rails', 'puma', 'ruby-pg', 'ruby-sqlite3', 'ruby-bootsnap', 'ruby-sidekiq', 'unicorn']
const PACKAGES = ['ruby', ...GEMS, 'redis-server', 'libjemalloc2']
/** Debian builds extensions only for its own Ruby: these are compiled for the other one, in this order. */
const EXTENSIONS = [
  'ruby-json',
  'ruby-msgpack',
  'ruby-nio4r',
  'ruby-websocket-driver',
  'ruby-nokogiri',
  'ruby-sqlite3',
  'ruby-bootsnap',
  'ruby-pg',
  'puma',
]
const HEADERS = ['libpq-dev', 'libsqlite3-dev', 'libssl-dev', 'libxml2-dev', 'libxslt1-dev']
const COMPILE = ['build-essential', 'dpkg-dev', 'git', 'ragel', ...HEADERS]
const PROGRAMS = ['ruby', 'puma', 'rails', 'unicorn', 'sidekiq', 'redis-server', 'setpriv']
const INSTALL = ['apt-get', 'install', '-y', '-q', '--no-install-recommends']
const env = {...process.env, DEBIAN_FRONTEND: 'noninteractive'}

/** The mirror this machine uses: the first URI in apt's lists, in either of their formats. */
function mirror() {
  const lists = '/etc/apt/sources.list.d'
  const others = existsSync(lists) ? readdirSync(lists).map(file => join(lists, file)) : []
  const files = ['/etc/apt/sources.list', ...others]
  for (const file of files.filter(existsSync)) {
    const text = readFileSync(file, 'utf8')
    const uri = /^(?:URIs:|deb(?:\s+\[[^\]]*\])?)\s+(\S+\/debian\/?)(?:\s|$)/m.exec(text)?.[1]
    if (uri) return uri
  }

  throw new Error("no Debian mirror in apt's source lists")
}

function run(program, ...args) {
  console.error(`$ ${program} ${args.join(' ')}`)
  execFileSync(program, args, {env, stdio: ['ignore', 'inherit', 'inherit']})
}

/** Creates the suite's chroot, or completes it. A file in it marks it as complete. */
export function install(suite, directory) {
  const {base, more = [], ruby} = SUITES[suite]
  const done = join(directory, 'var/lib/heapdump-rubies')
  const wanted = JSON.stringify({EXTENSIONS: ruby ? EXTENSIONS : [], PACKAGES: [...PACKAGES, ...more], ruby})
  if (existsSync(done) && readFileSync(done, 'utf8') === wanted) return
  if (spawnSync('debootstrap', ['--version']).error) {
    run('apt-get', 'update', '-q')
    run(...INSTALL, 'debootstrap')
  }

  mkdirSync(directory, {recursive: true})
  if (!existsSync(join(directory, 'etc/debian_version'))) {
    run('debootstrap', '--variant=minbase', base, directory, mirror())
  }

  configure(suite, directory)
  run('chroot', directory, 'apt-get', 'update', '-q')
  run('chroot', directory, ...INSTALL, ...PACKAGES, ...more)
  if (ruby) replaceRuby(ruby, directory)
  writeFileSync(done, wanted)
}

function configure(suite, directory) {
  const {base, ruby} = SUITES[suite]
  // Keeps packages from starting services.
  writeFileSync(join(directory, 'usr/sbin/policy-rc.d'), '#!/bin/sh\nexit 101\n', {mode: 0o755})
  for (const file of readdirSync('/etc/apt/apt.conf.d')) {
    const text = readFileSync(join('/etc/apt/apt.conf.d', file), 'utf8')
    if (/proxy/i.test(text)) writeFileSync(join(directory, 'etc/apt/apt.conf.d', file), text)
  }

  // On a mirror that is a few days behind, sid's Release file has expired.
  const options = join(directory, 'etc/apt/apt.conf.d/99valid')
  if (base === 'sid') writeFileSync(options, 'Acquire::Check-Valid-Until "false";\n')
  if (!ruby) return
  const lists = [`deb ${mirror()} ${suite} main`, `deb-src ${mirror()} ${base} main`]
  writeFileSync(join(directory, 'etc/apt/sources.list.d/heapdump.list'), lists.join('\n') + '\n')
}

/** Makes `ruby` the other Ruby, and builds the extensions that Debian has built for its own. */
function replaceRuby(version, directory) {
  run('chroot', directory, ...INSTALL, `ruby${version}`, `ruby${version}-dev`, ...COMPILE)
  run('chroot', directory, 'dpkg-divert', '--local', '--rename', '--add', '/usr/bin/ruby')
  run('chroot', directory, 'ln', '-sfn', `ruby${version}`, '/usr/bin/ruby')
  copyFileSync(fileURLToPath(new URL('install-gem.rb', import.meta.url)), join(directory, 'var/tmp/install-gem.rb'))
  for (const name of EXTENSIONS) {
    run('chroot', directory, 'ruby', '/var/tmp/install-gem.rb', unpackSource(name, directory))
  }
}

/**
 * Returns the package's source folder in the chroot. If it already exists, from an earlier run or unpacked by you, it
 * is used.
 */
function unpackSource(name, directory) {
  const sources = join('/var/tmp/sources', name)
  const here = join(directory, sources)
  if (existsSync(here)) return sources
  mkdirSync(here, {recursive: true})
  try {
    const version = `$(dpkg-query -W -f '\${source:Version}' ${name})`
    run('chroot', directory, 'sh', '-c', `cd ${sources} && apt-get source -q ${name}=${version}`)
    return sources
  } catch {
    rmSync(here, {recursive: true})
    throw new Error(`This mirror has no source of ${name}. Unpack it as ${here}, then run this again.`)
  }
}

/** Writes programs that shadow this machine's own. They run in the chroot; pid and process group stay the same. */
export function wrapPrograms(directory, wrappers) {
  for (const program of PROGRAMS) {
    const file = join(wrappers, program)
    const environment = '/usr/bin/env -C "$PWD" PATH=/usr/bin:/bin:/usr/sbin:/sbin'
    writeFileSync(file, `#!/bin/sh\nexec /usr/sbin/chroot '${directory}' ${environment} ${program} "$@"\n`)
    chmodSync(file, 0o755)
  }
}

/**
 * Wraps a command so that the checkout, the temporary directory and /proc are also in the chroot, at the same paths.
 */
export function inside(directory, root, command) {
  const shared = [root, tmpdir(), '/proc', '/dev', '/sys']
  for (const path of shared) mkdirSync(join(directory, path), {recursive: true})
  // Shared mounts, so that the chroot sees what a test mounts in /tmp. They end with the command's mount namespace.
  const mounts = shared.map(path => `mount --rbind '${path}' '${directory}${path}'`)
  const script = ['mount --make-rshared /', ...mounts, 'exec "$@"'].join(' && ')
  return ['unshare', '--mount', '--propagation', 'private', 'sh', '-c', script, 'sh', ...command]
}
