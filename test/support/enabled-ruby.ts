// One Ruby process with the agent enabled as in a dyno, and with its own directory for everything the agent puts in
// /tmp.
import {type ChildProcess, spawn} from 'node:child_process'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {eventually} from './eventually.js'

export const AGENT = fileURLToPath(new URL('../../buildpack/agent/agent.rb', import.meta.url))

export type EnabledRuby = Awaited<ReturnType<typeof startEnabledRuby>>

export type EnabledRubyOptions = {
  /** Config vars; `DYNO` defaults to web.1. Of this process's environment, the child gets only PATH. */
  readonly env: Readonly<Record<string, string>>
  /** Ruby code; the process exits after it. */
  readonly script?: string | undefined
  /** False for processes in which no agent will listen. */
  readonly listens?: boolean
}

export async function startEnabledRuby({env, script = 'sleep', listens = true}: EnabledRubyOptions) {
  const directory = await mkdtemp(join(tmpdir(), 'heapdump-enabled-'))
  let log = ''
  const child: ChildProcess = spawn('ruby', ['-e', script], {
    env: {DYNO: 'web.1', HEAPDUMP_GRACE: '0', PATH: process.env.PATH, RUBYOPT: `-r${AGENT}`, TMPDIR: directory, ...env},
    // Its own process group, so that its forks exit with it.
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
          // It has exited.
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
  if (listens) await ruby.says('is listening for dump requests')
  return ruby
}
