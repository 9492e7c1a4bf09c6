// The rules of src/README.md, enforced.
import {describe, expect, it} from 'vitest'
import {circles, readTable, roomOf, unneeded, wrongImports, wrongSurroundings} from './architecture/rules.js'
import {files, readme} from './architecture/source-files.js'

const rules = readTable(readme)

/** As src/README.md has them, below its tables. */
const PURE = /^`([a-z -]+)` never print/m.exec(readme)![1].split(' ')

const wrongIn = (file: string, text: string): string[] => {
  const all = new Map([...files, [file, text]])
  const wrong = [...wrongImports(all, rules), ...wrongSurroundings(all, PURE)]
  return wrong.filter(problem => problem.startsWith(`${file}: `))
}

describe('imports', () => {
  it('follow the table', () => {
    expect(wrongImports(files, rules)).toEqual([])
  })

  it('leave these rooms free of their surroundings', () => {
    expect(PURE).toEqual(expect.arrayContaining(['graph', 'wasm', 'heap', 'dump', 'analysis', 'units', 'protocol']))
    expect(wrongSurroundings(files, PURE)).toEqual([])
  })

  it.each([
    ['another room', 'lib/graph/csr.ts', "import {Heap} from '../heap/heap.js'", 'graph may not import heap'],
    ['a package', 'lib/protocol/x.ts', "import {Client} from 'pg'", 'protocol may not import pg'],
    ['a command', 'commands/heapdump/x.ts', "import X from './trigger.js'", 'a command imports another command'],
    ['no row', 'lib/somewhere/new.ts', '', 'somewhere has no row'],
    ['a new room of the analysis', 'lib/analysis/new/x.ts', '', 'analysis/new has no row'],
    [
      'a higher room of the analysis',
      'lib/analysis/objects/x.ts',
      "import type {Suspect} from '../suspects/finding.js'",
      'analysis/objects may not import analysis/suspects',
    ],
    [
      'more than types',
      'lib/cache/x.ts',
      "import {openBucket} from '../store/open-bucket.js'",
      'cache may import only types of store',
    ],
    [
      'more than types, by import()',
      'lib/cache/x.ts',
      "await import('../store/open-bucket.js')",
      'cache may import only types of store',
    ],
    [
      'types that load the file',
      'lib/cache/x.ts',
      "import {\n  type DumpStore,\n} from '../store/store.js'",
      'cache may import only types of store',
    ],
    [
      'more than types of a package',
      'lib/heroku/x.ts',
      "import {Errors} from '@oclif/core'",
      'heroku may import only types of @oclif/core',
    ],
    ['the environment', 'lib/heap/x.ts', "const home = process.env['HOME']", 'lib/heap/x.ts: process.env'],
    ['what destructuring takes', 'lib/dump/x.ts', 'const {stdout} = process', 'lib/dump/x.ts: = process'],
    ['a terminal', 'lib/analysis/objects/x.ts', 'process.stderr.isTTY', 'lib/analysis/objects/x.ts: process.stderr'],
    ['an end', 'lib/protocol/x.ts', 'process.exitCode = 1', 'lib/protocol/x.ts: process.exitCode'],
    ['a property by its name', 'lib/wasm/x.ts', "process['env'].HOME", "lib/wasm/x.ts: process['env"],
    ['another name for process', 'lib/graph/x.ts', 'const runner = process\n', 'lib/graph/x.ts: = process'],
    ['the console', 'lib/units.ts', "console.log('here')", 'lib/units.ts: console.'],
  ])('are judged: %s', (_, file, text, problem) => {
    expect(wrongIn(file, text)).toEqual([expect.stringContaining(problem)])
  })

  it('may be of types where the table says so, and of whatever is lower', () => {
    expect(wrongIn('lib/cache/x.ts', "import type {DumpStore} from '../store/store.js'")).toEqual([])
    expect(wrongIn('lib/analysis/suspects/x.ts', "import {ownerOf} from '../objects/owner.js'")).toEqual([])
    const below = "export function one(): number {\n  return 1\n}\nimport type {DumpStore} from '../store/store.js'"
    expect(wrongIn('lib/cache/x.ts', below)).toEqual([])
    expect(wrongIn('lib/postgres/x.ts', "const {Client} = await import('pg')")).toEqual([])
    expect(wrongIn('lib/heap/x.ts', '// The process.env of an app is in its heap.')).toEqual([])
  })

  it('need each row, and all that it allows', () => {
    const rooms = new Set([...files.keys()].map(file => roomOf(file, rules)))
    expect([...rules.keys()].filter(row => !rooms.has(row))).toEqual([])
    expect(unneeded(files, rules)).toEqual([])
    const types = new Map([...files].filter(([file]) => !file.startsWith('lib/cache/')))
    types.set(
      'lib/cache/x.ts',
      "import type {DumpStore} from '../store/store.js'\nimport {packageFile} from '../package-file.js'",
    )
    expect(unneeded(types, rules)).toEqual(['cache: analysis'])
    types.set('lib/private-file.ts', "import type {UserError} from './errors.js'")
    expect(unneeded(types, rules)).toEqual(['private-file: errors', 'cache: analysis'])
  })

  it('make no circle', () => {
    expect(circles(files)).toEqual([])
    const circle = new Map([
      ['lib/a.ts', "import {b} from './b.js'"],
      ['lib/b.ts', "export * from './c/c.js'"],
      ['lib/c/c.tsx', "import type {D} from '../d.js'\nawait import('../a.js')"],
      ['lib/d.ts', "import {a} from './a.js'"],
    ])
    expect(
      circles(
        new Map([
          ['lib/a.ts', 'import "./b.js"'],
          ['lib/b.ts', 'await import(`./a.js`)'],
        ]),
      ),
    ).toEqual([['lib/a.ts', 'lib/b.ts']])
    expect(circles(circle)).toEqual([['lib/a.ts', 'lib/b.ts', 'lib/c/c.tsx']])
  })

  it('print by nothing but what makes foreign text printable', () => {
    const printing = [...files]
      .filter(([file, text]) => /\bconsole\.|\bux\.|\.write\(/.test(text) && !file.startsWith('wasm/'))
      .map(([file]) => file)
    expect(printing.toSorted()).toEqual(
      [
        // Streams that are no terminal's.
        'lib/dump/gunzip.ts',
        'lib/store/save-dump.ts',
        // Keys, for the line that is being typed.
        'lib/cli/type-queries.ts',
        // These make it printable, or draw with Ink.
        'lib/cli/confirm.ts',
        'lib/cli/base-command.ts',
        'lib/render/full-screen.ts',
        'lib/render/memory-view.ts',
        'lib/render/progress-bar.ts',
        'lib/render/trigger-view.ts',
      ].toSorted(),
    )
  })

  it('leave commands short: parse, open, do, show', () => {
    const long = [...files].filter(([file, text]) => file.startsWith('commands/') && text.split('\n').length > 81)
    expect(long.map(([file]) => file)).toEqual([])
  })

  it('reach slow libraries only at the point of use', () => {
    const slow =
      /^import (?!type)[^\n]*from '(?:ink|react|pg|@aws-sdk\/[^']*|@heroku-cli\/command|@heroku\/heroku-cli-util[^']*)'/m
    const eager = [...files].filter(
      ([file, text]) => !file.startsWith('lib/render/ink/') && file !== 'lib/heroku/open-heroku.ts' && slow.test(text),
    )
    expect(eager.map(([file]) => file)).toEqual([])
  })
})

describe('what a row is', () => {
  const LABEL = String.raw`\b(?:label|className|title|owner)\b`
  const TAKES_APART = new RegExp(
    [
      String.raw`${LABEL}(?:'\])? [!=]==?(?!=| (?:null|undefined)\b)`,
      String.raw`[!=]==? (?:\w+\??\.)*${LABEL}`,
      String.raw`\bswitch \((?:\w+\??\.)*${LABEL}`,
      String.raw`${LABEL}\??\.(?:at|charAt|startsWith|endsWith|includes|indexOf|match|matchAll|replace|replaceAll|search|slice|split|substring|toLowerCase|toUpperCase)\(`,
      String.raw`\.(?:test|exec|has|includes|indexOf)\((?:\w+\??\.)*${LABEL}\)`,
    ].join('|'),
  )

  it('is told by a field: no view compares a label or takes one apart', () => {
    const reading = [...files]
      .filter(([file]) => file.startsWith('lib/render/'))
      .flatMap(([file, text]) =>
        text
          .split('\n')
          .filter(line => TAKES_APART.test(line))
          .map(line => `${file}: ${line.trim()}`),
      )
    expect(reading).toEqual([])
  })

  it.each([
    "rows.find(({label}) => label !== 'allocation tracer')",
    'growth.filter(row => row.className === TRACER)',
    'named.find(row => worst.owner === row.label)',
    'label.startsWith(`${owner} (`)',
    'PASSED_OVER.test(step.label)',
    'HOLDS_ALL.has(label)',
    "['Hash', 'Array'].includes(row.className)",
    "row['label'] === 'Hash'",
    "row.label == 'Hash'",
    'switch (row.label) {',
    "label.toLowerCase().startsWith('hash')",
  ])('is not told by %s', line => {
    expect(line).toMatch(TAKES_APART)
  })
})

it('has a line for each folder and file in the table of what they do, and none for another', () => {
  const table = readme.slice(0, readme.indexOf('Who may import what'))
  const named = [...table.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name)
  const isNamed = (file: string, name: string) => (name.endsWith('/') ? file.startsWith(name) : file === name)
  const all = [...files.keys()]
  expect(named.filter(name => !all.some(file => isNamed(file, name)))).toEqual([])
  expect(all.filter(file => !named.some(name => isNamed(file, name)))).toEqual([])
})
