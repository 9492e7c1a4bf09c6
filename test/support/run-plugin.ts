// The built plugin, run alone as a process of its own.
import {spawn} from 'node:child_process'
import {fileURLToPath} from 'node:url'

export const program = fileURLToPath(new URL('../../bin/run.js', import.meta.url))

export type Finished = {readonly code: number | null; readonly stdout: string; readonly stderr: string}

export function runPlugin(args: readonly string[], options: {readonly cwd?: string; readonly env?: Readonly<Record<string, string>>} = {}): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const env = {...process.env, COLUMNS: '100', NO_COLOR: '1', ...options.env}
    const child = spawn(process.execPath, [program, ...args], {cwd: options.cwd, env, stdio: ['ignore', 'pipe', 'pipe']})
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', chunk => (stdout += chunk))
    child.stderr.on('data', chunk => (stderr += chunk))
    child.once('error', reject)
    child.once('close', code => resolve({code, stderr, stdout}))
  })
}
