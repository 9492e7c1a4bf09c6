// Whatever a user can type is documented: in the help, by an example, and in docs/commands.md. command-tree.txt makes
// sure that it changes only on purpose.
import {readFileSync, readdirSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {ROLES} from '../../src/lib/analysis/objects/roles.js'
import {RULE_IDS} from '../../src/lib/analysis/suspects/rule-ids.js'
import {ERROR_CODES, FAILURE_CODES} from '../../src/lib/error-codes.js'
import {TABLES} from '../../src/lib/tables-of-dump/tables.js'
import {describeCommands, describeTables} from '../../scripts/docs.js'

type Flag = {
  readonly description?: string
  readonly char?: string
  readonly type: string
  readonly allowNo?: boolean
  readonly default?: unknown
  readonly helpGroup?: string
  readonly hidden?: boolean
}
type CommandClass = {
  readonly aliases?: readonly string[]
  readonly description?: string
  readonly summary?: string
  readonly usage?: string | readonly string[]
  readonly examples?: readonly string[]
  readonly flags?: Readonly<Record<string, Flag>>
  readonly args?: Readonly<
    Record<string, {readonly description?: string; readonly ignoreStdin?: boolean; readonly required?: boolean}>
  >
}

const root = join(import.meta.dirname, '../..')
const folder = join(root, 'src/commands')
const files = readdirSync(folder, {recursive: true})
  .map(String)
  .filter(file => file.endsWith('.ts'))
  .toSorted()
const commands = await Promise.all(
  files.map(async file => {
    const {default: command} = (await import(join(folder, file))) as {default: CommandClass}
    const {aliases = [], description, examples, flags = {}, args = {}, summary, usage} = command
    return {
      command: {aliases, args, description, examples, flags, summary, usage},
      id: file.replace(/\.ts$/, '').replaceAll('/', ':'),
    }
  }),
)

describe.each(commands)('$id', ({command, id}) => {
  it('has a lower-case summary without a full stop, no description that repeats it, and examples', () => {
    expect(command.summary).toMatch(/^[a-z].{1,78}[^.]$/)
    expect(command.description).toBeUndefined()
    expect(command.examples?.length).toBeGreaterThan(0)
    for (const example of command.examples ?? []) {
      expect(example).toContain(`heroku ${id}`)
      // The help indents it by two columns, and does not wrap it.
      expect(example.length).toBeLessThanOrEqual(78)
    }
  })

  it('describes each flag and argument', () => {
    for (const [name, {description, hidden}] of [
      ...Object.entries(command.flags),
      ...Object.entries(command.args),
    ] as Array<[string, Flag]>) {
      if (!hidden) expect(description, name).toMatch(/\S/)
    }
  })

  it('has existing flags in its usage, and groups long lists of flags', () => {
    const inUsage = [command.usage ?? []].flat().flatMap(line => line.match(/--[\w-]+/g) ?? [])
    expect(inUsage.filter(name => name !== '--json' && !(name.slice(2) in command.flags))).toEqual([])
    const main = Object.values(command.flags).filter(({helpGroup}) => helpGroup === undefined)
    expect(main.length).toBeLessThanOrEqual(8)
  })

  it('takes no argument from standard input, where oclif would look for one that is not given', () => {
    for (const [name, {ignoreStdin}] of Object.entries(command.args)) expect(ignoreStdin, name).toBe(true)
  })
})

describe('the manifest', () => {
  it('lists exactly the commands that exist', () => {
    const {commands: listed} = JSON.parse(readFileSync(join(root, 'oclif.manifest.json'), 'utf8')) as {
      commands: Record<string, unknown>
    }
    expect(Object.keys(listed).toSorted()).toEqual(commands.map(one => one.id).toSorted())
  })
})

describe('docs/commands.md', async () => {
  const text = await describeCommands()

  it('has the help of every command: npm run docs', async () => {
    await expect(text).toMatchFileSnapshot('../../docs/commands.md')
  })

  it('has no empty alternatives, and durations as a person writes them', () => {
    expect(text.match(/.*(?:\[[^\]]* \]|\| \]).*/g)).toBeNull()
    const defaults = [...text.matchAll(/DURATION +\[default: (\S+)\]/g)].map(match => match[1])
    expect(new Set(defaults)).toEqual(new Set(['10m', '10s', '15m']))
  })
})

describe('docs/sql.md', () => {
  it('has each table with its columns, types and units (npm run docs)', () => {
    expect(readFileSync(join(root, 'docs/sql.md'), 'utf8')).toContain(describeTables(TABLES))
  })
})

describe('docs/dependencies.md', () => {
  const {packages} = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<
      string,
      {
        readonly dev?: boolean
        readonly devOptional?: boolean
        readonly hasInstallScript?: boolean
        readonly optional?: boolean
      }
    >
  }
  const installed = Object.entries(packages).filter(([path, {dev}]) => path !== '' && !dev)
  const text = readFileSync(join(root, 'docs/dependencies.md'), 'utf8')

  it('has the number of packages, and none of them has an install script', () => {
    const needed = installed.filter(([, {devOptional, optional}]) => !devOptional && !optional)
    expect(text).toContain(`installs ${needed.length} packages`)
    expect(installed.filter(([, {hasInstallScript}]) => hasInstallScript)).toEqual([])
  })

  it('says what each library that we import is for', () => {
    const sources = readdirSync(join(root, 'src'), {encoding: 'utf8', recursive: true}).filter(name =>
      /\.tsx?$/.test(name),
    )
    const imported = sources.flatMap(name =>
      [...readFileSync(join(root, 'src', name), 'utf8').matchAll(/(?:from|import\() ?'((?:@[\w-]+\/)?[\w-]+)/g)].map(
        match => match[1],
      ),
    )
    const named = [...text.matchAll(/^\| (.*?) \|/gm)].flatMap(([, cell]) =>
      [...cell.matchAll(/`([^`]+)`/g)].map(match => match[1]),
    )
    expect(named.toSorted()).toEqual([...new Set(imported)].filter(name => name !== 'node').toSorted())
  })
})

describe('each code that scripts can rely on', () => {
  const sources = readdirSync(join(root, 'src'), {recursive: true})
    .map(String)
    .filter(file => /\.tsx?$/.test(file) && !file.endsWith('error-codes.ts') && !file.endsWith('rule-ids.ts'))
    .map(file => readFileSync(join(root, 'src', file), 'utf8'))
    .join('\n')
  /** The first cells of the first table below a heading or a line. */
  const named = (file: string, heading: string) => {
    const text = readFileSync(join(root, 'docs', file), 'utf8')
    const table = text
      .slice(text.indexOf(heading))
      .split(/^\|---.*\n/m)[1]
      .split(/\n(?!\|)/)[0]
    return [...table.matchAll(/^\| `([^`]+)` \|/gm)].map(match => match[1])
  }
  const agents: readonly string[] = FAILURE_CODES

  it('is documented: error codes, agent failure codes, suspect rules', () => {
    const own = ERROR_CODES.filter(code => !agents.includes(code))
    expect(named('json.md', '## Error codes')).toEqual(own.toSorted())
    expect(named('protocol.md', 'Codes of `failed`').toSorted()).toEqual(agents.toSorted())
    expect(named('json.md', '## Suspect rules')).toEqual(RULE_IDS.toSorted())
  })

  it('is used in the sources', () => {
    const unused = [...ERROR_CODES, ...RULE_IDS].filter(
      code => !agents.includes(code) && !sources.includes(`'${code}'`) && !code.startsWith('bucket_no_'),
    )
    expect(unused).toEqual([])
  })

  it('is documented: object roles', () => {
    const text = readFileSync(join(root, 'docs/json.md'), 'utf8')
    const table = text.slice(text.indexOf('| `role` |'), text.indexOf('`suspects[].ownerAddress`'))
    const roles = [...table.matchAll(/^\| ((?:`[^`]+` )+)\|/gm)].flatMap(([, cell]) =>
      [...cell.matchAll(/`([^`]+)`/g)].map(match => match[1]),
    )
    expect(roles.filter(role => role !== 'role').toSorted()).toEqual(ROLES.toSorted())
  })
})

describe('the command tree', () => {
  it('changes only on purpose', async () => {
    const lines = commands.flatMap(({command, id}) => [
      `${id}${Object.entries(command.args)
        .map(([name, arg]) => (arg.required ? ` ${name.toUpperCase()}` : ` [${name.toUpperCase()}]`))
        .join('')}${command.aliases.map(alias => `, ${alias}`).join('')}`,
      ...Object.entries(command.flags)
        .filter(([, flag]) => !flag.hidden)
        .map(
          ([name, flag]) =>
            `  ${flag.char ? `-${flag.char} ` : ''}--${flag.allowNo ? '[no-]' : ''}${name}${flag.type === 'option' ? ' VALUE' : ''}${typeof flag.default === 'string' ? ` (${flag.default})` : ''}`,
        )
        .toSorted(),
    ])
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('command-tree.txt')
  })
})
