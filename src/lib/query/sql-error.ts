// Errors of an engine as errors for people: its own sentence, where in the SQL it is, and the tables and columns with a
// similar name.
import {distance} from 'fastest-levenshtein'
import {UserError} from '../errors.js'
import {TABLES} from '../tables-of-dump/tables.js'

const HINT_TABLES = `Tables: ${TABLES.map(({name}) => name).join(', ')}. Columns: docs/sql.md, or DESCRIBE objects.`
const MOST_SIMILAR = 3

/** Whatever an engine throws when it is given SQL. */
export function sqlError(cause: unknown): UserError {
  if (cause instanceof UserError) return cause
  const message = cause instanceof Error ? cause.message : String(cause)
  const text = message.replace(/^Failed to extract statements: /, '')
  if (/^(?:INTERRUPT|Interrupted)/i.test(text))
    return new UserError('Stopped.', {cause, code: 'interrupted', exit: 130})
  if (/^Out of Memory Error/i.test(text)) {
    return new UserError('The query needs more memory than there is.', {
      cause,
      code: 'query_too_large',
      hint: [
        'Ask about fewer dumps, group rows before you sort or join them, or fill only the tables that you need: --tables objects',
        firstLine(text),
      ],
    })
  }

  if (
    /Can only (?:delete|insert|update)|attached in read-only mode|external access|disabled (?:by|through) configuration|file system operations are disabled/i.test(
      text,
    )
  ) {
    return new UserError('heapdump:query reads dumps only: no files, no network, no extensions.', {
      cause,
      code: 'query_forbidden',
      exit: 2,
      hint: firstLine(text),
    })
  }

  return new UserError(firstLine(text), {
    cause,
    code: 'query_wrong',
    exit: 2,
    hint: [...placeOf(text), ...similar(text), HINT_TABLES],
  })
}

/** `kind`: of a statement whose result is not rows. */
export function noTable(kind: string): UserError {
  return new UserError(`--parquet saves rows, and ${kind} has none.`, {code: 'wrong_use', exit: 2})
}

/** An error as the file system would report it; null: another error. */
export function fullDisk(cause: unknown): Error | null {
  const {message} = cause as Error
  if (!/No space left on device|Disk quota exceeded|File too large/i.test(message)) return null
  return Object.assign(new Error(message, {cause}), {code: 'ENOSPC'})
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? ''
}

/** The line of the SQL, and a mark below the place. */
function placeOf(text: string): readonly string[] {
  const lines = text.split('\n')
  const at = lines.findIndex(line => /^LINE \d+: /.test(line))
  return at === -1 ? [] : lines.slice(at, at + 2)
}

/** Names of tables and columns that the user may have meant. The engine would propose its own ones, too. */
function similar(text: string): readonly string[] {
  const name = /(?:Table with name|Referenced (?:column|table)|does not have a column named) "?([\w.]+)"?/.exec(
    text,
  )?.[1]
  if (name === undefined) return []
  const wanted = name.toLowerCase()
  const isTable = /Table with name/.test(text)
  const known = TABLES.flatMap(table =>
    isTable
      ? [{label: table.name, name: table.name}]
      : table.columns.map(column => ({label: `${table.name}.${column.name}`, name: column.name})),
  )
  const near = known
    .map(one => ({...one, far: distance(wanted, one.name)}))
    .filter(({far, name: other}) => far <= Math.max(1, other.length / 3) || other.includes(wanted))
    .toSorted((a, b) => a.far - b.far)
    .slice(0, MOST_SIMILAR)
  return near.length === 0 ? [] : [`Similar: ${near.map(({label}) => label).join(', ')}.`]
}
