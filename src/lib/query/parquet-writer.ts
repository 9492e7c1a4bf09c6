// Writes tables of any size as Parquet files, by DuckDB, which reads the rows from our chunks by a table function: they
// are in no table of its own. In one run on a dump of 483 MB, hyparquet-writer took twice the CPU to write, without
// statistics, and its files had twice the size (42 MB).
import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import type {DuckDBConnection, DuckDBType} from '@duckdb/node-api'
import {UserError} from '../errors.js'
import type {Chunk, Column, Table, TableRows} from '../tables-of-dump/table.js'
import {distinct, type Loaded, loadLibrary} from './duckdb-library.js'
import {VectorFiller} from './duckdb-vectors.js'
import {fullDisk} from './sql-error.js'
import {identifier, literal} from './sql-text.js'

/** Rows of a part, at least: 40 MB. A part is a file, since all of its rows are there when DuckDB asks for them. */
const PART_ROWS = 250_000

type Rows = AsyncIterable<{readonly texts: TableRows['texts']; readonly chunk: Chunk}>

export class ParquetWriter {
  readonly #loaded: Loaded
  readonly #connection: DuckDBConnection
  /** The part that is being written, while the next one is made. */
  #writing: Promise<void> = Promise.resolve()

  private constructor(loaded: Loaded, connection: DuckDBConnection) {
    this.#loaded = loaded
    this.#connection = connection
  }

  /** Throws UserError `no_duckdb`. */
  static async open(): Promise<ParquetWriter> {
    const loaded = await loadLibrary()
    if (loaded === null) {
      throw new UserError('Parquet needs the package @duckdb/node-api, which is not installed.', {
        code: 'no_duckdb',
        hint: 'Reinstall this plugin with its optional packages.',
      })
    }

    const instance = await loaded.api.DuckDBInstance.create(':memory:', {temp_directory: '', threads: '1'})
    return new ParquetWriter(loaded, await instance.connect())
  }

  /**
   * Writes `0.parquet`, `1.parquet`, … that only their owner can read into a folder: none if there are no rows. Returns
   * the number of files, which are complete after `finish`. Throws what the file system throws.
   */
  async writeTable(table: Table, rows: Rows, folder: string): Promise<number> {
    /** What DuckDB reads. */
    const unread: Chunk[] = []
    let [part, partRows, files]: [Chunk[], number, number] = [[], 0, 0]
    const flush = async () => {
      if (part.length === 0) return
      // One at a time, so at most two parts are in memory.
      await this.finish()
      unread.push(...part)
      ;[part, partRows] = [[], 0]
      this.#writing = this.#write(table, join(folder, `${files++}.parquet`))
      // The next part, or `finish`, throws it.
      this.#writing.catch(() => {})
    }

    let isKnown = false
    for await (const {chunk, texts} of rows) {
      if (!isKnown) {
        // While it writes, it holds its connection, and waits for rows from this thread.
        await this.finish()
        this.#connection.registerTableFunction(this.#functionOf(table, texts, unread))
        isKnown = true
      }

      part.push(chunk)
      partRows += chunk.rows
      if (partRows >= PART_ROWS) await flush()
    }

    await flush()
    return files
  }

  /** Throws what the file system throws. */
  async finish(): Promise<void> {
    await this.#writing
  }

  async close(): Promise<void> {
    // A connection that is in use cannot be closed.
    await this.#writing.catch(() => {})
    this.#connection.closeSync()
  }

  /** Takes rows out of `unread`. */
  #functionOf({columns, name}: Table, texts: TableRows['texts'], unread: Chunk[]) {
    const types = columns.map(column => this.#typeOf(column, texts.get(column.name)))
    const filler = new VectorFiller(this.#loaded, types)
    let from = 0
    return this.#loaded.api.DuckDBTableFunction.create({
      bindFunction(info) {
        for (const [at, type] of types.entries()) info.addResultColumn(columns[at]?.name ?? '', type)
      },
      initFunction() {},
      mainFunction(_, output) {
        const [chunk] = unread
        output.rowCount = 0
        if (chunk === undefined) return
        from = filler.fill(output, chunk, from)
        if (from < chunk.rows) return
        unread.shift()
        from = 0
      },
      name: functionName(name),
    })
  }

  /** A text with few values is an ENUM, which is a text with a dictionary in the file. */
  #typeOf({type}: Column, texts: readonly string[] | undefined): DuckDBType {
    const {api} = this.#loaded
    return texts === undefined ? api[type] : api.ENUM(distinct(texts))
  }

  async #write({name}: Table, path: string): Promise<void> {
    // DuckDB writes over the empty file, whose mode stays.
    await writeFile(path, '', {flag: 'wx', mode: 0o600})
    const options = 'FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false'
    const rows = `SELECT * FROM ${identifier(functionName(name))}()`
    await this.#connection.run(`COPY (${rows}) TO ${literal(path)} (${options})`).catch((error: unknown) => {
      throw fullDisk(error) ?? error
    })
  }
}

function functionName(table: string): string {
  return `rows of ${table}`
}
