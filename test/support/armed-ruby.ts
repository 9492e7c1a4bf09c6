// One Ruby process that is armed as the buildpack arms a dyno, with a directory of its own for everything the agent leaves in /tmp.
import {type ChildProcess, spawn} from 'node:child_process'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {eventually} from './eventually.js'

export const AGENT = fileURLToPath(new URL('../../buildpack/agent/agent.rb', import.meta.url))

export type ArmedRuby = Awaited<ReturnType<typeof startArmedRuby>>

export type ArmedRubyOptions = {
  /** Config vars; `DYNO` is web.1 unless given. Nothing else of this process's environment but PATH. */
  readonly env: Readonly<Record<string, string>>
  /** Ruby; the process ends when it does. */
  readonly script?: string | undefined
  /** Set false for processes in which nothing shall listen. */
  readonly listens?: boolean
}

export async function startArmedRuby({env, script = 'sleep', listens = true}: ArmedRubyOptions) {
  const directory = await mkdtemp(join(tmpdir(), 'heapdump-armed-'))
  let log = ''
  const child: ChildProcess = spawn('ruby', ['-e', script], {
    env: {DYNO: 'web.1', HEAPDUMP_GRACE: '0', PATH: process.env.PATH, RUBYOPT: `-r${AGENT}`, TMPDIR: directory, ...env},
    // A group of its own, so that the processes it forks end with it.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = new Promise<void>(resolve => {
    child.once('close', () => resolve())
  })
  child.stdout?.on('data', chunk => (log += chunk))
  child.stderr?.on('data', chunk => (log += chunk))
  const ruby = {
    directory,
    /** Everything on stdout and stderr so far. */
    log: () => log,
    pid: child.pid ?? 0,
    async stop(): Promise<void> {
      const signal = (name: NodeJS.Signals) => {
        try {
          process.kill(-(child.pid ?? 0), name)
        } catch {
          // It is gone.
        }
      }

      signal('SIGTERM')
      const timer = setTimeout(() => signal('SIGKILL'), 5000)
      await ended
      clearTimeout(timer)
      await rm(directory, {force: true, recursive: true})
    },
    /** Waits for a text on stdout or stderr. */
    async says(text: string): Promise<void> {
      await eventually(`"${text}" in:\n${log}`, () => log.includes(text))
    },
  }
  if (listens) await ruby.says('listens for the dump requests')
  return ruby
}
