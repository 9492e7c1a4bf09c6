// Runs a command in this process as the Heroku CLI does, and returns its output and its exit code.
import {Config} from '@oclif/core'
import {dirname} from 'node:path'
import {fileURLToPath} from 'node:url'
import {format} from 'node:util'
import {cacheHome} from './cache-home.js'
import {checkDocument} from './documents.js'
import {setEnvironment} from './settings.js'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

export type CommandResult = {readonly code: number; readonly stdout: string; readonly stderr: string}

type CommandClass = {readonly name: string; run(argv: string[], config: Config): Promise<unknown>}

let config: Promise<Config> | null = null

async function loadConfig(): Promise<Config> {
  return Config.load({root})
}

/**
 * `host`: the CLI that runs the plugin, if it is a different one. stdin and stderr are not terminals. Handles errors
 * like the entry point: message on stderr, exit status.
 */
export async function runCommand(
  command: CommandClass,
  argv: readonly string[],
  host: {readonly version?: string} = {},
): Promise<CommandResult> {
  const result = await run(command, argv, host)
  checkDocument(idOf(command), argv, result.stdout)
  return result
}

async function run(
  command: CommandClass,
  argv: readonly string[],
  host: {readonly version?: string},
): Promise<CommandResult> {
  // Not in the configuration, because a command may load its own.
  const restoreEnvironment = setEnvironment({XDG_CACHE_HOME: cacheHome})
  config ??= loadConfig()
  const text = {stderr: '', stdout: ''}
  const restore = (['stdout', 'stderr'] as const).map(name => {
    const {write} = process[name]
    process[name].write = ((chunk: string | Uint8Array) => {
      text[name] += String(chunk)
      return true
    }) as typeof write
    return () => {
      process[name].write = write
    }
  })
  // oclif prints through console, which the test runner has replaced.
  const consoles = {error: console.error, log: console.log, warn: console.warn}
  console.log = (...args) => void (text.stdout += `${format(...args)}\n`)
  console.error = console.warn = (...args) => void (text.stderr += `${format(...args)}\n`)
  const exitCodeBefore = process.exitCode
  process.exitCode = undefined
  try {
    await command.run([...argv], host.version === undefined ? await config : await Config.load({root, ...host}))
    return {...text, code: Number(process.exitCode ?? 0)}
  } catch (error) {
    const {message, oclif} = error as Error & {oclif?: {exit?: number}}
    text.stderr += `${message}\n`
    return {...text, code: oclif?.exit ?? Number(process.exitCode ?? 1)}
  } finally {
    for (const undo of restore) undo()
    Object.assign(console, consoles)
    process.exitCode = exitCodeBefore
    restoreEnvironment()
  }
}

/** `HeapdumpTraceStart` → `heapdump:trace:start` */
function idOf({name}: CommandClass): string {
  return name.replaceAll(/(?<=.)[A-Z]/g, ':$&').toLowerCase()
}
