// Commands that screens propose, as lists of words, and the only place that quotes them for a POSIX shell.
import {isPrintable} from './printable.js'

/** `['heroku', 'heapdump:explain', 'd7k2mq', …]` */
export type CommandLine = readonly string[]

/** Flags that select an app or a file: `['--app', 'shop']`; empty for a local dump. */
export type Target = readonly string[]

/** What runs this plugin: `heroku`, or the path of `bin/run.js` as typed. */
let program = 'heroku'

export function setProgram(name: string): void {
  program = name
}

const looksLikeFlag = (word: string) => word.startsWith('-')

/**
 * A command of the Heroku CLI: arguments, then flags. `foreign` are further arguments, from a dump or a bucket, which
 * could look like flags: then they follow `--`.
 */
export function herokuCommand(
  id: string,
  args: readonly string[] = [],
  flags: readonly string[] = [],
  foreign: readonly string[] = [],
): CommandLine {
  const couldBeFlags = foreign.some(looksLikeFlag) || args.some(word => looksLikeFlag(word) && word !== '-')
  const runner = isOurs(id) ? program : 'heroku'
  if (couldBeFlags) return [runner, id, ...flags, '--', ...args, ...foreign]
  return [runner, id, ...args, ...foreign, ...flags]
}

/**
 * A command of the Heroku CLI itself, which needs an app; null: the configuration is a file, without an app.
 */
export function appCommand(id: string, args: readonly string[], flags: readonly string[]): CommandLine | null {
  return isOfFile(flags) ? null : herokuCommand(id, args, flags)
}

/** Whether the flags name a file with the configuration: then there is no app, and no config vars. */
export function isOfFile(flags: Target): boolean {
  return flags.some(word => /^--env(?:=|$)/.test(word))
}

/** A flag with its value, in one word if the value would be parsed as a flag. */
export function flag(name: string, value: string): readonly string[] {
  return value.startsWith('-') ? [`${name}=${value}`] : [name, value]
}

/** Quotes a word for a shell. */
export function shellWord(text: string): string {
  return /^[\w:./@,+-][\w:./@,+=%-]*$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
}

/** null: it has unprintable characters, so it could not be pasted from a screen. */
export function commandText(command: CommandLine | null): string | null {
  return command !== null && canBeProposed(command) ? command.map(shellWord).join(' ') : null
}

export function canBeProposed(command: CommandLine): boolean {
  return command.every(isPrintable)
}

/** A line with commands; null: one of them cannot be proposed. */
export function proposal(
  texts: TemplateStringsArray,
  ...parts: ReadonlyArray<string | CommandLine | null>
): string | null {
  let [line = ''] = texts
  for (const [at, part] of parts.entries()) {
    const text = typeof part === 'string' ? part : commandText(part)
    if (text === null) return null
    line += text + texts[at + 1]
  }

  return line
}

function isOurs(id: string): boolean {
  return id === 'heapdump' || id.startsWith('heapdump:')
}

/**
 * `heroku ID`, then its flags, names in capitals with or without a value, durations and plans. The prose after it is not
 * part of it.
 */
const COMMAND_IN_PROSE =
  /\b(?:heroku (?=[a-z]+:)|(?=heapdump:))([a-z]+(?::[a-z]+)+)((?: (?:--section [a-z,]+|--?[a-z][\w=-]*(?:\.\d+)?|[A-Z][A-Z_]+(?:=\w+|\b)|\d+[a-z]*|[a-z-]+:[\w-]+))*)/g

/**
 * Hints are written where neither the app nor the program is known. Here `heroku heapdump:list` becomes what can be
 * pasted: `heroku heapdump:list --app shop`.
 */
export function completeCommands(text: string, target: Target): string {
  return text.replaceAll(COMMAND_IN_PROSE, (_all: string, id: string, words: string, at: number) => {
    const runner = isOurs(id) ? shellWord(program) : 'heroku'
    // heapdump:setup takes no --env.
    const takesApp = (isOurs(id) && id !== 'heapdump:setup') || target[0]?.startsWith('--app')
    const hasApp = / (?:--app|--env|-a)\b/.test(text.slice(at))
    const flags = takesApp && !hasApp && !id.startsWith('plugins:') ? target.map(word => ` ${shellWord(word)}`) : []
    const isComplete = text.slice(0, at).endsWith(`${runner} `)
    return `${isComplete ? '' : `${runner} `}${id}${words}${flags.join('')}`
  })
}
