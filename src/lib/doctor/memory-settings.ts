// Settings by which an app is known to use more memory than it needs. Dumps work all the same, so these are warnings.
import {appCommand, commandText, type Target} from '../command-line.js'
import type {ConfigVars} from '../heroku/app-settings.js'
import {type ProcessType, readFormation} from '../heroku/formation.js'
import type {Status} from '../protocol/messages.js'
import {formatBytes, formatQuota} from '../units.js'
import {type Check, type DiagnoseOptions, ok} from './check.js'

type Finding = {readonly text: string; readonly fix: string | null}

/** What the API and the agents know besides the config vars. */
export type Surroundings = {
  readonly formation: readonly ProcessType[]
  readonly agents: readonly Pick<Status, 'processes' | 'ruby'>[]
  readonly target: Target
  /** Where the config vars are: `⬢ shop`, `.env`. */
  readonly source: string
}

const THREAD_VARS = ['RAILS_MAX_THREADS', 'MAX_THREADS', 'PUMA_MAX_THREADS', 'SIDEKIQ_CONCURRENCY']
const THREADED = /^(?:puma|sidekiq|good_job)\b/
const MEBIBYTE = 2 ** 20
const SMALL_DYNO_BYTES = 512 * MEBIBYTE
/** The default limit of YJIT's code in MiB (yjit.md of each version); from 3.4 on it includes YJIT's own data. */
const YJIT_LIMITS: Readonly<Record<string, number>> = {'3.1': 256, '3.2': 64, '3.3': 48}
const LATER_YJIT_LIMIT = 128

export async function checkMemorySettings(
  {heroku, settings: {app, source, vars}, target}: DiagnoseOptions,
  agents: readonly Status[],
): Promise<Check> {
  const formation = app === null ? [] : await readFormation(heroku, app).catch(() => [])
  const found = memorySettings(vars, {agents, formation, source, target})
  if (found.length === 0) return ok('memory', describeSettings(vars))
  const fixes = found.map(({fix}) => fix).filter(fix => fix !== null)
  return {
    fix: fixes.length === 0 ? null : fixes.join('\n'),
    name: 'memory',
    state: 'warning',
    text: found.map(({text}) => text).join(' '),
  }
}

/** Empty: nothing known to hurt. */
export function memorySettings(vars: ConfigVars, surroundings: Surroundings): readonly Finding[] {
  return [arenas(vars, surroundings), arenasOfJemalloc(vars, surroundings), yjit(vars, surroundings)].filter(
    finding => finding !== null,
  )
}

function describeSettings(vars: ConfigVars): string {
  const most = vars.MALLOC_ARENA_MAX || tunedArenas(vars)
  return isJemalloc(vars) ? 'jemalloc is set' : most ? `MALLOC_ARENA_MAX=${most}` : 'nothing known to hurt'
}

/** glibc's other name for MALLOC_ARENA_MAX. */
function tunedArenas({GLIBC_TUNABLES: tunables = ''}: ConfigVars): string | undefined {
  return /(?:^|:)glibc\.malloc\.arena_max=([1-9]\d*)/.exec(tunables)?.[1]
}

/** By LD_PRELOAD, or by the variable of heroku-buildpack-jemalloc. */
function isJemalloc({JEMALLOC_ENABLED: enabled, LD_PRELOAD: preload = ''}: ConfigVars): boolean {
  return /jemalloc/.test(preload) || enabled === 'true'
}

function arenas(vars: ConfigVars, {agents, source, target}: Surroundings): Finding | null {
  if (vars.MALLOC_ARENA_MAX || tunedArenas(vars) || isJemalloc(vars) || /mimalloc|tcmalloc/.test(vars.LD_PRELOAD ?? ''))
    return null
  const who = threadedServer(vars, agents)
  if (who === null) return null
  return {
    fix:
      commandText(appCommand('config:set', ['MALLOC_ARENA_MAX=2'], target)) ?? `Set MALLOC_ARENA_MAX=2 in ${source}.`,
    text: `MALLOC_ARENA_MAX is not set, but ${who}: malloc may keep freed memory in up to 8 arenas for each core.`,
  }
}

/** null: it has one thread, or nobody knows how many. */
function threadedServer(vars: ConfigVars, agents: Surroundings['agents']): string | null {
  for (const name of THREAD_VARS) if (Number(vars[name]) > 1) return `${name} is ${Number(vars[name])}`
  if (THREAD_VARS.some(name => Number(vars[name]) === 1)) return null
  const server = agents
    .flatMap(({processes}) => processes)
    .map(({process}) => THREADED.exec(process)?.[0])
    .find(name => name !== undefined)
  return server === undefined ? null : `the app runs ${server}, which has several threads`
}

function arenasOfJemalloc(vars: ConfigVars, {source, target}: Surroundings): Finding | null {
  const {MALLOC_ARENA_MAX: most} = vars
  if (!most || !isJemalloc(vars)) return null
  return {
    fix:
      commandText(appCommand('config:unset', ['MALLOC_ARENA_MAX'], target)) ??
      `Remove MALLOC_ARENA_MAX from ${source}.`,
    text: `MALLOC_ARENA_MAX has no effect on jemalloc, which is loaded. Its own limit is MALLOC_CONF=narenas:2.`,
  }
}

function yjit(vars: ConfigVars, {agents, formation, source, target}: Surroundings): Finding | null {
  const {RUBYOPT: options = '', RUBY_YJIT_ENABLE: enabled, WEB_CONCURRENCY: concurrency} = vars
  const workers = Number(concurrency)
  const byVariable = enabled === '1'
  if (!(workers > 1) || !(byVariable || /--(?:yjit|jit)(?![\w-]*disable)/.test(options))) return null
  const small = formation.find(
    ({quantity, quotaBytes, type}) =>
      type === 'web' && quantity > 0 && quotaBytes !== null && quotaBytes <= SMALL_DYNO_BYTES,
  )
  if (!small?.quotaBytes) return null
  const limit = yjitLimit(options, agents[0]?.ruby)
  return {
    fix: byVariable
      ? (commandText(appCommand('config:unset', ['RUBY_YJIT_ENABLE'], target)) ??
        `Remove RUBY_YJIT_ENABLE from ${source}.`)
      : `Remove --yjit from RUBYOPT in ${source}, or run one worker (WEB_CONCURRENCY=1).`,
    text:
      `YJIT is on, and each of ${workers} workers on a ${small.size} dyno (${formatQuota(small.quotaBytes)}) ` +
      `compiles its own code${limit === null ? '' : `, up to ${formatBytes(limit)} each`}.`,
  }
}

/** Bytes; null: the version is unknown. */
function yjitLimit(options: string, ruby: string | undefined): number | null {
  const given = /--yjit-(?:exec-)?mem-size=(\d+)/.exec(options)?.[1]
  if (given !== undefined) return Number(given) * MEBIBYTE
  if (ruby === undefined) return null
  return (YJIT_LIMITS[ruby.split('.').slice(0, 2).join('.')] ?? LATER_YJIT_LIMIT) * MEBIBYTE
}
