// All that a command prints goes through the base command, which makes what is foreign in it harmless.
import {expect, it} from 'vitest'
import {HeapdumpCommand} from '../../../src/lib/cli/base-command.js'
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

/** What the methods are that a command speaks by. */
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

it('a result in JSON', async () => {
  const {stdout} = await runCommand(
    commandThat(() => ({[HOSTILE]: HOSTILE})),
    ['--json'],
  )
  expect(foreignIn(stdout)).toEqual([])
  expect(JSON.parse(stdout)).toEqual({[HOSTILE]: HOSTILE, schemaVersion: 1})
})
