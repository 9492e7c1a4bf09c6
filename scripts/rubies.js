// Runs the agent's tests with the Ruby, Rails and Puma of a Debian suite.
//   npm run rubies -- SUITE [--directory DIR] [PATH…]
//   SUITE  bullseye (Ruby 2.7), bookworm (3.1), trixie (3.3), sid (3.3, newest gems), experimental (3.4), or redmine
//          (trixie with Redmine, only for bench/agent/soak)
//   DIR    where to keep the chroots; default: ~/.cache/heroku-heapdump/rubies
//   PATH   test files or folders; default: all of TESTS. Also takes measurements (bench/agent/latency).
// Needs root on Debian. A run rewrites the row of its suite in docs/rubies.md.
import {execFileSync, spawnSync} from 'node:child_process'
import {existsSync, mkdtempSync, readdirSync, rmSync} from 'node:fs'
import {homedir, tmpdir} from 'node:os'
import {dirname, join, resolve} from 'node:path'
import {fileURLToPath} from 'node:url'
import {parseArgs} from 'node:util'
import {SUITES, install, inside, wrapPrograms} from './rubies/chroot.js'
import {addResults, rewriteRow} from './rubies/table.js'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const TESTS = ['test/agent', 'test/frameworks']
const KEPT = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'heroku-heapdump', 'rubies')
const VERSIONS = `
  require 'json'
  gems = %w[rails puma pg sidekiq unicorn bootsnap].to_h do |name|
    [name, Gem::Specification.find_all_by_name(name).map { |spec| spec.version.to_s }.first]
  end
  puts JSON.generate(gems.merge(ruby: RUBY_VERSION, yjit: defined?(RubyVM::YJIT) ? true : false))
`

function fail(message) {
  console.error(message)
  process.exit(1)
}

/** All test files that the table counts. */
const testFiles = () =>
  TESTS.flatMap(folder => readdirSync(join(root, folder)).map(name => `${folder}/${name}`)).filter(file =>
    file.endsWith('.test.ts'),
  )

const {positionals, values} = parseArgs({allowPositionals: true, options: {directory: {default: KEPT, type: 'string'}}})
const [suite, ...paths] = positionals
if (!Object.hasOwn(SUITES, suite ?? '')) fail(`Name a suite: ${Object.keys(SUITES).join(', ')}.`)
if (process.getuid() !== 0) fail('Run this as root: debootstrap, chroot and mount need it.')
const measures = paths[0]?.startsWith('bench/')
if (SUITES[suite].more && !measures)
  fail(`${suite} is only for measurements: npm run rubies -- ${suite} bench/agent/soak`)
const directory = resolve(values.directory, suite)
if (directory.startsWith(tmpdir())) fail(`Choose a directory outside ${tmpdir()}, which is mounted inside the chroot.`)

install(suite, directory)
const versions = JSON.parse(execFileSync('chroot', [directory, 'ruby', '-e', VERSIONS], {encoding: 'utf8'}))
console.log(
  Object.entries(versions)
    .map(([name, version]) => `${name} ${version ?? 'not installed'}`)
    .join(', '),
)
execFileSync('node', ['scripts/build.js'], {cwd: root, stdio: 'inherit'})

const temporary = mkdtempSync(join(tmpdir(), 'heapdump-rubies-'))
try {
  wrapPrograms(directory, temporary)
  const report = join(temporary, 'report.json')
  const config = measures ? 'bench/agent/vitest.config.ts' : 'test/frameworks/vitest.config.ts'
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const tests = paths.length > 0 ? paths : TESTS
  const command = ['npx', 'vitest', 'run', '--config', config, ...reporters, ...tests]
  const [program, ...args] = inside(directory, root, command)
  const subject = suite === 'redmine' ? {HEAPDUMP_SOAK_APP: suite} : {}
  const env = {...process.env, ...subject, PATH: `${temporary}:${process.env.PATH}`}
  process.exitCode = spawnSync(program, args, {cwd: root, env, stdio: 'inherit'}).status ?? 1
  // With a vitest option (`-- -t NAME`), perhaps not all tests of a file have run.
  const whole = !measures && !paths.some(path => path.startsWith('-'))
  if (whole && existsSync(report)) {
    const results = addResults(join(directory, 'var/lib/heapdump-results.json'), report, root)
    rewriteRow(join(root, 'docs/rubies.md'), suite, versions, results, testFiles())
  }
} finally {
  rmSync(temporary, {force: true, recursive: true})
}
