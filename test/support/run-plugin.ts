// Runs the built plugin standalone, in a separate process.
import {spawn} from 'node:child_process'
import {fileURLToPath} from 'node:url'
import {cacheHome} from './cache-home.js'
import {checkDocument} from './documents.js'
import type {CommandResult} from './run-command.js'

export const program = fileURLToPath(new URL('../../bin/run.js', import.meta.url))

export type Finished = CommandResult

/** Runs until it exits, on a terminal of 100 columns without colours. */
export function runPlugin(
  args: readonly string[],
  options: {readonly cwd?: string; readonly env?: Readonly<Record<string, string>>} = {},
): Promise<Finished> {
  return startPlugin(args, {...process.env, COLUMNS: '100', NO_COLOR: '1', ...options.env}, options.cwd).ended
}

/** `ended` resolves with its output; `says` as soon as stderr matches `pattern`, and rejects if it exits before. */
export function startPlugin(args: readonly string[], env: NodeJS.ProcessEnv = process.env, cwd?: string) {
  const {NODE_ENV: _testRunners, ...rest} = env
  const child = spawn(process.execPath, [program, ...args], {
    cwd,
    env: {...rest, XDG_CACHE_HOME: cacheHome},
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const text = {stderr: '', stdout: ''}
  const watchers = new Set<() => void>()
  child.stdout.on('data', chunk => (text.stdout += chunk))
  child.stderr.on('data', chunk => {
    text.stderr += chunk
    for (const watch of watchers) watch()
  })
  const ended = new Promise<CommandResult>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', code => {
      try {
        checkDocument(args[0], args, text.stdout)
        resolve({...text, code: code ?? -1})
      } catch (error) {
        reject(error as Error)
      }
    })
  })
  return {
    child,
    ended,
    says: (pattern: RegExp) =>
      new Promise<void>((resolve, reject) => {
        const watch = () => {
          if (pattern.test(text.stderr)) resolve()
        }

        watchers.add(watch)
        watch()
        void ended.then(() => reject(new Error(`it exited without ${pattern}:\n${text.stdout}${text.stderr}`)))
      }),
  }
}
