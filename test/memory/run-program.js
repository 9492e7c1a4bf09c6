// Runs a program of test/memory/programs with the real agent, dumps it, and has the built plugin judge the dump.
import {spawn} from 'node:child_process'
import {mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {basename, dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {dotenv} from '../support/stage.js'

const directory = dirname(fileURLToPath(import.meta.url))
const root = dirname(dirname(directory))
const AGENT = join(root, 'buildpack/agent/agent.rb')
const READY_MS = 120_000

/**
 * @typedef {object} MemoryProgram
 * @property {string} name
 * @property {string} file
 * @property {string[]} rules the first suspect's rule is one of them; `none`: no suspect above `low`
 * @property {string | null} names what the evidence names
 * @property {string | null} needs a library of Ruby, `yjit` or `jemalloc`
 * @property {number} dumps
 * @property {string | null} grows what heapdump:diff says grew
 * @property {Record<string, string>} env
 * @property {Record<string, string> | null} remedy what the advice sets
 * @property {'rss' | 'private'} measure
 */

/** @returns {MemoryProgram} */
export function readProgram(name) {
  const file = join(directory, 'programs', `${name}.rb`)
  const fields = Object.fromEntries(
    [...readFileSync(file, 'utf8').matchAll(/^# (\w+): (.+)$/gm)].map(([, field, value]) => [field, value]),
  )
  return {
    dumps: Number(fields.dumps ?? 1),
    env: variables(fields.env),
    file,
    grows: fields.grows ?? null,
    measure: fields.measure === 'private' ? 'private' : 'rss',
    name,
    names: fields.names ?? null,
    needs: fields.needs ?? null,
    remedy: fields.remedy === undefined ? null : variables(fields.remedy),
    rules: fields.rule.split(', '),
  }
}

export function programNames() {
  return readdirSync(join(directory, 'programs'))
    .map(file => basename(file, '.rb'))
    .toSorted()
}

function variables(text = '') {
  return Object.fromEntries(
    text
      .split(', ')
      .filter(Boolean)
      .map(pair => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  )
}

/** @param {MemoryProgram} program */
export async function isAvailable({needs}) {
  if (needs === null) return true
  const [env, code] =
    needs === 'yjit'
      ? [{RUBYOPT: '--yjit'}, 'exit RubyVM::YJIT.enabled?']
      : needs === 'jemalloc'
        ? [{LD_PRELOAD: 'libjemalloc.so.2'}, 'exit File.read("/proc/self/maps").include?("jemalloc")']
        : [{}, `require "${needs}"`]
  return (await run('ruby', ['-W0', '-e', code], {...process.env, ...env})).status === 0
}

/**
 * Runs the program with more variables, and dumps it as often as it is ready.
 *
 * @param {MemoryProgram} program
 * @param {{vars: Record<string, string>}} services
 * @param {{env?: Record<string, string>, onDumped?: (stage: Stage) => Promise<void>}} [options]
 * @typedef {{cli: (...args: string[]) => Promise<any>, pid: number}} Stage
 */
export async function dumpProgram(program, services, {env = {}, onDumped = async () => {}} = {}) {
  const home = mkdtempSync(join(tmpdir(), 'heapdump-memory-'))
  const settings = join(home, 'env')
  const vars = {...services.vars, HEAPDUMP_SECRET: 'a secret of the programs and their dumps'}
  writeFileSync(settings, dotenv(vars))
  const {RUBYOPT: options = '', ...more} = {...program.env, ...env}
  const child = spawn('nice', ['-n', '19', 'ruby', program.file], {
    // Its own process group, so that its forks exit with it.
    detached: true,
    env: {
      DYNO: 'web.1',
      HEAPDUMP_COOLDOWN: '0',
      HEAPDUMP_GRACE: '0',
      HOME: home,
      LANG: 'C.UTF-8',
      PATH: process.env.PATH,
      RUBYOPT: `${options} -W0 -r${AGENT} -r${join(directory, 'lib.rb')}`.trim(),
      TMPDIR: home,
      ...vars,
      ...more,
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let log = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (log += chunk))
  const ended = new Promise(resolve => child.once('close', resolve))
  const cli = async (...args) => {
    const {status, stderr, stdout} = await run(
      process.execPath,
      [join(root, 'bin/run.js'), ...args, '--env', settings],
      {
        HOME: home,
        PATH: process.env.PATH,
        XDG_CACHE_HOME: join(home, 'cache'),
      },
    )
    if (!stdout.startsWith('{') && !stdout.startsWith('['))
      throw new Error(`${args.join(' ')}: ${status} ${stderr}${stdout}`)
    return JSON.parse(stdout)
  }

  try {
    const reports = []
    const dumps = []
    for (let number = 1; number <= program.dumps; number++) {
      await waitFor(
        () => log.split('\nready ').length + (log.startsWith('ready ') ? 1 : 0) > number,
        child,
        () => log,
      )
      await waitFor(
        () => log.includes('is listening for dump requests'),
        child,
        () => log,
      )
      const pid = Number(/ready (\d+)/.exec(log)[1])
      const triggered = await cli('heapdump:trigger', '--yes', '--json', '--no-redact')
      const {key = null} = triggered.processes?.find(one => one.pid === pid) ?? {}
      if (key === null) throw new Error(`${program.name} was not dumped: ${JSON.stringify(triggered)}\n${log}`)
      dumps.push(key)
      reports.push(await cli('heapdump:analyze', key, '--json'))
      await onDumped({cli, pid})
      child.stdin.write('go\n')
    }

    const diff = dumps.length > 1 ? await cli('heapdump:diff', dumps[0], dumps[1], '--json') : null
    return {diff, dumps, reports}
  } finally {
    try {
      process.kill(-child.pid, 'SIGKILL')
    } catch {
      // It has exited.
    }

    await ended
    rmSync(home, {force: true, recursive: true})
  }
}

/** The bytes that the program's remedy should lower. */
export function measured({measure}, {process: parts}) {
  return measure === 'private' ? parts.anonymous.privateBytes : parts.rssBytes
}

/** What is wrong with the verdict; empty: nothing. */
export function faultsOf(program, {diff, reports}) {
  const [{suspects}] = reports
  const accused = suspects.filter(({severity}) => severity !== 'low')
  const faults = []
  if (program.rules.includes('none')) {
    if (accused.length > 0) faults.push(`healthy, but accused: ${accused[0].rule}`)
    return faults
  }

  const [first] = suspects
  if (first === undefined || !program.rules.includes(first.rule)) faults.push(`first is ${first?.rule ?? 'nothing'}`)
  else if (program.names !== null && !first.evidence.some(line => line.includes(program.names)))
    faults.push(`${program.names} is not named`)
  if (program.grows !== null && diff?.memoryGrowth?.cause !== program.grows)
    faults.push(`diff says ${diff?.memoryGrowth?.cause}`)
  return faults
}

async function waitFor(isTrue, child, log) {
  const deadline = Date.now() + READY_MS
  while (!isTrue()) {
    if (child.exitCode !== null || Date.now() > deadline) throw new Error(`the program was not ready:\n${log()}`)
    await new Promise(resolve => setTimeout(resolve, 100))
  }
}

function run(command, args, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {env, stdio: ['ignore', 'pipe', 'pipe']})
    const output = {stderr: '', stdout: ''}
    for (const stream of ['stdout', 'stderr']) child[stream].on('data', chunk => (output[stream] += chunk))
    child.once('error', reject)
    child.once('close', status => resolve({...output, status}))
  })
}
