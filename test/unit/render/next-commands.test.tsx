// What to type next must be what a shell takes for the command, however narrow the terminal is.
import {execFileSync} from 'node:child_process'
import {stripVTControlCharacters} from 'node:util'
import {createElement} from 'react'
import {expect, it} from 'vitest'
import {NextCommands} from '../../../src/lib/render/ink/NextCommands.js'
import {renderScreen} from '../../../src/lib/render/ink/render-screen.js'

const long = `/srv/${'directory-of-dumps/'.repeat(7)}web.1-4711.json.gz`

/** What bash takes the screen's lines for, run with a function in the place of the CLI. */
function typed(commands: readonly string[], width: number): string[] {
  const screen = stripVTControlCharacters(renderScreen(createElement(NextCommands, {commands, width}), width))
  expect(Math.max(...screen.split('\n').map(line => line.length))).toBeLessThanOrEqual(width)
  const script = `heroku() { printf '%s|' "$@"; echo; }\n${screen.replace(/^ Next: ?/m, '').replaceAll(' · ', '\n')}\n`
  return execFileSync('bash', {encoding: 'utf8', input: script}).trimEnd().split('\n')
}

it.each([40, 80, 120, 400])('can be copied from %i columns', width => {
  expect(typed([`heroku heapdump:explain ${long} 0x7f00`, `heroku heapdump:analyze ${long} --verbose`], width)).toEqual([
    `heapdump:explain|${long}|0x7f00|`, `heapdump:analyze|${long}|--verbose|`,
  ])
  expect(typed(['heroku heapdump:analyze dc7y2f --app shop --section retainers --top 100', 'heroku heapdump:list --app shop'], width)).toEqual([
    'heapdump:analyze|dc7y2f|--app|shop|--section|retainers|--top|100|', 'heapdump:list|--app|shop|',
  ])
})
