// All output of a command goes through the base command, which makes foreign text harmless.
import {PassThrough} from 'node:stream'
import {stripVTControlCharacters} from 'node:util'
import {Flags} from '@oclif/core'
import {describe, expect, it} from 'vitest'
import {HeapdumpCommand} from '../../../src/lib/cli/base-command.js'
import {confirm} from '../../../src/lib/cli/confirm.js'
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

/** Runs `act` on a terminal where somebody types the answer. */
async function onTerminal<Result>(typed: string, columns: number, act: () => Promise<Result>): Promise<Result> {
  const stdin = Object.assign(new PassThrough(), {isTTY: true})
  const streams = {stdin: Object.getOwnPropertyDescriptor(process, 'stdin')!}
  Object.defineProperty(process, 'stdin', {configurable: true, value: stdin})
  const {columns: before, isTTY} = process.stderr
  Object.assign(process.stderr, {columns, isTTY: true})
  try {
    setTimeout(() => stdin.write(`${typed}\n`), 20)
    return await act()
  } finally {
    Object.defineProperty(process, 'stdin', streams.stdin)
    Object.assign(process.stderr, {columns: before, isTTY})
  }
}

it('calls it no error if somebody answers no', async () => {
  const asking = commandThat(() => confirm({given: false, question: 'Continue? (y/N) ', refused: 'Nothing was sent.'}))
  const {code, stderr, stdout} = await onTerminal('n', 80, () => runCommand(asking, []))
  expect({code, stdout}).toEqual({code: 1, stdout: ''})
  expect(stripVTControlCharacters(stderr)).toMatch(/Continue\? \(y\/N\) [^]*\n Nothing was sent\.\n$/)
  expect(stderr).not.toContain('Error')
  expect((await onTerminal('y', 80, () => runCommand(asking, []))).code).toBe(0)
  const unasked = await runCommand(asking, [])
  expect(unasked).toMatchObject({code: 2, stderr: expect.stringContaining('stdin is not a terminal')})
})

it('breaks long lines between words on a terminal, and no command', async () => {
  const prose = ' malloc_trim returns what malloc holds free to the dyno, and the process waits meanwhile.'
  const word = `${'x'.repeat(60)} of 12 MB`
  const command = ' Watch again:  heroku heapdump:trigger --attach k3f9q2m8x1 --app a-shop-with-a-long-name'
  const speaking = commandThat(one => one.say(prose, word, command))
  const {stderr} = await onTerminal('', 40, () => runCommand(speaking, []))
  expect(stderr.split('\n')).toEqual([
    ' malloc_trim returns what malloc holds',
    ' free to the dyno, and the process waits',
    ' meanwhile.',
    'x'.repeat(60),
    'of 12 MB',
    command,
    '',
  ])
  expect((await runCommand(speaking, [])).stderr).toBe(`${prose}\n${word}\n${command}\n`)
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
