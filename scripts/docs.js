// Writes docs/commands.md: the help of every command, as `heroku help COMMAND` prints it. Build first.
//   npm run docs
import {CommandHelp, Config} from '@oclif/core'
import {writeFileSync} from 'node:fs'
import {dirname} from 'node:path'
import {argv} from 'node:process'
import {fileURLToPath} from 'node:url'

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

if (argv[1] === fileURLToPath(import.meta.url)) writeFileSync(`${root}/docs/commands.md`, await describeCommands())
