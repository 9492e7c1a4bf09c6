// Screens and errors of the commands that read a dump, whose texts would all do harm if printed unescaped. None of it
// reaches the terminal, and no line is longer than the terminal is wide.
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, it} from 'vitest'
import HeapdumpAnalyze from '../../../src/commands/heapdump/analyze.js'
import HeapdumpDiff from '../../../src/commands/heapdump/diff.js'
import HeapdumpExplain from '../../../src/commands/heapdump/explain.js'
import {SECTIONS} from '../../../src/lib/analysis/report/sections.js'
import {type HostileRun, hostileRun, problemsOf} from '../../support/hostile-runs.js'
import {hostileDump, SHELL, UNPRINTABLE} from '../../support/hostile.js'
import {runCommand} from '../../support/run-command.js'
import {typed} from '../../support/shell.js'
import {setEnvironment} from '../../support/settings.js'

const hostile = hostileDump(UNPRINTABLE)
let directory: string
let dump: string
let later: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'heapdump-hostile-'))
  dump = join(directory, 'dump-漢字.json')
  later = join(directory, 'later-\u202egnp.json')
  await writeFile(dump, hostile.text)
  await writeFile(later, hostileDump(UNPRINTABLE, {count: 900, offset: 1 << 20}).text)
})
afterAll(() => rm(directory, {recursive: true}))

const analyze = (...args: string[]) => hostileRun(HeapdumpAnalyze, [dump, ...args])
const explain = (what: string, ...flags: string[]) => hostileRun(HeapdumpExplain, [...flags, '--', dump, what])
const diff = (...args: string[]) => hostileRun(HeapdumpDiff, args)

/** Screens, and errors that repeat a word of the command line or of the dump. */
function runs(): readonly HostileRun[] {
  const {addresses, className, file} = hostile
  const word = UNPRINTABLE.join('')
  const inFileName = word.replaceAll(/[/\0]/g, '')
  return [
    analyze(),
    analyze('--verbose'),
    analyze('--verbose', '--show-values'),
    analyze('--json'),
    analyze('--format', 'markdown', '--show-values'),
    analyze('--fail-on', '1MB'),
    ...SECTIONS.map(section => analyze('--section', section, '--show-values')),
    analyze(`--class=${className}`),
    analyze(`--class=${className}`, '--section', 'paths'),
    analyze(`--site=${file}:1`),
    analyze(`--site=${file}`, '--section', 'sites'),
    analyze('--class', 'Evil::Klas'),
    analyze('--site', 'app.rb:99'),
    analyze('--html', `${directory}/no/such${inFileName}`),
    analyze('--html', join(directory, `report${inFileName}`)),
    analyze(`--generation=${word}`),
    analyze(word),
    analyze(`--no-such${word}`),
    ...Object.values(addresses).map(address => explain(address, '--show-values')),
    explain(className),
    explain(file),
    explain(`${file}:1`),
    explain('Evil::Klas'),
    explain('Evil'),
    explain('xxx.rb'),
    explain(`${file}:77`),
    explain('0x7f0000000001'),
    explain(word),
    diff(dump, later),
    diff(dump, later, '--json'),
    diff(dump, dump),
    diff(`${dump}${inFileName}`, dump),
    diff(later, later),
  ]
}

it.each([80, 140])(
  'nothing foreign is printed at %i columns, and no line is longer',
  {timeout: 300_000},
  async width => {
    const all = runs()
    expect(all.length).toBeGreaterThan(50)
    expect(await problemsOf(all, width)).toEqual([])
  },
)

it(
  'proposes commands that do only what they say, whatever names a dump and its file have',
  {timeout: 120_000},
  async () => {
    const shell = hostileDump(SHELL)
    const file = join(directory, "$(touch pwned) it's `x`;*.json")
    await writeFile(file, shell.text)
    const restore = setEnvironment({COLUMNS: '80', NO_COLOR: '1'})
    const screens: string[] = []
    try {
      for (const args of [[], ['--verbose'], ...SECTIONS.map(section => ['--section', section])])
        screens.push((await runCommand(HeapdumpAnalyze, [file, ...args])).stdout)
      for (const what of [shell.className, shell.file, ...Object.values(shell.addresses)])
        screens.push((await runCommand(HeapdumpExplain, ['--', file, what])).stdout)
      screens.push((await runCommand(HeapdumpDiff, [dump, file])).stdout)
    } finally {
      restore()
    }

    // An error, such as an ambiguous path, has no screen.
    const proposed = screens.filter(screen => screen !== '')
    expect(proposed.filter(screen => !screen.includes(' Next:'))).toEqual([])
    expect(proposed.length).toBeGreaterThan(20)
    const names = shell.text
      .trim()
      .split('\n')
      .flatMap(line => Object.values(JSON.parse(line) as Record<string, unknown>))
      .filter(value => typeof value === 'string')
    const flags = new Set([
      '--section',
      '--verbose',
      '--html',
      'report.html',
      '--class',
      'String',
      '--generation',
      '--',
      'dominators',
      'sites',
    ])
    for (const [program, command, ...words] of typed(proposed)) {
      expect(program).toBe('heroku')
      expect(command).toMatch(/^heapdump:(analyze|explain|explore)$/)
      expect(words).toContain(file)
      const others = words.filter(word => word !== file && !flags.has(word) && !/^(0x[0-9a-f]{1,16}|\d+)$/.test(word))
      // A class, or the end of a path: complete, one word, and after the end of the flags.
      for (const word of others) {
        expect(words.indexOf(word)).toBeGreaterThan(words.indexOf('--'))
        expect(
          names.some(name => name === word || name.endsWith(word.replace(/:\d+$/, ''))),
          word,
        ).toBe(true)
      }
    }

    expect(typed(proposed).length).toBeGreaterThanOrEqual(proposed.length)
  },
)

it('accepts names that every JavaScript object has as properties', {timeout: 120_000}, async () => {
  const names = ['__proto__', 'constructor', 'hasOwnProperty', 'toString', 'valueOf', '']
  const file = join(directory, 'names.json')
  await writeFile(file, hostileNames(names))
  for (const args of [[], ['--verbose'], ['--json'], ...SECTIONS.map(section => ['--section', section])]) {
    const {code, stderr, stdout} = await runCommand(HeapdumpAnalyze, [file, '--no-cache', ...args])
    expect({args, code, stderr}).toEqual({args, code: 0, stderr: ''})
    // How JavaScript prints a function or an object.
    expect(stdout).not.toMatch(/native code\] \}|\[object Object\]|function /)
  }
})

/** A dump in which each kind of text is one of `names`. */
function hostileNames(names: readonly string[]): string {
  const address = (number: number) => `0x${(0x7f0000000000 + number * 40).toString(16)}`
  const records = names.flatMap((name, at) => [
    {references: [address(at * 10 + 1), address(at * 10 + 5)], root: name, type: 'ROOT'},
    {
      address: address(at * 10 + 1),
      memsize: 500,
      name,
      references: [2, 3, 4].map(number => address(at * 10 + number)),
      type: 'CLASS',
    },
    {
      address: address(at * 10 + 2),
      class: address(at * 10 + 1),
      file: name,
      line: 1,
      memsize: 4e5,
      method: name,
      type: 'OBJECT',
    },
    {address: address(at * 10 + 3), imemo_type: name, memsize: 40, type: 'IMEMO'},
    {address: address(at * 10 + 4), memsize: 40, references: [address(at * 10 + 2)], struct: name, type: 'DATA'},
    {address: address(at * 10 + 5), memsize: 40, type: name || 'ODD'},
    ...[6, 7].map(number => ({
      address: address(at * 10 + number),
      bytesize: 9,
      memsize: 40,
      type: 'STRING',
      value: `${name} twice`,
    })),
  ])
  return `${records.map(record => JSON.stringify(record)).join('\n')}\n`
}

it('explains a class whose name looks like a line of code', async () => {
  const {className, text} = hostileDump(['/app/a.rb:7'])
  const file = join(directory, 'class.json')
  await writeFile(file, text)
  const {code, stdout} = await runCommand(HeapdumpExplain, [file, className])
  expect({code, title: stdout.split('\n', 1)[0]}).toEqual({code: 0, title: expect.stringContaining(className)})
})
