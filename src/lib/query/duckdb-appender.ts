// Appends chunks to a table of DuckDB by copying their columns into its vectors.
import type * as NodeApi from '@duckdb/node-api'
import type {DuckDBAppender, DuckDBDataChunk, DuckDBType} from '@duckdb/node-api'
import type * as NodeBindings from '@duckdb/node-bindings'
import type {Chunk, Values} from '../tables-of-dump/table.js'

export type Api = typeof NodeApi
export type Bindings = typeof NodeBindings.default
type Vector = ReturnType<Bindings['data_chunk_get_vector']>

export class ChunkAppender {
  readonly #api: Api
  readonly #bindings: Bindings
  readonly #appender: DuckDBAppender
  readonly #types: readonly DuckDBType[]
  readonly #chunk: DuckDBDataChunk
  /** Rows of a vector. */
  readonly #most: number
  readonly #validity: Uint8Array<ArrayBuffer>

  constructor({api, bindings}: {readonly api: Api; readonly bindings: Bindings}, appender: DuckDBAppender) {
    this.#api = api
    this.#bindings = bindings
    this.#appender = appender
    this.#types = Array.from({length: appender.columnCount}, (_, at) => appender.columnType(at))
    this.#chunk = api.DuckDBDataChunk.create(this.#types)
    this.#most = bindings.vector_size()
    this.#validity = new Uint8Array(this.#most / 8)
  }

  append({columns, rows}: Chunk): void {
    for (let from = 0; from < rows; from += this.#most) {
      const to = Math.min(from + this.#most, rows)
      this.#chunk.reset()
      this.#chunk.rowCount = to - from
      for (const [at, column] of columns.entries()) this.#fill(at, column, from, to)
      this.#appender.appendDataChunk(this.#chunk)
    }
  }

  close(): void {
    this.#appender.closeSync()
  }

  #fill(at: number, {valid, values}: Values, from: number, to: number): void {
    const vector = this.#bindings.data_chunk_get_vector(this.#chunk.chunk, at)
    const type = this.#types[at]
    if (Array.isArray(values)) {
      for (let row = from; row < to; row++)
        this.#bindings.vector_assign_string_element(vector, row - from, String(values[row]))
    } else if (type !== undefined) {
      const part = this.#inTypeOf(type, values as Exclude<Values['values'], readonly string[]>, from, to)
      const {buffer, byteLength, byteOffset} = part
      this.#bindings.copy_data_to_vector(vector, 0, buffer as ArrayBuffer, byteOffset, byteLength)
    }

    if (valid !== null) this.#markValid(vector, valid, from, to)
  }

  /** A position in few texts takes as few bytes as DuckDB uses for their type. */
  #inTypeOf(type: DuckDBType, values: Exclude<Values['values'], readonly string[]>, from: number, to: number) {
    const part = values.subarray(from, to)
    if (!(type instanceof this.#api.DuckDBEnumType)) return part
    const count = type.values.length
    if (count <= 1 << 8) return Uint8Array.from(part as Int32Array)
    return count <= 1 << 16 ? Uint16Array.from(part as Int32Array) : part
  }

  #markValid(vector: Vector, valid: Uint8Array, from: number, to: number): void {
    this.#validity.fill(0)
    for (let row = from; row < to; row++) {
      const at = row - from
      if (valid[row] === 1) this.#validity[at >> 3] = (this.#validity[at >> 3] ?? 0) | (1 << (at & 7))
    }

    this.#bindings.vector_ensure_validity_writable(vector)
    this.#bindings.copy_data_to_vector_validity(vector, 0, this.#validity.buffer, 0, this.#validity.byteLength)
  }
}
