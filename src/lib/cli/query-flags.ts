// The flags of heapdump:query, and what its arguments mean.
import {readFile} from 'node:fs/promises'
import {Flags} from '@oclif/core'
import {fileProblem, UserError} from '../errors.js'
import {NAMED_QUESTIONS, type NamedQuestion} from '../query/named-questions.js'
import {withValue} from '../query/sql-text.js'
import {TABLE_NAMES} from '../tables-of-dump/table-names.js'
import {cacheFlag} from './flags.js'

/** Rows on a screen without --top. */
export const ROWS_ON_SCREEN = 100

export const QUERY_FLAGS = {
  cache: cacheFlag,
  csv: Flags.boolean({description: 'print comma-separated values', exclusive: ['json'], helpGroup: 'output'}),
  file: Flags.string({
    description: 'read the SQL from a file',
    exclusive: ['interactive', 'question'],
    helpValue: 'QUESTION.sql',
  }),
  force: Flags.boolean({
    char: 'f',
    dependsOn: ['parquet'],
    description: 'overwrite an existing file',
    helpGroup: 'output',
  }),
  interactive: Flags.boolean({
    char: 'i',
    description: 'type one query after another, with history and completion',
    exclusive: ['csv', 'json', 'parquet'],
  }),
  list: Flags.boolean({description: 'list the questions that --question knows, and exit'}),
  of: Flags.string({
    dependsOn: ['question'],
    description: 'what the question is about, such as an address or a class',
    helpValue: 'VALUE',
  }),
  parquet: Flags.string({
    description: 'write the result to a Parquet file',
    exclusive: ['csv', 'json'],
    helpGroup: 'output',
    helpValue: 'FILE',
  }),
  question: Flags.string({
    char: 'q',
    description: 'ask a question by its name (see --list)',
    exclusive: ['interactive'],
    helpValue: 'NAME',
  }),
  'show-values': Flags.boolean({
    description: 'fill strings.text with string contents, which may be secret',
    helpGroup: 'output',
  }),
  tables: Flags.option({
    delimiter: ',',
    description: `Tables: ${TABLE_NAMES.join(', ')}.`,
    helpValue: 'NAME',
    multiple: true,
    options: TABLE_NAMES,
    summary: 'fill only these tables',
  })(),
  top: Flags.integer({
    description: `rows on the screen, 0 for all (default: ${ROWS_ON_SCREEN})`,
    helpGroup: 'output',
    min: 0,
  }),
}

export type Asked = {
  readonly dumps: readonly [string, ...string[]]
  /** null: it is typed. */
  readonly sql: string | null
}

type AskedFlags = {
  readonly file?: string | undefined
  readonly interactive: boolean
  readonly of?: string | undefined
  readonly question?: string | undefined
}

/** `words`: dumps, then SQL unless a flag says where it is. Throws UserErrors. */
export async function askedFor(words: readonly string[], flags: AskedFlags): Promise<Asked> {
  if (flags.interactive) return {dumps: named(words), sql: null}
  if (flags.question !== undefined) return {dumps: named(words), sql: askedSql(flags.question, flags.of)}
  if (flags.file !== undefined) return {dumps: named(words), sql: await readSql(flags.file)}
  const sql = words.at(-1) ?? ''
  // A name of a dump is one word.
  if (!/\s/.test(sql.trim())) {
    throw new UserError(sql === '' ? 'No question given.' : `No question given after ${sql}.`, {
      code: 'wrong_use',
      exit: 2,
      hint: [
        'Write SQL in quotes: heroku heapdump:query latest "SELECT class, live_memsize FROM classes LIMIT 10"',
        'Or ask one of the questions of --list by its name: --question NAME',
      ],
    })
  }

  return {dumps: named(words.slice(0, -1)), sql}
}

function named([first = 'latest', ...others]: readonly string[]): Asked['dumps'] {
  return [first, ...others]
}

/** The SQL of a question that ships. Throws UserError `no_such_question`, `wrong_use`. */
export function askedSql(name: string, value: string | undefined): string {
  const question = questionNamed(name)
  if (question.of !== null && value === undefined) {
    throw new UserError(`The question ${name} needs --of VALUE: ${question.of}.`, {code: 'wrong_use', exit: 2})
  }

  if (question.of === null && value !== undefined)
    throw new UserError(`The question ${name} takes no --of.`, {code: 'wrong_use', exit: 2})
  return value === undefined ? question.sql : withValue(question.sql, value)
}

function questionNamed(name: string): NamedQuestion {
  const question = NAMED_QUESTIONS.find(one => one.name === name)
  if (question !== undefined) return question
  throw new UserError(`There is no question ${name}.`, {
    code: 'no_such_question',
    exit: 2,
    hint: `Questions: ${NAMED_QUESTIONS.map(one => one.name).join(', ')}.`,
  })
}

async function readSql(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new UserError(`Cannot read ${file}: ${fileProblem(error) ?? String(error)}.`, {
      cause: error,
      code: 'not_readable',
      exit: 2,
    })
  })
  if (text.trim() === '') throw new UserError(`${file} is empty.`, {code: 'wrong_use', exit: 2})
  return text
}
