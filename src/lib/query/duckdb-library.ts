// DuckDB as a library: an optional package with native code, loaded only here. Rows are copied into its vectors as they
// are in the chunks, 2,048 at a time: no value becomes a JavaScript value on the way.
//
// Each dump has its own tables in the schema `heap`. There a text with few values is an ENUM: one to four bytes per row.
// Queries see views over all dumps.
import {resolve} from 'node:path'
import type {DuckDBConnection, DuckDBPreparedStatement} from '@duckdb/node-api'
import type {Chunk, Table, TableRows} from '../tables-of-dump/table.js'
import {TABLE_NAMES, type TableName} from '../tables-of-dump/table-names.js'
import {TABLES} from '../tables-of-dump/tables.js'
import {availableBytes} from './available-memory.js'
import {ChunkAppender} from './duckdb-appender.js'
import type {Api, Bindings} from './duckdb-vectors.js'
import type {Engine, EngineOptions, QueryResult, QueryValue} from './engine.js'
import {plainValue} from './plain-value.js'
import {lastReading, readingStatements, refuseChange} from './only-reads.js'
import {withSmallValues} from './small-values.js'
import {fullDisk, noTable, sqlError} from './sql-error.js'
import {explainedBy, type Statement} from './sql-tokens.js'
import {
  COMPUTE_LATE,
  copyToParquet,
  identifier,
  isAboutColumns,
  KEEP_JOIN_ORDER,
  literal,
  tablesIn,
  typeOf,
} from './sql-text.js'

/** null: the package is not installed, or has no code for this machine. */
export async function openLibrary(options: EngineOptions): Promise<Engine | null> {
  const found = await loadLibrary()
  if (found === null) return null
  const instance = await found.api.DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  for (const sql of settings(options)) await connection.run(sql)
  const library = new Library(found, connection, options)
  await library.createViews()
  return library
}

export type Loaded = {readonly api: Api; readonly bindings: Bindings}

/** null: the package is not installed, or has no code for this machine. */
export async function loadLibrary(): Promise<Loaded | null> {
  try {
    const [api, {default: bindings}] = await Promise.all([import('@duckdb/node-api'), import('@duckdb/node-bindings')])
    return {api, bindings}
  } catch {
    return null
  }
}

/** Of what is available. Rows on their way out are beside it. */
const MEMORY_SHARE = 0.8

/** Set before any SQL of a user, and locked. Without a temporary folder DuckDB writes nothing when memory is short. */
function settings({smallValues = false, writable}: EngineOptions): readonly string[] {
  return [
    ...(writable === null ? [] : [`SET allowed_paths = [${literal(resolve(writable))}]`]),
    "SET temp_directory = ''",
    `SET memory_limit = '${Math.ceil((availableBytes() * MEMORY_SHARE) / 2 ** 20)}MiB'`,
    smallValues ? COMPUTE_LATE : KEEP_JOIN_ORDER,
    'SET autoinstall_known_extensions = false',
    'SET autoload_known_extensions = false',
    'SET allow_persistent_secrets = false',
    'SET enable_external_access = false',
    'SET lock_configuration = true',
  ]
}

class Library implements Engine {
  readonly name: string
  readonly #loaded: Loaded
  readonly #connection: DuckDBConnection
  readonly #hasSmallValues: boolean
  readonly #appenders = new Map<string, ChunkAppender>()
  /** The tables of each view. */
  readonly #parts = new Map<string, string[]>()
  /** Whether the last query was interrupted. DuckDB forgets an interruption between two steps of a query. */
  #isInterrupted = false

  constructor(loaded: Loaded, connection: DuckDBConnection, {smallValues = false}: EngineOptions) {
    this.#hasSmallValues = smallValues
    this.name = `DuckDB ${loaded.api.version()}`
    this.#loaded = loaded
    this.#connection = connection
  }

  /** All of them, without rows. */
  async createViews(): Promise<void> {
    await this.#connection.run('CREATE SCHEMA heap')
    await this.#connection.run('CREATE SCHEMA empty')
    for (const table of TABLES) {
      const columns = table.columns.map(column => `${identifier(column.name)} ${typeOf(column)}`)
      await this.#connection.run(`CREATE TABLE empty.${table.name} (${columns.join(', ')})`)
      await this.#createView(table)
    }
  }

  async append(table: Table, dump: number, texts: TableRows['texts'], chunk: Chunk): Promise<void> {
    const name = `${table.name}_${dump}`
    let appender = this.#appenders.get(name)
    if (appender === undefined) {
      await this.#createTable(table, name, texts)
      appender = new ChunkAppender(this.#loaded, await this.#connection.createAppender(name, 'heap'))
      this.#appenders.set(name, appender)
    }

    appender.append(chunk)
  }

  async finish(table: Table, dump: number): Promise<void> {
    const name = `${table.name}_${dump}`
    const appender = this.#appenders.get(name)
    if (appender === undefined) return
    appender.close()
    this.#appenders.delete(name)
    this.#parts.set(table.name, [...(this.#parts.get(table.name) ?? []), name])
    await this.#createView(table)
  }

  async check(sql: string): Promise<readonly TableName[]> {
    const statements = readingStatements(sql)
    try {
      for (const statement of statements) await this.#checkOne(statement)
    } catch (error) {
      throw sqlError(error)
    }

    const {text} = lastReading(sql)
    if (isAboutColumns(text)) return []
    const named = new Set(this.#connection.getTableNames(text, true).map(name => name.replace(/^(?:.*\.)?empty\./, '')))
    const tables = TABLE_NAMES.filter(name => named.has(name))
    // The engine does not know those of PIVOT.
    return tables.length > 0 ? tables : tablesIn(text)
  }

  async ask(sql: string): Promise<QueryResult> {
    this.#isInterrupted = false
    try {
      const prepared = await this.#prepareAnswer(sql)
      this.#refuseInterrupted()
      const result = await prepared.stream()
      const types = result.columnTypes()
      // Rows of a document have the values by name.
      const names = distinct(result.columnNames())
      const columns = types.map((type, at) => ({name: names[at] ?? '', type: type.toString()}))
      return {columns, rows: this.#rowsOf(prepared, result)}
    } catch (error) {
      throw sqlError(error)
    }
  }

  async writeParquet(sql: string, path: string): Promise<void> {
    this.#isInterrupted = false
    try {
      const {text} = lastReading(sql)
      const prepared = await this.#prepareLast(sql)
      const kind = this.#kindOf(prepared)
      prepared.destroySync()
      if (kind !== 'SELECT') throw noTable(kind)
      await this.#connection.run(copyToParquet(text, path))
      this.#refuseInterrupted()
    } catch (error) {
      throw fullDisk(error) ?? sqlError(error)
    }
  }

  interrupt(): void {
    this.#isInterrupted = true
    this.#connection.interrupt()
  }

  async close(): Promise<void> {
    this.#connection.closeSync()
  }

  async #prepareAnswer(sql: string): Promise<DuckDBPreparedStatement> {
    const prepared = await this.#prepareLast(sql)
    if (!this.#hasSmallValues || this.#kindOf(prepared) !== 'SELECT') return prepared
    const small = withSmallValues(this.#loaded.api, lastReading(sql).text, prepared)
    prepared.destroySync()
    return this.#prepareLast(small)
  }

  /** Prepares the last statement, and throws if it does more than read. */
  async #prepareLast(sql: string): Promise<DuckDBPreparedStatement> {
    const {text, tokens} = lastReading(sql)
    const explained = explainedBy({text, tokens})
    if (explained !== null) await this.#checkOne(explained)
    const isPivot = tokens.some(token => token.text === 'pivot')
    const statements = await this.#connection.extractStatements(text)
    for (let at = 0; ; at++) {
      const prepared = await statements.prepare(at)
      const isLast = at === statements.count - 1
      refuseChange(this.#kindOf(prepared), !isLast && isPivot)
      if (isLast) return prepared
      await prepared.run()
      prepared.destroySync()
    }
  }

  /** Throws what DuckDB reports, also after the first rows. */
  async *#rowsOf(
    prepared: DuckDBPreparedStatement,
    result: Awaited<ReturnType<DuckDBPreparedStatement['stream']>>,
  ): AsyncGenerator<ReadonlyArray<readonly QueryValue[]>> {
    const types = result.columnTypes()
    try {
      for await (const rows of result.yieldRows()) {
        this.#refuseInterrupted()
        yield rows.map(row =>
          row.map((value, at) => {
            const type = types[at]
            return type === undefined ? null : plainValue(value, type)
          }),
        )
      }

      this.#refuseInterrupted()
      // A stream that fails only ends. Its type says so.
      if (result.returnType !== this.#loaded.api.ResultReturnType.INVALID) return
      // What failed, only a result in one piece tells.
      await prepared.run()
      throw new Error('The query failed after its first rows, but not when it ran again.')
    } catch (error) {
      throw sqlError(error)
    }
  }

  #refuseInterrupted(): void {
    if (this.#isInterrupted) throw sqlError(new Error('INTERRUPT Error: Interrupted!'))
  }

  async #checkOne(statement: Statement): Promise<void> {
    const statements = await this.#connection.extractStatements(statement.text)
    // PIVOT is several, and needs the rows.
    if (statements.count !== 1) return
    const prepared = await statements.prepare(0)
    const kind = this.#kindOf(prepared)
    prepared.destroySync()
    refuseChange(kind, false)
    const explained = explainedBy(statement)
    if (explained !== null) await this.#checkOne(explained)
  }

  #kindOf({statementType}: DuckDBPreparedStatement): string {
    return this.#loaded.api.StatementType[statementType] ?? ''
  }

  async #createTable(table: Table, name: string, texts: TableRows['texts']): Promise<void> {
    const columns: string[] = []
    for (const column of table.columns) {
      const values = texts.get(column.name)
      const type = values === undefined ? typeOf(column) : `heap.${identifier(`${name}_${column.name}`)}`
      if (values !== undefined)
        await this.#connection.run(`CREATE TYPE ${type} AS ENUM (${distinct(values).map(literal).join(', ')})`)
      columns.push(`${identifier(column.name)} ${type}`)
    }

    await this.#connection.run(`CREATE TABLE heap.${identifier(name)} (${columns.join(', ')})`)
  }

  /** A view over the tables of all dumps that have rows, and one without: the engine names it, too (check). */
  async #createView({columns, name}: Table): Promise<void> {
    const typed = columns.map(column => `${identifier(column.name)}::${typeOf(column)} AS ${identifier(column.name)}`)
    const tables = [`empty.${name}`, ...(this.#parts.get(name) ?? []).map(part => `heap.${part}`)]
    const selects = tables.map(table => `SELECT ${typed.join(', ')} FROM ${table}`)
    await this.#connection.run(`CREATE OR REPLACE VIEW ${name} AS ${selects.join(' UNION ALL ')}`)
  }
}

/** Texts as the values of a type, or names of columns: valid UTF-8, each once, at least one. */
export function distinct(texts: readonly string[]): readonly string[] {
  const seen = new Set<string>()
  for (const text of texts) {
    const valid = text.replaceAll(/\p{Surrogate}/gu, '\uFFFD').replaceAll('\0', '\uFFFD')
    let name = valid
    for (let copy = 2; seen.has(name); copy++) name = `${valid} (${copy})`
    seen.add(name)
  }

  return seen.size === 0 ? [''] : [...seen]
}
