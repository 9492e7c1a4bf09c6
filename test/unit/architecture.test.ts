// The import table of src/README.md, enforced.
import {readFileSync, readdirSync} from 'node:fs'
import {dirname, join, relative, resolve} from 'node:path'
import {fileURLToPath} from 'node:url'
import {describe, expect, it} from 'vitest'

const source = join(dirname(fileURLToPath(import.meta.url)), '../../src')

type Rule = {readonly own: readonly string[]; readonly thirdParty: readonly string[]}

/** Rows of the second table: | `a` `b` | `x` (types) `y` | `pkg` |. */
function readTable(): Map<string, Rule> {
  const rules = new Map<string, Rule>()
  const text = readFileSync(join(source, 'README.md'), 'utf8')
  const table = text.slice(text.indexOf('| folder | may import |'))
  for (const line of table.split('\n').slice(2)) {
    if (!line.startsWith('|')) break
    const [subjects, own, thirdParty] = line.split('|').slice(1, 4)
    const names = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(match => match[1])
    const rule = {own: own.includes('all of') ? ['*'] : names(own), thirdParty: names(thirdParty)}
    for (const subject of names(subjects)) rules.set(subject, rule)
  }

  return rules
}

const files = readdirSync(source, {recursive: true, withFileTypes: true})
  .filter(entry => entry.isFile() && /\.tsx?$/.test(entry.name))
  .map(entry => join(entry.parentPath, entry.name))

/** `lib/store/s3-store.ts` → store, `lib/errors.ts` → errors, `commands/heapdump/list.ts` → commands. */
function folderOf(path: string): string {
  const parts = relative(source, path).split('/')
  return parts[0] === 'lib' ? parts[1].replace(/\.tsx?$/, '') : parts[0]
}

export function importsOf(text: string): string[] {
  return [...text.matchAll(/(?:from|import\()\s*'([^']+)'/g)].map(match => match[1])
}

/** What is wrong with one import, or null. */
function judge(file: string, specifier: string, rules: Map<string, Rule>): string | null {
  const folder = folderOf(file)
  const rule = rules.get(folder)
  if (!rule) return `${folder} has no row in src/README.md`
  if (specifier.startsWith('node:')) return null
  if (specifier.startsWith('.')) {
    const target = folderOf(resolve(dirname(file), specifier).replace(/\.js$/, '.ts'))
    if (target === folder) return folder === 'commands' ? 'a command imports another command' : null
    return rule.own.includes(target) || rule.own.includes('*') ? null : `${folder} may not import ${target}`
  }

  const allowed = rule.thirdParty.some(name =>
    name.endsWith('/*')
      ? specifier.startsWith(name.slice(0, -1))
      : specifier === name || specifier.startsWith(`${name}/`),
  )
  if (allowed) return null
  return `${folder} may not import ${specifier}`
}

describe('imports', () => {
  const rules = readTable()

  it('follow the table', () => {
    const wrong = files.flatMap(file =>
      importsOf(readFileSync(file, 'utf8'))
        .map(specifier => judge(file, specifier, rules))
        .filter(problem => problem !== null)
        .map(problem => `${relative(source, file)}: ${problem}`),
    )
    expect(wrong).toEqual([])
  })

  it('are judged: each kind of breach is seen', () => {
    expect(judge(join(source, 'lib/graph/csr.ts'), '../heap/heap.js', rules)).toContain('may not import heap')
    expect(judge(join(source, 'lib/protocol/envelope.ts'), 'pg', rules)).toContain('may not import pg')
    expect(judge(join(source, 'commands/heapdump/list.ts'), './trigger.js', rules)).toContain('another command')
    expect(judge(join(source, 'lib/somewhere/new.ts'), './x.js', rules)).toContain('no row')
    expect(judge(join(source, 'lib/postgres/notify-connection.ts'), 'pg', rules)).toBeNull()
  })

  it('print by nothing but what makes foreign text printable', () => {
    const printing = files
      .filter(file => /\bconsole\.|\bux\.|\.write\(/.test(readFileSync(file, 'utf8')) && !file.includes('/wasm/'))
      .map(file => relative(source, file))
    expect(printing.toSorted()).toEqual(
      [
        // Streams that are no terminal's.
        'lib/dump/gunzip.ts',
        'lib/store/save-dump.ts',
        // These make it printable, or draw with Ink.
        'lib/cli/ask.ts',
        'lib/cli/base-command.ts',
        'lib/render/explorer.ts',
        'lib/render/progress-bar.ts',
        'lib/render/trigger-view.ts',
      ].toSorted(),
    )
  })

  it('reach slow libraries only at the point of use', () => {
    const slow =
      /^import (?!type)[^\n]*from '(?:ink|react|pg|@aws-sdk\/[^']*|@heroku-cli\/command|@heroku\/heroku-cli-util[^']*)'/m
    const eager = files.filter(
      file =>
        !file.includes('/render/ink/') &&
        !file.endsWith('/heroku/open-heroku.ts') &&
        slow.test(readFileSync(file, 'utf8')),
    )
    expect(eager.map(file => relative(source, file))).toEqual([])
  })
})
