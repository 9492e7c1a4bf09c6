// Program → dumps, created by a real Ruby and kept in the user's cache until the program, its surroundings or the Ruby
// change.
import {spawn, spawnSync} from 'node:child_process'
import {createHash} from 'node:crypto'
import {
  cpSync,
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import {homedir, tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {pipeline} from 'node:stream/promises'
import {createGzip} from 'node:zlib'
import {directory} from './program.js'

const AGENT = join(directory, '../../buildpack/agent/heapdump')
const GEMS = 'vendor/bundle/ruby/3.1.0/gems'
const TIME_LIMIT_MS = 300_000
/** Limits of the healthy cache: round numbers and others, including primes. */
const BOUNDS = [150, 199, 241, 256, 307, 333, 400, 421]

export const cacheDirectory = join(
  process.env.XDG_CACHE_HOME || join(homedir(), '.cache'),
  'heroku-heapdump',
  'scenarios',
)

function* filesUnder(path) {
  for (const entry of readdirSync(path, {withFileTypes: true}).toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.isDirectory()) yield* filesUnder(join(path, entry.name))
    else yield join(path, entry.name)
  }
}

const rubyVersions = {}

/** The versions of Ruby and Rails that would run: other versions create other dumps. */
function rubyVersion(base) {
  rubyVersions[base] ??= spawnSync(
    'ruby',
    ['-e', base === 'rails' ? 'require "rails"; puts RUBY_DESCRIPTION, Rails.version' : 'puts RUBY_DESCRIPTION'],
    {encoding: 'utf8'},
  ).stdout
  if (!rubyVersions[base])
    throw new Error(
      `Scenarios of ${base} need Ruby${base === 'rails' ? ' and Rails' : ''}: node scripts/setup.js --for scenarios`,
    )
  return rubyVersions[base]
}

/** No two processes are alike: each program has its own numbers, always the same. */
function circumstancesOf({minutes, name}) {
  const [steps, window, threads, bound] = createHash('sha256').update(name).digest()
  return {
    ...(minutes === null ? {} : {SCENARIO_MINUTES: String(minutes)}),
    SCENARIO_BOUND: String(BOUNDS[bound % BOUNDS.length]),
    SCENARIO_STEPS: String(22 + (steps % 6)),
    SCENARIO_THREADS: String(2 + (threads % 6)),
    SCENARIO_WINDOW: String(5 + (window % 4)),
  }
}

function fingerprint(program) {
  const hash = createHash('sha256')
    .update(rubyVersion(program.base))
    .update(program.trace)
    .update(JSON.stringify(circumstancesOf(program)))
  const surroundings = [
    ...filesUnder(join(directory, 'server')),
    ...filesUnder(join(directory, 'healthy')),
    ...filesUnder(join(directory, 'bases', program.base)),
    ...filesUnder(AGENT),
  ]
  for (const file of surroundings) hash.update(file.slice(file.lastIndexOf('/'))).update(readFileSync(file))
  for (const [file, text] of [...program.files, ['traffic', program.traffic]])
    hash.update(file).update('\0').update(text).update('\0')
  return hash.digest('hex').slice(0, 16)
}

/** The paths of a program's dumps, which may not exist yet. */
export function dumpPaths(program) {
  const folder = join(cacheDirectory, `${program.name}-${fingerprint(program)}`)
  return {
    folder,
    traced: join(folder, 'traced.json.gz'),
    untraced: join(folder, 'untraced.json.gz'),
  }
}

/** Writes the app to disk, as a deploy would. */
function layOut(program, root) {
  cpSync(join(directory, 'bases', program.base), root, {recursive: true})
  cpSync(join(directory, 'healthy'), root, {recursive: true})
  cpSync(join(directory, 'server'), join(root, GEMS), {recursive: true})
  cpSync(AGENT, join(root, '.heapdump/agent/heapdump'), {recursive: true})
  for (const [file, text] of program.files) {
    mkdirSync(dirname(join(root, file)), {recursive: true})
    writeFileSync(join(root, file), text)
  }

  writeFileSync(join(root, GEMS, 'scenario_server-1.0.0/lib/traffic.rb'), program.traffic)
  const required = [...program.files.keys()].filter(file => program.base !== 'rails' || !/^(?:app|config)\//.test(file))
  writeFileSync(join(root, 'sections.json'), JSON.stringify(required))
}

async function runRuby(program, tracing, file) {
  const root = mkdtempSync(join(tmpdir(), 'heapdump-app-'))
  const partial = `${file}.${process.pid}`
  try {
    layOut(program, root)
    const libraries = readdirSync(join(root, GEMS)).map(gem => `-I${join(root, GEMS, gem, 'lib')}`)
    const server = join(root, GEMS, 'scenario_server-1.0.0/lib/scenario_server.rb')
    const facts = `${file.replace(/\.json\.gz$/, '')}.facts`
    const args = ['-n', '10', 'ruby', '-W0', ...libraries, server, root, tracing, facts]
    const child = spawn('nice', args, {
      cwd: root,
      env: {
        ...circumstancesOf(program),
        DYNO: 'web.1',
        HOME: root,
        LANG: 'C.UTF-8',
        MALLOC_ARENA_MAX: '2',
        PATH: process.env.PATH,
        RAILS_ENV: 'production',
        SECRET_KEY_BASE: 'f'.repeat(64),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: TIME_LIMIT_MS,
    })
    let complaints = ''
    child.stderr.on('data', chunk => (complaints += chunk))
    const ended = new Promise((resolve, reject) => {
      child.once('error', reject)
      child.once('close', (code, signal) => resolve(code ?? signal))
    })
    await pipeline(child.stdout, createGzip({level: 1}), createWriteStream(partial, {mode: 0o600}))
    const status = await ended
    if (status !== 0)
      throw new Error(`${program.name} (${tracing}) ended with ${status}:\n${complaints.slice(0, 3000)}`)
    renameSync(partial, file)
  } finally {
    rmSync(partial, {force: true})
    rmSync(root, {force: true, recursive: true})
  }
}

/**
 * Another checkout may have other versions of the same programs, so dumps are deleted only after not being used for
 * this time.
 */
const KEEP_MS = 14 * 86_400_000

function removeForgotten() {
  for (const folder of readdirSync(cacheDirectory).map(name => join(cacheDirectory, name))) {
    if (Date.now() - statSync(folder).mtimeMs > KEEP_MS) rmSync(folder, {force: true, recursive: true})
  }
}

/** Creates missing dumps. */
export async function generateDumps(program, onStart = () => {}) {
  const paths = dumpPaths(program)
  mkdirSync(paths.folder, {mode: 0o700, recursive: true})
  utimesSync(paths.folder, new Date(), new Date())
  removeForgotten()
  for (const variant of ['untraced', 'traced']) {
    if (existsSync(paths[variant])) continue
    onStart(variant)
    await runRuby(
      program,
      variant === 'untraced' ? 'untraced' : program.trace === 'boot' ? 'traced' : 'window',
      paths[variant],
    )
  }

  return paths
}
