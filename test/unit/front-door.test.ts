// What a newcomer reads first: every command works as typed, every link has a target, no line is too long.
import {execFileSync} from 'node:child_process'
import {existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {Config, Parser} from '@oclif/core'
import {expect, it} from 'vitest'
import {GLOSSARY} from '../../src/lib/render/html/glossary.js'
import {missingFields} from '../../scripts/check-package.js'

const root = join(import.meta.dirname, '../..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const docs = readdirSync(join(root, 'docs'))
  .filter(name => name.endsWith('.md'))
  .map(name => `docs/${name}`)
const pages = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md', ...docs]
const config = await Config.load({root})

/** Each `heroku heapdump:…` in a page's code, up to the end of the command. */
function commandsIn(text: string): string[] {
  const code = [...text.matchAll(/```\w*\n([^]*?)```|`([^`\n]+)`/g)].flatMap(([, block, span]) =>
    (block ?? span).split('\n'),
  )
  return code.flatMap(line =>
    [...line.replaceAll('\\n', ' ').matchAll(/heroku (heapdump:[^|#&;]+)/g)].map(match => match[1].trim()),
  )
}

const typed = pages
  .filter(page => page !== 'docs/commands.md')
  .map(page => [page, commandsIn(read(page))] as const)
  .filter(([, commands]) => commands.length > 0)

it.each(typed)('%s has commands that parse as typed', async (_, commands) => {
  for (const line of commands) {
    // Text after two spaces is an explanation.
    const [id, ...argv] = line.split(/ {2,}/)[0].split(' ')
    const found = config.findCommand(id)
    expect(found, line).toBeDefined()
    const {args, baseFlags, flags} = await found!.load()
    const parsed = Parser.parse(argv, {args, flags: {...baseFlags, ...flags}, strict: true})
    await expect(parsed, line).resolves.toBeDefined()
  }
})

it.each(pages)('%s has no broken links', page => {
  const targets = [...read(page).matchAll(/\]\(([^)\s]+)\)|^\[[^\]]+\]: (\S+)/gm)].map(match => match[1] ?? match[2])
  const broken = targets
    .filter(target => !/^(?:https?:|#)/.test(target))
    .filter(target => !existsSync(join(root, dirname(page), target.split('#')[0])))
  expect(broken).toEqual([])
})

it.each([
  ['README.md', 100],
  ['docs/commands.md', 100],
  ['CONTRIBUTING.md', 120],
  ['SECURITY.md', 120],
  ['CHANGELOG.md', 120],
  ['docs/README.md', 120],
  ['docs/architecture.md', 120],
  ['docs/configuration.md', 120],
  ['docs/dependencies.md', 120],
  ['docs/glossary.md', 120],
  ['docs/growth.md', 120],
  ['docs/heap-graph.md', 120],
  ['docs/json.md', 120],
  ['docs/mcp.md', 120],
  ['docs/performance.md', 120],
  ['docs/suspects.md', 120],
  ['docs/without-heroku.md', 120],
])('%s has no line of prose longer than %i columns', (page, columns) => {
  // Table rows cannot be wrapped: only pages limited to 100 columns count them.
  const lines = read(page)
    .split('\n')
    .filter(line => columns === 100 || !line.startsWith('| '))
  expect(lines.filter(line => [...line].length > columns)).toEqual([])
})

it('a package without its origin is not packed', () => {
  const whole = {
    author: 'Somebody',
    bugs: {url: 'https://git.example/bugs'},
    heroku: {buildpack: 'https://git.example/heapdump'},
    homepage: 'https://git.example',
    repository: {type: 'git', url: 'git+https://git.example/heapdump.git'},
  }
  expect(missingFields(whole)).toEqual([])
  expect(missingFields({...whole, heroku: {buildpack: 'git@git.example:heapdump'}})).toEqual(['heroku.buildpack'])
  expect(missingFields({...whole, author: '', bugs: {}})).toEqual(['author', 'bugs'])
  expect(missingFields({})).toEqual(['author', 'bugs', 'homepage', 'repository', 'heroku.buildpack'])
  expect(JSON.parse(read('package.json')).scripts.prepack).toContain('scripts/check-package.js')
})

it('the glossary is linked from the README and the help; the words of HTML reports are the same', () => {
  const rows = [...read('docs/glossary.md').matchAll(/^\| (\*\*.+) \| (.+) \|$/gm)]
  expect(GLOSSARY).toEqual(rows.map(([, ...cells]) => cells.map(cell => cell.replaceAll(/\*\*|`/g, ''))))
  expect(read('README.md')).toContain('(docs/glossary.md)')
  expect(config.findCommand('heapdump:analyze')?.flags.section.description).toContain('docs/glossary.md')
})

it('the line that boots an app without Heroku reads a .env file with quoted values', () => {
  const directory = mkdtempSync(join(tmpdir(), 'heapdump-env-'))
  writeFileSync(join(directory, '.env'), `PLAIN=one\nQUOTED='two words $HOME'\nURL="postgres://u:p%40@h/d"\n`)
  const line = read('docs/without-heroku.md')
    .split('\n')
    .find(one => one.includes('. ./.env'))
  const printed = execFileSync('bash', ['-c', line!.replace('exec bundle exec puma', 'exec env')], {cwd: directory})
  rmSync(directory, {recursive: true})
  const lines = String(printed).split('\n')
  expect(lines).toEqual(
    expect.arrayContaining(['PLAIN=one', 'QUOTED=two words $HOME', 'URL=postgres://u:p%40@h/d', 'DYNO=web.1']),
  )
  expect(lines.find(one => one.startsWith('RUBYOPT='))).toMatch(/buildpack\/agent\/agent\.rb$/)
})
