// Writes docs/commands.md: the help of every command, as `heroku help COMMAND` prints it; and the tables in docs/sql.md.
// Build first.
//   npm run docs
import {CommandHelp, Config} from '@oclif/core'
import {readFileSync, rmSync, writeFileSync} from 'node:fs'
import {dirname} from 'node:path'
import {argv} from 'node:process'
import {fileURLToPath} from 'node:url'
import {bundle} from './bundle.js'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** @returns {Promise<string>} the text of docs/commands.md */
export async function describeCommands() {
  const config = await Config.load({root})
  const commands = config.commands
    // An alias is in the help of its command.
    .filter(command => !command.hidden && !command.aliases.includes(command.id))
    .toSorted((one, other) => one.id.localeCompare(other.id))
  const sections = commands.map(command => {
    const help = new CommandHelp(command, config, {maxWidth: 100, stripAnsi: true, usageHeader: 'USAGE'})
    const lines = help
      .generate()
      .split('\n')
      .map(line => line.trimEnd())
    return `## ${command.id}\n\n${command.summary}\n\n\`\`\`\n${lines.join('\n').trim()}\n\`\`\`\n`
  })
  return [
    '# Commands\n',
    '<!-- Written by `npm run docs` from the commands themselves. Change them, not this file. -->\n',
    `${commands.map(command => `[${command.id}](#${command.id.replaceAll(':', '')})`).join(',\n')}\n`,
    ...sections,
  ].join('\n')
}

/**
 * @param {ReadonlyArray<{name: string, doc: string, columns: readonly object[]}>} tables
 * @returns {string} a section for each, in Markdown
 */
export function describeTables(tables) {
  const sections = tables.map(({columns, doc, name}) => {
    const rows = columns.map(({doc: meaning, name: column, type, unit}) => [`\`${column}\``, type, unit ?? '', meaning])
    const lines = [['column', 'type', 'unit', 'meaning'], ['---', '---', '---', '---'], ...rows]
    return `### ${name}\n\nA row is ${doc}.\n\n${lines.map(cells => `| ${cells.join(' | ')} |`).join('\n')}\n`
  })
  return sections.join('\n')
}

/** Puts the text between the two comments of docs/sql.md. */
export function withTables(document, text) {
  return document.replace(/(<!-- Written by `npm run docs`[^>]*-->\n)[\s\S]*(<!-- \/tables -->)/, `$1\n${text}\n$2`)
}

/** The definitions, from the sources. */
async function loadTables() {
  const file = `${root}/dist/tables.mjs`
  await bundle({
    input: {tables: 'src/lib/tables-of-dump/tables.ts'},
    output: {codeSplitting: false, file, format: 'esm'},
  })
  try {
    return (await import(file)).TABLES
  } finally {
    rmSync(file)
  }
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(`${root}/docs/commands.md`, await describeCommands())
  const sql = `${root}/docs/sql.md`
  writeFileSync(sql, withTables(readFileSync(sql, 'utf8'), describeTables(await loadTables())))
}
