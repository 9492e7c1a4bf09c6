// Text for the clipboard goes only to terminals that are known to take it.
import {expect, it} from 'vitest'
import {clipboardSequence} from '../../../src/lib/render/clipboard.js'

const command = 'heroku heapdump:explain d7k2mq 0x7f00'

it.each([{TERM_PROGRAM: 'iTerm.app'}, {TERM: 'xterm-kitty'}, {TERM: 'foot-extra'}, {TERM: 'alacritty'}])(
  'is encoded for %j, so that no text can end the sequence',
  env => {
    const sequence = clipboardSequence(`${command}\u0007\u001B[2J`, env)
    // oxlint-disable-next-line no-control-regex
    const [, encoded] = /^\u001B\]52;c;([\w+/=]+)\u0007$/.exec(sequence ?? '') ?? []
    expect(Buffer.from(encoded, 'base64').toString()).toContain(command)
  },
)

it.each([
  {},
  {TERM: 'xterm-256color'},
  {TERM: 'xterm-kitty', TMUX: '/tmp/tmux-0/default,1,0'},
  {STY: '1.pts', TERM_PROGRAM: 'WezTerm'},
  {TERM_PROGRAM: 'Apple_Terminal'},
])('is not sent to %j', env => {
  expect(clipboardSequence(command, env)).toBeNull()
})
