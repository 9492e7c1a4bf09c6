// Runs the buildpack on an app's directory as a build would, then commands in the shell of a dyno.
import {execFile, spawn} from 'node:child_process'
import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

export type Ran = {readonly code: number | null; readonly stdout: string; readonly stderr: string}

/** Runs a program until it exits, with only PATH and `env` in its environment. */
export function run(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {env: {PATH: process.env.PATH, ...env}, stdio: ['ignore', 'pipe', 'pipe']})
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', chunk => (stdout += chunk))
    child.stderr.on('data', chunk => (stderr += chunk))
    child.once('error', reject)
    child.once('close', code => resolve({code, stderr, stdout}))
  })
}

export type TestApp = Awaited<ReturnType<typeof createApp>>

/** Creates an app in a temporary directory. `files`: path → content; `vars`: its config vars. */
export async function createApp(
  files: Readonly<Record<string, string>> = {},
  vars: Readonly<Record<string, string>> = {},
) {
  const directory = await mkdtemp(join(tmpdir(), 'heapdump-buildpack-'))
  const app = join(directory, 'app')
  for (const name of ['app', 'cache', 'env']) await mkdir(join(directory, name))
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(app, path)), {recursive: true})
    await writeFile(join(app, path), content)
  }

  for (const [name, value] of Object.entries(vars)) await writeFile(join(directory, 'env', name), value)
  return {
    app,
    directory,
    /** Runs bin/compile as the build system does. */
    compile: () => run(join(root, 'bin/compile'), [app, join(directory, 'cache'), join(directory, 'env')]),
    detect: () => run(join(root, 'bin/detect'), [app]),
    release: () => run(join(root, 'bin/release'), [app]),
    /** Runs a command in a dyno, after sourcing .profile.d in the order of its names. */
    dyno: (command: string, env: Readonly<Record<string, string>>, shell = 'bash') =>
      run(shell, ['-c', `for file in "$HOME"/.profile.d/*.sh; do . "$file"; done\n${command}`], {HOME: app, ...env}),
    remove: () => rm(directory, {force: true, recursive: true}),
  }
}

/** The output of `program --version`; null if it is not installed. */
export function versionOf(program: string): Promise<string | null> {
  return new Promise(resolve => {
    execFile(program, ['--version'], (error, stdout) => resolve(error ? null : stdout))
  })
}
