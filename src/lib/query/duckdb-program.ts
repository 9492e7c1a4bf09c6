// An installed `duckdb` program, for machines without the package. The tables are in a database in a private folder,
// which is deleted in the end. Each call of the program is a process of its own.
import {spawn, type ChildProcess} from 'node:child_process'
import {appendFile, mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join, resolve} from 'node:path'
import {hintLines, UserError} from '../errors.js'
import type {Chunk, Table, TableRows} from '../tables-of-dump/table.js'
import type {TableName} from '../tables-of-dump/table-names.js'
import {TABLES} from '../tables-of-dump/tables.js'
import {chunkLines, NULL_FIELD} from './chunk-lines.js'
import type {Engine, EngineOptions, QueryResult, ResultColumn} from './engine.js'
import {parseAnswer, valueOfText} from './program-answer.js'
import {lastReading} from './only-reads.js'
import {fullDisk, noTable, sqlError} from './sql-error.js'
import {copyToParquet, identifier, isAboutColumns, KEEP_JOIN_ORDER, literal, tablesIn, typeOf} from './sql-text.js'

const PROGRAM = 'duckdb'
/** null: it is not installed. */
export async function openProgram(options: EngineOptions): Promise<Engine | null> {
  const version = await run(['-version']).catch(() => null)
  if (version === null) return null
  // Only its owner can enter it.
  const folder = await mkdtemp(join(tmpdir(), 'heapdump-query-'))
  const program = new Program(`DuckDB ${version.split(' ')[0] ?? ''}`, folder, options)
  try {
    await program.createTables()
  } catch (error) {
    await program.close()
    throw error
  }

  return program
}

class Program implements Engine {
  #child: ChildProcess | null = null
  /** Files with rows that are not in the database yet, and their tables. */
  readonly #unread = new Map<string, Table>()
  /** The last query that was checked, with its columns. */
  #checked: {readonly sql: string; readonly columns: readonly ResultColumn[] | null} | null = null
  readonly #database: string

  constructor(
    readonly name: string,
    readonly folder: string,
    readonly options: EngineOptions,
  ) {
    this.#database = join(folder, 'tables.duckdb')
  }

  async createTables(): Promise<void> {
    const tables = TABLES.map(({columns, name}) => {
      const typed = columns.map(column => `${identifier(column.name)} ${typeOf(column)}`)
      return `CREATE TABLE ${name} (${typed.join(', ')})`
    })
    await this.#run([this.#database, '-c', tables.join(';')])
  }

  async append(table: Table, dump: number, texts: TableRows['texts'], chunk: Chunk): Promise<void> {
    const lines = join(this.folder, `${table.name}_${dump}.csv`)
    await appendFile(lines, chunkLines(table, texts, chunk), {mode: 0o600})
    this.#unread.set(lines, table)
  }

  async finish(): Promise<void> {}

  async check(sql: string): Promise<readonly TableName[]> {
    const text = reading(sql)
    this.#checked = {columns: await this.#columnsOf(text), sql: text}
    return isAboutColumns(text) ? [] : tablesIn(text)
  }

  async ask(sql: string): Promise<QueryResult> {
    await this.#readLines()
    const text = reading(sql)
    const known = this.#checked?.sql === text ? this.#checked.columns : await this.#columnsOf(text)
    const objects = parseAnswer(await this.#query(text))
    const columns = known ?? Object.keys(objects[0] ?? {}).map(name => ({name, type: 'VARCHAR'}))
    const rows = objects.map(row => columns.map(({name, type}) => valueOfText(row[name] ?? null, type)))
    return {columns, rows: inOnePiece(rows)}
  }

  async writeParquet(sql: string, path: string): Promise<void> {
    await this.#readLines()
    const text = reading(sql)
    if (/^\s*EXPLAIN\b/i.test(text)) throw noTable('EXPLAIN')
    try {
      await this.#query(copyToParquet(text, path))
    } catch (error) {
      throw fullDisk(error) ?? error
    }
  }

  interrupt(): void {
    this.#child?.kill()
  }

  async close(): Promise<void> {
    this.interrupt()
    await rm(this.folder, {force: true, recursive: true})
  }

  /** null: the statement has none that can be told before it runs, such as SHOW. */
  async #columnsOf(sql: string): Promise<readonly ResultColumn[] | null> {
    if (/^\W*(?:DESCRIBE|DESC|SHOW|EXPLAIN|SUMMARIZE|PIVOT|UNPIVOT)\b/i.test(sql)) return null
    const described = parseAnswer(await this.#query(`DESCRIBE\n${sql}`).catch(rethrowWithoutFirstLine))
    return described.map(row => ({name: String(row.column_name), type: String(row.column_type)}))
  }

  async #query(sql: string): Promise<string> {
    const {writable} = this.options
    const settings = [
      ...(writable === null ? [] : [`SET allowed_paths = [${literal(resolve(writable))}]`]),
      KEEP_JOIN_ORDER,
      'SET autoinstall_known_extensions = false',
      'SET autoload_known_extensions = false',
      'SET enable_external_access = false',
      'SET lock_configuration = true',
    ]
    try {
      return await this.#run(['-readonly', '-json', this.#database, '-cmd', settings.join(';'), '-c', sql])
    } catch (error) {
      throw sqlError(error)
    }
  }

  async #readLines(): Promise<void> {
    if (this.#unread.size === 0) return
    const options = `FORMAT csv, HEADER false, NULLSTR ${literal(NULL_FIELD)}, AUTO_DETECT false, QUOTE '"', ESCAPE '"', ALLOW_QUOTED_NULLS false`
    const files = [...this.#unread]
    const copies = files.map(([lines, {name}]) => `COPY ${name} FROM ${literal(lines)} (${options})`)
    await this.#run([this.#database, '-c', copies.join(';')])
    this.#unread.clear()
    await Promise.all(files.map(([lines]) => rm(lines)))
  }

  #run(args: readonly string[]): Promise<string> {
    return run(args, child => (this.#child = child))
  }
}

/** The last statement. Throws UserErrors if it does more than read, or if the program could take a line for its own. */
function reading(sql: string): string {
  const {text} = lastReading(sql)
  const command = /^\s*(\.\S*)/m.exec(text)?.[1]
  if (command === undefined) return text
  throw new UserError(`A line cannot begin with a dot: ${command}`, {
    code: 'query_forbidden',
    exit: 2,
    hint: 'The program duckdb would take it for a command of its own.',
  })
}

/** The place of an error is in the SQL of the user, which had a line before it. */
function rethrowWithoutFirstLine(error: unknown): never {
  if (!(error instanceof UserError) || error.hint === null) throw error
  const hint = error.hint.replace(/^LINE (\d+):/m, (_, line: string) => `LINE ${Number(line) - 1}:`)
  throw new UserError(error.message, {cause: error, code: error.code, exit: error.exit, hint: hintLines(hint)})
}

async function* inOnePiece<Row>(rows: readonly Row[]): AsyncGenerator<readonly Row[]> {
  yield rows
}

/** Stdout. Rejects with what the program says, or an error of spawn. */
function run(args: readonly string[], onStart: (child: ChildProcess) => void = () => {}): Promise<string> {
  return new Promise((settle, reject) => {
    const child = spawn(PROGRAM, ['-init', '/dev/null', ...args], {stdio: ['ignore', 'pipe', 'pipe']})
    onStart(child)
    const output: Buffer[] = []
    let problem = ''
    child.stdout.on('data', (piece: Buffer) => output.push(piece))
    child.stderr.on('data', (piece: Buffer) => (problem += piece.toString()))
    child.once('error', reject)
    child.once('close', (code, signal) => {
      if (code === 0) settle(Buffer.concat(output).toString())
      else reject(new Error(signal === null ? problem.trim() : 'INTERRUPT Error: Interrupted!'))
    })
  })
}
