// Writes tables of any size as Parquet files, by DuckDB. Rows go through a table in its memory, a part at a time: a part
// is a file. In one run on a dump of 483 MB, hyparquet-writer took twice the CPU to write, without statistics, and its
// files had twice the size (42 MB).
import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import type {DuckDBConnection} from '@duckdb/node-api'
import {UserError} from '../errors.js'
import type {Chunk, Table, TableRows} from '../tables-of-dump/table.js'
import {ChunkAppender} from './duckdb-appender.js'
import {distinct, type Loaded, loadLibrary} from './duckdb-library.js'
import {fullDisk} from './sql-error.js'
import {identifier, literal} from './sql-text.js'

/** Rows of a part, at least: 50 MB in memory. */
const PART_ROWS = 250_000

type Rows = AsyncIterable<{readonly texts: TableRows['texts']; readonly chunk: Chunk}>

export class ParquetWriter {
  readonly #loaded: Loaded
  readonly #connection: DuckDBConnection

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
   * the number of files. Throws what the file system throws.
   */
  async writeTable({columns, name}: Table, rows: Rows, folder: string): Promise<number> {
    const types: string[] = []
    let appender: ChunkAppender | null = null
    let [files, left] = [0, 0]
    const flush = async () => {
      if (appender === null) return
      appender.close()
      appender = null
      await this.#copy(name, join(folder, `${files++}.parquet`))
      left = 0
    }

    for await (const {chunk, texts} of rows) {
      if (types.length === 0) {
        for (const column of columns) types.push(await this.#typeOf(column, texts.get(column.name)))
      }

      if (appender === null) {
        const definitions = columns.map((column, at) => `${identifier(column.name)} ${types[at]}`)
        await this.#connection.run(`CREATE TABLE ${name} (${definitions.join(', ')})`)
        appender = new ChunkAppender(this.#loaded, await this.#connection.createAppender(name))
      }

      appender.append(chunk)
      left += chunk.rows
      if (left >= PART_ROWS) await flush()
    }

    await flush()
    for (const type of types) if (type.startsWith('"')) await this.#connection.run(`DROP TYPE ${type}`)
    return files
  }

  close(): void {
    this.#connection.closeSync()
  }

  /** A text with few values is an ENUM, which is a text with a dictionary in the file. */
  async #typeOf({name, type}: Table['columns'][number], texts: readonly string[] | undefined): Promise<string> {
    if (texts === undefined) return type
    const named = identifier(`values of ${name}`)
    await this.#connection.run(`CREATE TYPE ${named} AS ENUM (${distinct(texts).map(literal).join(', ')})`)
    return named
  }

  async #copy(table: string, path: string): Promise<void> {
    // DuckDB writes over the empty file, whose mode stays.
    await writeFile(path, '', {flag: 'wx', mode: 0o600})
    try {
      const options = 'FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false'
      await this.#connection.run(`COPY ${table} TO ${literal(path)} (${options})`)
      await this.#connection.run(`DROP TABLE ${table}`)
    } catch (error) {
      throw fullDisk(error) ?? error
    }
  }
}
