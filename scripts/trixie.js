// npm run trixie: the agent's tests, and those of other servers, with Debian trixie's Ruby 3.3, Rails 7.2 and Puma 6 in a chroot made by debootstrap.
//   node scripts/trixie.js [--directory DIR] [PATH…]     DIR is kept for the next time; PATHs are test files, all of the agent's unless given, or
//                                                        measurements (bench/agent/latency)
// Needs root and a Debian. The tests run out here as always; ruby, puma and their like are programs on PATH that go in there first, which changes
// neither pid nor process group. What they share (the checkout, /tmp, /proc) is mounted at the same paths, in a mount namespace that ends with this.
import {execFileSync, spawnSync} from 'node:child_process'
import {chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const SUITE = 'trixie'
const PACKAGES = ['ruby', 'ruby-rails', 'puma', 'ruby-pg', 'ruby-sqlite3', 'ruby-bootsnap', 'ruby-sidekiq', 'redis-server', 'unicorn', 'ruby-spring', 'libjemalloc2']
const PROGRAMS = ['ruby', 'puma', 'rails', 'unicorn', 'sidekiq', 'redis-server', 'setpriv']
const TESTS = ['test/agent', 'test/frameworks']

/** Where this machine gets its own packages from: the first URI of apt's lists, in either of their formats. */
function mirror() {
  const lists = '/etc/apt/sources.list.d'
  const files = ['/etc/apt/sources.list', ...(existsSync(lists) ? readdirSync(lists).map(file => join(lists, file)) : [])]
  for (const file of files.filter(existsSync)) {
    const uri = /^(?:URIs:|deb(?:\s+\[[^\]]*\])?)\s+(\S+\/debian\/?)(?:\s|$)/m.exec(readFileSync(file, 'utf8'))?.[1]
    if (uri) return uri
  }

  throw new Error("no mirror of Debian in apt's lists of sources")
}

function run(program, args, options = {}) {
  console.error(`$ ${program} ${args.join(' ')}`)
  execFileSync(program, args, {stdio: ['ignore', 'inherit', 'inherit'], ...options})
}

function install(directory) {
  const env = {...process.env, DEBIAN_FRONTEND: 'noninteractive'}
  if (spawnSync('debootstrap', ['--version']).error) {
    run('apt-get', ['update', '-q'], {env})
    run('apt-get', ['install', '-y', '-q', '--no-install-recommends', 'debootstrap'], {env})
  }

  if (!existsSync(join(directory, 'etc/debian_version'))) run('debootstrap', ['--variant=minbase', SUITE, directory, mirror()], {env})
  // Services that packages start have no business here.
  writeFileSync(join(directory, 'usr/sbin/policy-rc.d'), '#!/bin/sh\nexit 101\n', {mode: 0o755})
  for (const file of readdirSync('/etc/apt/apt.conf.d')) {
    const text = readFileSync(join('/etc/apt/apt.conf.d', file), 'utf8')
    if (/proxy/i.test(text)) writeFileSync(join(directory, 'etc/apt/apt.conf.d', file), text)
  }

  run('chroot', [directory, 'apt-get', 'update', '-q'], {env})
  const known = PACKAGES.filter(name => spawnSync('chroot', [directory, 'apt-cache', 'show', name]).status === 0)
  run('chroot', [directory, 'apt-get', 'install', '-y', '-q', '--no-install-recommends', ...known], {env})
  return PACKAGES.filter(name => !known.includes(name))
}

/** Programs that are found before this machine's own, and run in the chroot. */
function enter(directory, wrappers) {
  for (const program of PROGRAMS) {
    const file = join(wrappers, program)
    writeFileSync(file, `#!/bin/sh\nexec /usr/sbin/chroot '${directory}' /usr/bin/env -C "$PWD" PATH=/usr/bin:/bin:/usr/sbin:/sbin ${program} "$@"\n`)
    chmodSync(file, 0o755)
  }

  const shared = [root, tmpdir(), '/proc', '/dev', '/sys']
  for (const path of shared) mkdirSync(join(directory, path), {recursive: true})
  // Shared mounts, so that what a test mounts in /tmp is seen in there too.
  const script = ['mount --make-rshared /', ...shared.map(path => `mount --rbind '${path}' '${directory}${path}'`), 'exec "$@"'].join(' && ')
  return ['unshare', '--mount', '--propagation', 'private', 'sh', '-c', script, 'sh']
}

const args = process.argv.slice(2)
const kept = args[0] === '--directory' ? args.splice(0, 2)[1] : null
if (process.getuid() !== 0) {
  console.error('This needs root: debootstrap, chroot and mount do.')
  process.exit(1)
}

// Not in /tmp, which is mounted in there.
const directory = kept ?? mkdtempSync('/var/tmp/heapdump-trixie-')
const wrappers = mkdtempSync(join(tmpdir(), 'heapdump-trixie-'))
try {
  mkdirSync(directory, {recursive: true})
  const missing = install(directory)
  const inside = enter(directory, wrappers)
  const versions = 'puts "Ruby #{RUBY_VERSION}"; %w[rails puma pg sidekiq unicorn bootsnap].each { |n| s = Gem::Specification.find_all_by_name(n).first; puts "#{n} #{s ? s.version : "not there"}" }'
  run('chroot', [directory, 'ruby', '-e', versions])
  if (missing.length > 0) console.log(`Not in ${SUITE}: ${missing.join(', ')}`)
  run('node', ['scripts/build.js'], {cwd: root})
  const env = {...process.env, PATH: `${wrappers}:${process.env.PATH}`}
  const config = args[0]?.startsWith('bench/') ? 'bench/agent/vitest.config.ts' : 'test/frameworks/vitest.config.ts'
  const [program, ...rest] = [...inside, 'npx', 'vitest', 'run', '--config', config, ...(args.length > 0 ? args : TESTS)]
  process.exitCode = spawnSync(program, rest, {cwd: root, env, stdio: 'inherit'}).status ?? 1
} finally {
  rmSync(wrappers, {force: true, recursive: true})
  if (!kept) rmSync(directory, {force: true, recursive: true})
}
