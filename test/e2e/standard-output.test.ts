// Different kinds of stdout: a terminal with colours or without, a full disk.
import {execFileSync, spawnSync} from 'node:child_process'
import {join} from 'node:path'
import {expect, it} from 'vitest'

const root = join(import.meta.dirname, '../..')
const dump = join(root, 'test/fixtures/dumps/ruby-3.3-64bit-traced.json.gz')

/** The command's output on a terminal. */
function drawn(env: Readonly<Record<string, string>>): string {
  const {CI: _ci, FORCE_COLOR: _force, NO_COLOR: _none, ...outer} = process.env
  return execFileSync(
    'script',
    ['-qec', `${process.execPath} ${join(root, 'bin/run.js')} heapdump:analyze ${dump} --no-cache`, '/dev/null'],
    {
      encoding: 'utf8',
      env: {...outer, TERM: 'xterm-256color', ...env},
    },
  )
}

it('a failed write is reported in one sentence', () => {
  for (const json of [[], ['--json']]) {
    const {status, stderr} = spawnSync(
      'sh',
      [
        '-c',
        '"$@" > /dev/full',
        'sh',
        process.execPath,
        join(root, 'bin/run.js'),
        'heapdump:analyze',
        dump,
        '--no-cache',
        ...json,
      ],
      {encoding: 'utf8'},
    )
    expect({status, stderr}).toEqual({
      status: 1,
      stderr: 'Cannot write to stdout: no space left on device.\n',
    })
  }
})

it('a terminal gets colours, unless NO_COLOR is set', () => {
  const colour = /\[3\dm/
  expect(drawn({})).toMatch(colour)
  expect(drawn({NO_COLOR: ''})).toMatch(colour)
  const plain = drawn({NO_COLOR: '1'})
  expect(plain).toContain('Verdict')
  expect(plain).not.toMatch(colour)
})
