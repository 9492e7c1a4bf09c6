// Dumps and an engine: fills the tables that a query reads, when it reads them. One heap is in memory at a time, beside
// the tables.
import {naming} from '../analysis/session/compare-dumps.js'
import {UserError} from '../errors.js'
import {knownDumps} from '../inputs/known-dumps.js'
import type {NamedDump, NamedDumps} from '../inputs/named-dump.js'
import type {CachedAnalysis} from '../cache/cached-analysis.js'
import {keepAndClose, openCached, type Reading} from '../inputs/open-cached.js'
import {readTable} from '../inputs/table-rows.js'
import type {OnProgress} from '../progress.js'
import {availableBytes} from '../query/available-memory.js'
import type {Engine, QueryResult} from '../query/engine.js'
import type {KnownDump} from '../tables-of-dump/table.js'
import type {TableName} from '../tables-of-dump/table-names.js'
import {tableNamed} from '../tables-of-dump/tables.js'
import {formatBytes} from '../units.js'

export type SessionOptions = {
  readonly reading: Omit<Reading, 'onProgress'>
  readonly showValues: boolean
  /** `value_hash` tells only which contents are equal, so the heap may come from the cache. Default: false. */
  readonly masked?: boolean
  /** Fill no others; null: fill whatever a query reads. */
  readonly only: readonly TableName[] | null
  /** Bytes that tables may take. Default: what is available. */
  readonly mostBytes?: number
}

/** Tables with hashes or contents of strings, which a heap from the cache lacks. */
const WITH_STRINGS = new Set<TableName>(['objects', 'strings'])
/** Bytes per row in memory, as DuckDB's duckdb_memory() shows them. */
const BYTES_PER_ROW = {objects: 200, refs: 45}

export class QuerySession {
  readonly #engine: Engine
  readonly #dumps: ReadonlyArray<{readonly dump: NamedDump; readonly known: KnownDump}>
  readonly #options: SessionOptions
  readonly #filled = new Set<TableName>()
  #open: CachedAnalysis | null = null

  /** Throws UserError `same_dump`. */
  constructor(engine: Engine, dumps: NamedDumps, options: SessionOptions) {
    this.#engine = engine
    const known = knownDumps(dumps)
    this.#dumps = dumps.map((dump, at) => ({dump, known: known[at] ?? known[0]}))
    this.#options = options
  }

  /** Fills the tables that the SQL reads. Throws UserErrors of reading dumps, and `query_too_large`. */
  async prepare(sql: string, onProgress: OnProgress): Promise<void> {
    const {only} = this.#options
    const read = await this.#engine.check(sql)
    const left = only === null ? [] : read.filter(name => name !== 'dumps' && !only.includes(name))
    // Whether a dump is cut matters to every query.
    const wanted = [...new Set<TableName>(['dumps', ...read])].filter(name => !this.#filled.has(name))
    if (only !== null && left.length > 0) {
      throw new UserError(`The query reads ${left.join(', ')}, but --tables fills only ${only.join(', ')}.`, {
        code: 'wrong_use',
        exit: 2,
      })
    }

    if (wanted.length === 0) return
    for (const [at, {dump, known}] of this.#dumps.entries()) {
      const step = this.#dumps.length === 1 ? '' : `${at + 1} of ${this.#dumps.length}: `
      const filling = this.#fill(at, dump, known, wanted, progress =>
        onProgress({...progress, phase: `${step}${progress.phase}`}),
      )
      await (this.#dumps.length === 1 ? filling : naming(dump, filling))
    }

    for (const name of wanted) this.#filled.add(name)
  }

  ask(sql: string): Promise<QueryResult> {
    return this.#engine.ask(sql)
  }

  /** The ids of dumps that are cut: their rows are lower bounds. */
  async truncated(): Promise<readonly string[]> {
    const ids: string[] = []
    const {rows} = await this.#engine.ask('SELECT id FROM dumps WHERE truncated ORDER BY id')
    for await (const piece of rows) ids.push(...piece.map(([id]) => String(id)))
    return ids
  }

  get ids(): readonly string[] {
    return this.#dumps.map(({known}) => known.id)
  }

  writeParquet(sql: string, path: string): Promise<void> {
    return this.#engine.writeParquet(sql, path)
  }

  /** Makes whatever is going on fail soon. */
  async interrupt(): Promise<void> {
    this.#engine.interrupt()
    await this.#open?.close()
  }

  async close(): Promise<void> {
    await this.#engine.close()
  }

  async #fill(
    number: number,
    dump: NamedDump,
    known: KnownDump,
    wanted: readonly TableName[],
    onProgress: OnProgress,
  ): Promise<void> {
    const {masked = false, reading, showValues} = this.#options
    const options = {hashes: !masked && wanted.some(name => WITH_STRINGS.has(name)), showValues}
    const analysis = await openCached(
      {...dump, keepsHashes: options.hashes},
      {...reading, onProgress, onReread: undefined},
    )
    this.#open = analysis
    try {
      if (wanted.some(name => name in BYTES_PER_ROW))
        this.#refuseTooLarge(dump, wanted, await analysis.ask('tableSizes', options))
      for (const name of wanted) {
        const table = tableNamed(name)
        let rows = 0
        for await (const {chunk, texts} of readTable(analysis, {dump: known, options, table: name})) {
          await this.#engine.append(table, number, texts, chunk)
          rows += chunk.rows
          onProgress({done: 0, phase: `filling ${name}: ${rows} rows`, total: null})
        }

        await this.#engine.finish(table, number)
      }
    } finally {
      this.#open = null
      await keepAndClose(analysis)
    }
  }

  #refuseTooLarge(
    {name}: NamedDump,
    wanted: readonly TableName[],
    rows: {readonly objects: number; readonly refs: number},
  ): void {
    const large = (['objects', 'refs'] as const).filter(table => wanted.includes(table))
    const needed = large.reduce((sum, table) => sum + rows[table] * BYTES_PER_ROW[table], 0)
    const available = this.#options.mostBytes ?? availableBytes()
    if (needed <= available) return
    const tables = large.length === 1 ? `The table ${large[0]}` : 'The tables objects and refs'
    throw new UserError(
      `${tables} of ${name} would take ${formatBytes(needed)} of memory, and ${formatBytes(available)} is available.`,
      {
        code: 'query_too_large',
        hint: [
          large.length > 1 ? 'Ask about one of them at a time: --tables objects fills no other table.' : null,
          'Or ask about fewer dumps, or use classes, sites and owners, which are small.',
        ],
      },
    )
  }
}
