// A shell must read the suggested command as it was meant, however narrow the terminal is and whatever names a dump
// contains.
import fc from 'fast-check'
import {expect, it} from 'vitest'
import {type CommandLine, commandText, flag, herokuCommand, proposal} from '../../../src/lib/command-line.js'
import {NextCommands} from '../../../src/lib/render/ink/NextCommands.js'
import {widthOf} from '../../../src/lib/render/text-width.js'
import {drawn} from '../../support/screens.js'
import {typed} from '../../support/shell.js'

const long = `/srv/${'directory-of-dumps/'.repeat(7)}web.1-4711.json.gz`

/** Possible names in dumps, keys and paths. Each is one word. */
const HOSTILE = [
  '$(touch pwned)',
  '`touch pwned`',
  'a;touch pwned',
  "it's",
  "'",
  '"',
  String.raw`\\`,
  'a\\',
  '--env=/etc/passwd',
  '-rf',
  '',
  ' ',
  ' a  b ',
  'a&&b|c>d<e',
  '!!',
  '*',
  '~',
  '=ls',
  '{a,b}',
  '#no',
  '漢字'.repeat(30),
  `${"'".repeat(70)}`,
  "it's ".repeat(40),
  'é😀',
  '$HOME',
  '%s%n',
  'a=b',
]

const screenOf = (commands: readonly CommandLine[], width: number) =>
  drawn(() => <NextCommands commands={commands} width={width} />, width)

it.each([40, 80, 120, 400])('can be copied from %i columns', width => {
  for (const commands of [
    [herokuCommand('heapdump:explain', [long, '0x7f00']), herokuCommand('heapdump:analyze', [long], ['--verbose'])],
    [
      herokuCommand('heapdump:analyze', ['dc7y2f'], ['--app', 'shop', '--section', 'dominators', '--top', '100']),
      herokuCommand('heapdump:list', [], ['--app', 'shop']),
    ],
  ]) {
    expect(typed([screenOf(commands, width)])).toEqual(commands)
    expect(Math.max(...screenOf(commands, width).split('\n').map(widthOf))).toBeLessThanOrEqual(width)
  }
})

it.each([20, 40, 80, 140])('keeps its words whatever they contain, in %i columns', width => {
  const commands = HOSTILE.map(word => herokuCommand('heapdump:explain', [word], flag('--env', word), [word]))
  expect(typed(commands.map(command => screenOf([command], width)))).toEqual(commands)
})

it('keeps its words for any text', () => {
  const word = fc.string({maxLength: 60, unit: 'grapheme'}).filter(text => commandText([text]) !== null)
  const cases = fc.sample(fc.tuple(fc.array(word, {maxLength: 4}), fc.integer({max: 90, min: 16})), {
    numRuns: 150,
    seed: 4,
  })
  const commands = cases.map(([words]) => herokuCommand('heapdump:explain', [], [], words))
  expect(typed(commands.map((command, at) => screenOf([command], cases[at][1])))).toEqual(commands)
})

it('is left out if it would contain unprintable characters', () => {
  for (const word of ['a\nb', 'a\u001b[31m', 'a\u0000', 'a\u009b', '\u202eb', 'z\u200bw', '\ud83d']) {
    const command = herokuCommand('heapdump:explain', ['d7k2mq'], [], [word])
    expect(commandText(command)).toBeNull()
    expect(proposal`Next: ${command}`).toBeNull()
    expect(screenOf([command], 80)).toBe('')
    expect(screenOf([command, herokuCommand('heapdump:list')], 80)).toBe(' Next: heroku heapdump:list')
  }
})

it('does not mistake a name from a dump for a flag', () => {
  expect(commandText(herokuCommand('heapdump:explain', ['d7k2mq'], ['--app', 'shop'], ['--env=x']))).toBe(
    'heroku heapdump:explain --app shop -- d7k2mq --env=x',
  )
  expect(commandText(herokuCommand('heapdump:explain', ['d7k2mq'], ['--app', 'shop'], ['0x7f00']))).toBe(
    'heroku heapdump:explain d7k2mq 0x7f00 --app shop',
  )
  expect(commandText(herokuCommand('heapdump:analyze', ['-x.json']))).toBe('heroku heapdump:analyze -- -x.json')
  expect(commandText(herokuCommand('heapdump:list', [], flag('--env', '-x')))).toBe('heroku heapdump:list --env=-x')
})
