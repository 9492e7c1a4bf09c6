// Copies columns of chunks into vectors of DuckDB.
import type * as NodeApi from '@duckdb/node-api'
import type {DuckDBDataChunk, DuckDBType} from '@duckdb/node-api'
import type * as NodeBindings from '@duckdb/node-bindings'
import type {Chunk, Values} from '../tables-of-dump/table.js'

export type Api = typeof NodeApi
export type Bindings = typeof NodeBindings.default
type Vector = ReturnType<Bindings['data_chunk_get_vector']>
type Numbers = Exclude<Values['values'], readonly string[]>

export class VectorFiller {
  /** Rows of a vector. */
  readonly mostRows: number
  readonly #api: Api
  readonly #bindings: Bindings
  readonly #types: readonly DuckDBType[]
  readonly #validity: Uint8Array<ArrayBuffer>

  constructor(
    {api, bindings}: {readonly api: Api; readonly bindings: Bindings},
    /** Of the columns. */
    types: readonly DuckDBType[],
  ) {
    this.#api = api
    this.#bindings = bindings
    this.#types = types
    this.mostRows = bindings.vector_size()
    this.#validity = new Uint8Array(this.mostRows / 8)
  }

  /** Copies rows, from `from` on, as many as fit. Returns the row after the last one. */
  fill(target: DuckDBDataChunk, {columns, rows}: Chunk, from: number): number {
    const to = Math.min(from + this.mostRows, rows)
    target.rowCount = to - from
    for (const [at, column] of columns.entries()) this.#fillColumn(target, at, column, from, to)
    return to
  }

  #fillColumn(target: DuckDBDataChunk, at: number, {valid, values}: Values, from: number, to: number): void {
    const vector = this.#bindings.data_chunk_get_vector(target.chunk, at)
    const type = this.#types[at]
    if (Array.isArray(values)) {
      for (let row = from; row < to; row++)
        this.#bindings.vector_assign_string_element(vector, row - from, String(values[row]))
    } else if (type !== undefined) {
      const {buffer, byteLength, byteOffset} = this.#inTypeOf(type, values as Numbers, from, to)
      this.#bindings.copy_data_to_vector(vector, 0, buffer as ArrayBuffer, byteOffset, byteLength)
    }

    if (valid !== null) this.#markValid(vector, valid, from, to)
  }

  /** A position in few texts takes as few bytes as DuckDB uses for their type. */
  #inTypeOf(type: DuckDBType, values: Numbers, from: number, to: number) {
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
