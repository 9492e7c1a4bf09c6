// Runs a few lines of Ruby with files of the agent: JSON in, JSON out. Ruby warnings are failures.
import {spawn, spawnSync} from 'node:child_process'
import {text} from 'node:stream/consumers'
import {dirname, join} from 'node:path'
import {AGENT} from './enabled-ruby.js'

const argumentsFor = (files: readonly string[], program: string) => {
  const lines = [
    'require "json"',
    ...files.map(file => `require ${JSON.stringify(join(dirname(AGENT), file))}`),
    'INPUT = JSON.parse($stdin.read)',
    'def answer(value); puts(JSON.generate([value])); end',
    program,
  ]
  return ['-w', '-e', lines.join('\n')]
}

function answerOf<T>(status: number | null, stdout: string, stderr: string): T {
  if (status !== 0 || stderr !== '') throw new Error(`ruby exited with ${status}: ${stderr}`)
  return (JSON.parse(stdout) as [T])[0]
}

/** `program` reads INPUT and passes its result to `answer`. `files`: below buildpack/agent, without `.rb`. */
export function runRuby<T>(files: readonly string[], program: string, input: unknown = null): T {
  const {status, stderr, stdout} = spawnSync('ruby', argumentsFor(files, program), {
    encoding: 'utf8',
    input: JSON.stringify(input),
    maxBuffer: 1 << 28,
  })
  return answerOf(status, stdout, stderr)
}

/** The same for a program that talks to a server in this process, which must not block meanwhile. */
export async function runRubyBeside<T>(files: readonly string[], program: string, input: unknown = null): Promise<T> {
  const child = spawn('ruby', argumentsFor(files, program))
  const ended = new Promise<number | null>(resolve => child.once('close', resolve))
  child.stdin.end(JSON.stringify(input))
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
  return answerOf(await ended, stdout, stderr)
}
