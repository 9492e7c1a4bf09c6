// Keeps values small inside DuckDB: outside, a list of millions of numbers takes gigabytes, and nobody can read it.
import type {DuckDBPreparedStatement, DuckDBType} from '@duckdb/node-api'
import type {Api} from './duckdb-vectors.js'
import {identifier, literal} from './sql-text.js'

/** More than a model is shown. */
const MOST = 1000

/** A query for the same rows as `query`, which was prepared, with small values. */
export function withSmallValues(api: Api, query: string, prepared: DuckDBPreparedStatement): string {
  const columns = Array.from({length: prepared.columnCount}, (_, at) => ({
    name: prepared.columnName(at),
    type: prepared.columnType(at),
  }))
  const small = columns.map(({name, type}, at) => `${smallValue(api, `c${at}`, name, type)} AS ${identifier(name)}`)
  return `SELECT ${small.join(', ')} FROM (${query}\n) AS answer(${columns.map((_, at) => `c${at}`).join(', ')})`
}

function smallValue(api: Api, value: string, name: string, type: DuckDBType): string {
  const {DuckDBTypeId: id} = api
  if (type.typeId === id.LIST) {
    const {valueType} = type as {readonly valueType: DuckDBType}
    const short = smallValue(api, 'one', name, valueType)
    const problem = `${literal(`${name}: a list of `)} || len(${value}) || ' entries is too long: unnest it, or take a part'`
    const list = short === 'one' ? value : `list_transform(${value}, lambda one: ${short})`
    return `CASE WHEN len(${value}) > ${MOST} THEN error(${problem}) ELSE ${list} END`
  }

  if (type.typeId === id.VARCHAR) return `left(${value}, ${MOST})`
  const isLarge = [id.ARRAY, id.BIGNUM, id.BIT, id.BLOB, id.MAP, id.STRUCT, id.UNION, id.VARIANT].includes(type.typeId)
  return isLarge ? `left(${value}::VARCHAR, ${MOST})` : value
}
