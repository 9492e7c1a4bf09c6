// The plugin as a process of its own, by bin/run.js.
import {spawn} from 'node:child_process'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import type {CommandResult} from './run-command.js'

export const program = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), 'bin/run.js')

/** `ended` resolves with what it wrote; `says` as soon as stderr has `pattern`, and rejects if it ends before. */
export function startPlugin(args: readonly string[], env: NodeJS.ProcessEnv = process.env) {
  const {NODE_ENV: _testRunners, ...rest} = env
  const child = spawn(process.execPath, [program, ...args], {env: rest, stdio: ['ignore', 'pipe', 'pipe']})
  const text = {stderr: '', stdout: ''}
  const watchers = new Set<() => void>()
  child.stdout.on('data', chunk => (text.stdout += chunk))
  child.stderr.on('data', chunk => {
    text.stderr += chunk
    for (const watch of watchers) watch()
  })
  const ended = new Promise<CommandResult>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', code => resolve({...text, code: code ?? -1}))
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
        void ended.then(() => reject(new Error(`it ended without ${pattern}:\n${text.stdout}${text.stderr}`)))
      }),
  }
}
