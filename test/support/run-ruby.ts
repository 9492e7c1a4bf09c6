// A few lines of Ruby against files of the agent: JSON in, JSON out. Warnings of Ruby are failures.
import {spawnSync} from 'node:child_process'
import {dirname, join} from 'node:path'
import {AGENT} from './armed-ruby.js'

/** `program` finds its input in INPUT and gives its answer to `answer`. `files` are below buildpack/agent, without `.rb`. */
export function runRuby<T>(files: readonly string[], program: string, input: unknown = null): T {
  const lines = [
    'require "json"',
    ...files.map(file => `require ${JSON.stringify(join(dirname(AGENT), file))}`),
    'INPUT = JSON.parse($stdin.read, quirks_mode: true)',
    'def answer(value) = puts(JSON.generate([value]))',
    program,
  ]
  const {status, stderr, stdout} = spawnSync('ruby', ['-w', '-e', lines.join('\n')], {encoding: 'utf8', input: JSON.stringify(input), maxBuffer: 1 << 28})
  if (status !== 0 || stderr !== '') throw new Error(`ruby ended with ${status}: ${stderr}`)
  return (JSON.parse(stdout) as [T])[0]
}
