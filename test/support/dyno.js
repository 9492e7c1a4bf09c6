// A dyno on this machine: the real buildpack compiles the slug, and it boots as on Heroku: bash in $HOME sources
// .profile.d and .profile, then becomes the process. Each has its own TMPDIR, as each dyno has its own /tmp.
import {spawn} from 'node:child_process'
import {cp, mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** A short name, because the agent's sockets are in TMPDIR, and the path of a socket has at most 107 bytes. */
const PREFIX = join(tmpdir(), 'heapdump-')
const BOOT = `cd "$HOME"
shopt -s nullglob
for file in .profile.d/*.sh; do source "$file"; done
if [[ -f .profile ]]; then source .profile; fi
exec "$@"`
const STOP_SECONDS = 10

/** The environment of the app's processes, without the developer's own Ruby settings. */
function cleanEnvironment() {
  const {PATH = '', LANG = 'C.UTF-8'} = process.env
  return {LANG, PATH}
}

/** @param {(line: string) => void} onLine @returns {(chunk: Buffer) => void} */
function byLine(onLine) {
  let rest = ''
  return chunk => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) onLine(line)
  }
}

/**
 * Runs the classic buildpack on a copy of an app, like a Heroku build.
 * @param {string} app directory @param {Record<string, string>} [vars] config vars, passed to the build as files
 * @param {string} [buildpack] its directory; this project's by default
 * @returns {Promise<{directory: string, log: string, remove: () => Promise<void>}>} rejects with the log if it fails
 */
export async function buildSlug(app, vars = {}, buildpack = join(root, 'buildpack')) {
  const base = await mkdtemp(PREFIX)
  const [directory, cache, environment] = ['app', 'cache', 'env'].map(name => join(base, name))
  await cp(app, directory, {recursive: true})
  await Promise.all([mkdir(cache), mkdir(environment)])
  await Promise.all(Object.entries(vars).map(([name, value]) => writeFile(join(environment, name), value)))
  let log = ''
  const code = await new Promise((resolve, reject) => {
    const build = spawn(join(buildpack, 'bin/compile'), [directory, cache, environment], {
      env: {...cleanEnvironment(), HOME: base, STACK: 'heroku-24'},
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [build.stdout, build.stderr]) stream.on('data', chunk => (log += chunk))
    build.once('error', reject)
    build.once('close', resolve)
  })
  const remove = () => rm(base, {force: true, recursive: true})
  if (code !== 0) {
    await remove()
    throw new Error(`bin/compile exited with ${code}:\n${log}`)
  }

  return {directory, log, remove}
}

/**
 * @typedef {object} Dyno
 * @property {string[]} lines the output of its processes, stdout and stderr
 * @property {number} pid of the process that bash became, and of its process group
 * @property {(pattern: RegExp, seconds?: number) => Promise<string>} saw resolves with the first matching line,
 *   including past ones
 * @property {() => Promise<void>} kill sends SIGKILL to every process, as for R15
 * @property {() => Promise<void>} stop sends SIGTERM to every process, as Heroku does, then SIGKILL; cleans up
 */

/**
 * @param {{slug: string, command: string[], vars: Record<string, string>, dyno?: string, onLine?: (line: string) => void}} options
 * @returns {Promise<Dyno>}
 */
export async function startDyno({slug, command, vars, dyno = 'web.1', onLine = () => {}}) {
  const temporary = await mkdtemp(PREFIX)
  const lines = /** @type {string[]} */ ([])
  const watchers = /** @type {Set<(line: string) => void>} */ (new Set())
  // Its own process group, so that a Ctrl-C in the terminal does not reach the dyno.
  const child = spawn('bash', ['-c', BOOT, 'boot', ...command], {
    detached: true,
    env: {...cleanEnvironment(), HOME: slug, TMPDIR: temporary, ...vars, DYNO: dyno},
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  for (const stream of [child.stdout, child.stderr]) {
    stream.on(
      'data',
      byLine(line => {
        lines.push(line)
        onLine(line)
        for (const watch of watchers) watch(line)
      }),
    )
  }

  const ended = new Promise(resolve => {
    child.once('close', resolve)
    child.once('error', resolve)
  })
  const pid = child.pid ?? 0
  const kill = signal => {
    try {
      process.kill(-pid, signal)
    } catch {
      // All of them have exited.
    }
  }

  return {
    lines,
    pid,
    async saw(pattern, seconds = 30) {
      const seen = lines.find(line => pattern.test(line))
      if (seen !== undefined) return seen
      let watch = _line => {}
      let timer
      try {
        return await new Promise((resolve, reject) => {
          const fail = why => reject(new Error(`${why} before a line like ${pattern}:\n${lines.slice(-20).join('\n')}`))
          watch = line => {
            if (pattern.test(line)) resolve(line)
          }
          watchers.add(watch)
          timer = setTimeout(() => fail(`${seconds} s passed`), seconds * 1000)
          void ended.then(() => fail('the dyno exited'))
        })
      } finally {
        clearTimeout(timer)
        watchers.delete(watch)
      }
    },
    async kill() {
      kill('SIGKILL')
      await ended
    },
    async stop() {
      kill('SIGTERM')
      const timer = setTimeout(() => kill('SIGKILL'), STOP_SECONDS * 1000)
      await ended
      clearTimeout(timer)
      // Kill children that outlived their parent.
      kill('SIGKILL')
      await rm(temporary, {force: true, recursive: true})
    },
  }
}
