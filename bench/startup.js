// How long a command takes to answer, inside the Heroku CLI and alone, and how much disk the plugin takes:
//
//   node bench/startup.js [--rounds 9] [DIRECTORY…]
//
// Measures this checkout, or each given one (built, with its node_modules), to compare before and after in one run. All
// commands run in turns, since a machine's speed changes meanwhile; figures are medians. Wall time is how long a user
// waits; CPU time hardly depends on other work on the machine.
import {execFileSync} from 'node:child_process'
import {existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync} from 'node:fs'
import {loadavg, tmpdir} from 'node:os'
import {dirname, join, resolve} from 'node:path'
import {fileURLToPath} from 'node:url'
import {parseArgs} from 'node:util'
import {installHerokuCli} from '../test/support/heroku-cli.js'

const here = dirname(fileURLToPath(import.meta.url))
const {positionals, values} = parseArgs({allowPositionals: true, options: {rounds: {default: '9', type: 'string'}}})
const checkouts = positionals.length > 0 ? positionals.map(one => resolve(one)) : [dirname(here)]
const rounds = Number(values.rounds)

/** Target: seconds beyond `--version` of the same host. */
const TARGETS = {analysis: 0.35, cached: 0.25}

const dump = join(here, 'dumps/3.json')
if (!existsSync(dump)) {
  mkdirSync(dirname(dump), {recursive: true})
  execFileSync('ruby', [join(here, 'make-dump.rb'), dump, '3'], {stdio: ['ignore', 'ignore', 'inherit']})
}

/** The wall and CPU seconds of one run. */
function measure({command, cwd, env}) {
  const script = 'TIMEFORMAT="%3R %3U %3S"; { time "$@" >/dev/null 2>&1; } 2>&1'
  const text = execFileSync('bash', ['-c', script, 'measure', ...command], {cwd, encoding: 'utf8', env})
  const [wall, user, system] = text.trim().split(/\s+/).map(Number)
  return {cpu: user + system, wall}
}

const median = numbers => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]
const seconds = number => `${number.toFixed(2)} s`

/** The bytes of all files in a folder and below. */
function sizeOf(folder) {
  return readdirSync(folder, {withFileTypes: true}).reduce((sum, entry) => {
    const path = join(folder, entry.name)
    return sum + (entry.isDirectory() ? sizeOf(path) : entry.isFile() ? statSync(path).size : 0)
  }, 0)
}

/** The size and packages of an installed plugin. */
function describeInstalled({home}) {
  const modules = join(home, 'data/heroku/node_modules')
  const {packages} = JSON.parse(readFileSync(join(modules, '.package-lock.json'), 'utf8'))
  const scripts = Object.entries(packages).filter(([, {hasInstallScript}]) => hasInstallScript)
  const [all, own] = [sizeOf(modules), sizeOf(join(modules, 'heroku-heapdump'))].map(size => (size / 1e6).toFixed(1))
  const names = scripts.map(([path]) => path.replace(/.*node_modules\//, '')).join(', ')
  return `${all} MB unpacked, of which the plugin is ${own} MB; ${Object.keys(packages).length} packages, with an install script: ${names || 'none'}`
}

const ANALYZE = ['heapdump:analyze', dump]
const COMMANDS = {
  '--version': ['--version'],
  version: ['version'],
  analysis: [...ANALYZE, '--no-cache'],
  cached: ANALYZE,
}

/** The commands of one host, each with its samples. */
function cellsOf(host, command, {cwd, env}, names) {
  return names.map(name => ({command: [...command, ...COMMANDS[name]], cwd, env, host, name, samples: []}))
}

const scratch = mkdtempSync(join(tmpdir(), 'heapdump-startup-'))
const [bare, ...clis] = await Promise.all([null, ...checkouts].map(() => installHerokuCli(null)))
try {
  const cells = cellsOf('heroku without the plugin', [bare.program], {cwd: bare.home, env: bare.env}, ['version'])
  for (const [at, checkout] of checkouts.entries()) {
    console.error(`Installing ${checkout} into its own Heroku CLI …`)
    await clis[at].installPlugin(checkout)
    const {env, home, program} = clis[at]
    console.log(`${checkout}: ${describeInstalled(clis[at])}`)
    cells.push(...cellsOf(`heroku, ${checkout}`, [program], {cwd: home, env}, Object.keys(COMMANDS)))
    const alone = [process.execPath, join(checkout, 'bin/run.js')]
    const options = {cwd: scratch, env: {...env, XDG_CACHE_HOME: join(scratch, String(at))}}
    cells.push(...cellsOf(`alone, ${checkout}`, alone, options, ['--version', 'analysis', 'cached']))
  }

  // The first run of each command fills caches.
  for (const cell of cells) measure(cell)
  const before = loadavg()[0]
  for (let round = 0; round < rounds; round++) for (const cell of cells) cell.samples.push(measure(cell))

  const figure = (host, name, kind) =>
    median(cells.find(cell => cell.host === host && cell.name === name).samples.map(sample => sample[kind]))
  const load = [before, loadavg()[0]].map(number => number.toFixed(1)).join(' to ')
  console.log(`\nMedians of ${rounds} runs in turns; load ${load}\n`)
  console.log('| host | command | wall | CPU | wall beyond --version | CPU beyond --version | target |')
  console.log('|---|---|---|---|---|---|---|')
  for (const {host, name} of cells) {
    const [wall, cpu] = ['wall', 'cpu'].map(kind => figure(host, name, kind))
    const over = TARGETS[name]
      ? [
          ...['wall', 'cpu'].map(kind => seconds(figure(host, name, kind) - figure(host, '--version', kind))),
          `≤ ${seconds(TARGETS[name])}`,
        ]
      : ['', '', '']
    console.log(`| ${[host, name, seconds(wall), seconds(cpu), ...over].join(' | ')} |`)
  }

  for (const checkout of checkouts) {
    const ratio = kind =>
      figure(`heroku, ${checkout}`, 'version', kind) / figure('heroku without the plugin', 'version', kind)
    console.log(
      `\nheroku version with the plugin of ${checkout}, relative to without: wall ${ratio('wall').toFixed(2)}, CPU ${ratio('cpu').toFixed(2)}`,
    )
  }
} finally {
  rmSync(scratch, {force: true, recursive: true})
  await Promise.all([bare, ...clis].map(cli => cli.remove()))
}
