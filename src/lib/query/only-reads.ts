// What may be asked: SELECT and its like, and no function that does more than compute. DuckDB locks its settings, but
// some of its functions are not settings.
import {UserError} from '../errors.js'
import {calledIn, explainedBy, type Statement, statementsOf} from './sql-tokens.js'

/** What a statement that does more than read begins with. An engine says the rest, which is a mistake in the SQL. */
const CHANGES = new Set(
  (
    'abort alter analyze attach begin call checkpoint comment commit copy create deallocate delete detach drop end ' +
    'execute export force grant import insert install load merge pragma prepare replace reset revoke rollback set ' +
    'start truncate update use vacuum'
  ).split(' '),
)

/**
 * Functions that change the engine, write, read memory by its address, or run SQL that is a text, which nobody has
 * checked. Logs and profiles could go to a file or to stdout.
 */
const REFUSED = new Set(
  (
    'arrow_scan arrow_scan_dumb check_peg_parser checkpoint disable_logging disable_peg_parser disable_profiling ' +
    'enable_logging enable_peg_parser enable_profiling force_checkpoint getenv json_execute_serialized_sql query ' +
    'query_table seq_scan truncate_duckdb_logs write_log'
  ).split(' '),
)

/** The statements, at least one. Throws UserErrors if there is none, or if one does more than read. */
export function readingStatements(sql: string): readonly [Statement, ...Statement[]] {
  const [first, ...others] = statementsOf(sql)
  if (first === undefined) {
    throw new UserError('There is no SQL statement.', {
      code: 'query_wrong',
      exit: 2,
      hint: 'Write a SELECT, such as: SELECT * FROM owners LIMIT 9',
    })
  }

  for (const statement of [first, ...others]) {
    const [start] = (explainedBy(statement) ?? statement).tokens
    if (start !== undefined && CHANGES.has(start.text)) refuse(start.text.toUpperCase())
    const refused = calledIn(statement).find(name => REFUSED.has(name))
    if (refused !== undefined) refuse(`${refused}()`)
  }

  return [first, ...others]
}

/** The result is that of the last one. The others only read, so nothing of them is left. */
export function lastReading(sql: string): Statement {
  const statements = readingStatements(sql)
  return statements.at(-1) ?? statements[0]
}

/** `kind`: of a statement, as DuckDB names it. `isOfPivot`: PIVOT creates a type before its SELECT. */
export function refuseChange(kind: string, isOfPivot: boolean): void {
  if (kind !== 'SELECT' && kind !== 'EXPLAIN' && !(kind === 'CREATE' && isOfPivot)) refuse(kind)
}

function refuse(what: string): never {
  throw new UserError(`heapdump:query only reads: ${what} is not possible.`, {
    code: 'query_forbidden',
    exit: 2,
    hint: 'Write a SELECT. --parquet FILE and --csv save what it finds.',
  })
}
