// All output of a command goes through the base command, which makes foreign text harmless.
import {Flags} from '@oclif/core'
import {describe, expect, it} from 'vitest'
import {HeapdumpCommand} from '../../../src/lib/cli/base-command.js'
import {durationFlag} from '../../../src/lib/cli/flags.js'
import {completeCommands, setProgram} from '../../../src/lib/command-line.js'
import {UserError} from '../../../src/lib/errors.js'
import {foreignIn, UNPRINTABLE} from '../../support/hostile.js'
import {runCommand} from '../../support/run-command.js'

const HOSTILE = UNPRINTABLE.join('')

function commandThat(acts: (command: Speaker) => unknown) {
  return class extends Speaker {
    async run(): Promise<unknown> {
      await this.parse()
      return acts(this)
    }
  }
}

/** The methods that a command prints with. */
abstract class Speaker extends HeapdumpCommand {
  override say(...lines: readonly string[]): void {
    super.say(...lines)
  }

  override propose(line: string | null): void {
    super.propose(line)
  }
}

it.each<[string, (command: Speaker) => unknown]>([
  ['a line', command => command.log(HOSTILE)],
  ['a proposal', command => command.propose(HOSTILE)],
  ['a word aside', command => command.say(HOSTILE)],
  ['a warning', command => void command.warn(HOSTILE)],
  ['a warning that is an error', command => void command.warn(new Error(HOSTILE))],
  ['an error of the user', () => Promise.reject(new UserError(HOSTILE, {code: 'wrong_use', hint: [HOSTILE, HOSTILE]}))],
  ['a bug', () => Promise.reject(new Error(HOSTILE))],
  ['what is no error', () => Promise.reject(Object.assign(Object.create(null), {oclif: {}}))],
])('%s', async (_, acts) => {
  for (const flags of [[], ['--json']]) {
    const {stderr, stdout} = await runCommand(commandThat(acts), flags)
    expect(foreignIn(stdout + stderr)).toEqual([])
  }
})

it('calls it no error if somebody pressed Ctrl-C', async () => {
  const hint = ['To go on:     heroku heapdump:diagnose']
  const ended = commandThat(() => Promise.reject(new UserError('Stopped.', {code: 'interrupted', exit: 130, hint})))
  expect(await runCommand(ended, [])).toEqual({
    code: 130,
    stderr: '\n Stopped.\n To go on:     heroku heapdump:diagnose\n',
    stdout: '',
  })
  const {code, stdout} = await runCommand(ended, ['--json'])
  expect(code).toBe(130)
  expect(JSON.parse(stdout)).toMatchObject({error: {code: 'interrupted', message: 'Stopped.'}})
})

it('a result in JSON', async () => {
  const {stdout} = await runCommand(
    commandThat(() => ({[HOSTILE]: HOSTILE})),
    ['--json'],
  )
  expect(foreignIn(stdout)).toEqual([])
  expect(JSON.parse(stdout)).toEqual({[HOSTILE]: HOSTILE, schemaVersion: 1})
})

it('completes the commands of a hint with the app, and leaves prose as it is', () => {
  const complete = (hint: string) => completeCommands(hint, ['--app', 'shop'])
  expect(complete('Take one: heroku heapdump:trigger --trace 5m')).toBe(
    'Take one: heroku heapdump:trigger --trace 5m --app shop',
  )
  expect(complete('heroku heapdump:list shows what there is.')).toBe(
    'heroku heapdump:list --app shop shows what there is.',
  )
  expect(complete('an add-on:  heroku addons:create bucketeer:hobbyist')).toBe(
    'an add-on:  heroku addons:create bucketeer:hobbyist --app shop',
  )
  expect(complete('heapdump:analyze --section classes lists them')).toBe(
    'heroku heapdump:analyze --section classes --app shop lists them',
  )
  expect(complete('Use heroku config:set MALLOC_ARENA_MAX=2, against fragmentation')).toBe(
    'Use heroku config:set MALLOC_ARENA_MAX=2 --app shop, against fragmentation',
  )
  expect(complete('heapdump:trim --dyno=worker.1 gives back 9 MB. heapdump:trigger --trace.')).toBe(
    'heroku heapdump:trim --dyno=worker.1 --app shop gives back 9 MB. heroku heapdump:trigger --trace --app shop.',
  )
  expect(complete('heroku heapdump:list --app other')).toBe('heroku heapdump:list --app other')
  expect(complete('heroku plugins:install heroku-heapdump')).toBe('heroku plugins:install heroku-heapdump')
  // The configuration of a file has no app.
  expect(completeCommands('heroku heapdump:setup, heroku heapdump:list', ['--env', '.env'])).toBe(
    'heroku heapdump:setup, heroku heapdump:list --env .env',
  )
})

it('names the program of a complete command once', () => {
  setProgram('bin/run.js')
  try {
    expect(completeCommands('  bin/run.js heapdump:analyze heap.json', [])).toBe(
      '  bin/run.js heapdump:analyze heap.json',
    )
    expect(completeCommands('heroku heapdump:list', [])).toBe('bin/run.js heapdump:list')
  } finally {
    setProgram('heroku')
  }
})

describe('wrong flags and arguments', () => {
  class Counter extends HeapdumpCommand {
    static override flags = {
      all: Flags.boolean({exclusive: ['none']}),
      none: Flags.boolean(),
      timeout: durationFlag({max: 60}),
      top: Flags.integer({min: 0}),
    }

    async run(): Promise<unknown> {
      return this.parse(Counter)
    }
  }

  it.each([
    [['--top', '-1'], '--top: Expected an integer greater than or equal to 0 but received: -1'],
    [['--timeout', '2x'], '--timeout 2x: not a duration. Write 30s, 5m or 1h.'],
    [['--all', '--none'], '--none cannot also be provided when using --all'],
    [['--nope'], 'Nonexistent flag: --nope'],
  ])('%s', async (argv, message) => {
    const {code, stderr} = await runCommand(Counter, argv)
    expect({code, text: stderr.replaceAll(/^ ›\s+|^\s+/gm, '').replaceAll('\n', ' ')}).toEqual({
      code: 2,
      text: expect.stringContaining(`${message} See more help with --help`),
    })
    const json = await runCommand(Counter, [...argv, '--json'])
    expect(json.code).toBe(2)
    expect(JSON.parse(json.stdout).error).toEqual({code: 'wrong_use', hint: 'See more help with --help', message})
  })
})
