// Appends chunks to a table of DuckDB.
import type {DuckDBAppender, DuckDBDataChunk} from '@duckdb/node-api'
import type {Chunk} from '../tables-of-dump/table.js'
import {type Api, type Bindings, VectorFiller} from './duckdb-vectors.js'

export class ChunkAppender {
  readonly #appender: DuckDBAppender
  readonly #chunk: DuckDBDataChunk
  readonly #filler: VectorFiller

  constructor(loaded: {readonly api: Api; readonly bindings: Bindings}, appender: DuckDBAppender) {
    this.#appender = appender
    const types = Array.from({length: appender.columnCount}, (_, at) => appender.columnType(at))
    this.#chunk = loaded.api.DuckDBDataChunk.create(types)
    this.#filler = new VectorFiller(loaded, types)
  }

  append(chunk: Chunk): void {
    for (let from = 0; from < chunk.rows;) {
      this.#chunk.reset()
      from = this.#filler.fill(this.#chunk, chunk, from)
      this.#appender.appendDataChunk(this.#chunk)
    }
  }

  close(): void {
    this.#appender.closeSync()
  }
}
