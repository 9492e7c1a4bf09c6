// A dump that was read → Parquet files of all tables, one folder for each table that has rows.
import {mkdir, readdir, rmdir, stat} from 'node:fs/promises'
import {join} from 'node:path'
import type {CachedAnalysis} from '../cache/cached-analysis.js'
import {readTable} from '../inputs/table-rows.js'
import type {OnProgress} from '../progress.js'
import type {KnownDump} from '../tables-of-dump/table.js'
import {TABLES} from '../tables-of-dump/tables.js'
import {formatCount} from '../units.js'

export type TableFile = {
  /** Below the folder: `tbl=objects/0.parquet`. */
  readonly name: string
  readonly bytes: number
}

/** The table `dumps` last: a dump in it is complete. Throws UserError `no_duckdb`. */
export async function writeTables(
  analysis: CachedAnalysis,
  dump: KnownDump,
  folder: string,
  {onProgress, showValues}: {readonly onProgress: OnProgress; readonly showValues: boolean},
): Promise<readonly TableFile[]> {
  const {ParquetWriter} = await import('../query/parquet-writer.js')
  const writer = await ParquetWriter.open()
  try {
    const parts: string[] = []
    for (const table of TABLES.toSorted(
      (one, other) => Number(one.name === 'dumps') - Number(other.name === 'dumps'),
    )) {
      const part = `tbl=${table.name}`
      await mkdir(join(folder, part), {mode: 0o700})
      const rows = readTable(analysis, {dump, options: {hashes: true, showValues}, table: table.name})
      const counted = countRows(rows, count =>
        onProgress({done: 0, phase: `writing ${table.name}: ${formatCount(count)} rows`, total: null}),
      )
      if ((await writer.writeTable(table, counted, join(folder, part))) === 0) await rmdir(join(folder, part))
      else parts.push(part)
    }

    await writer.finish()
    return (await Promise.all(parts.map(part => filesIn(folder, part)))).flat()
  } finally {
    await writer.close()
  }
}

async function* countRows<Row extends {readonly chunk: {readonly rows: number}}>(
  rows: AsyncIterable<Row>,
  onCount: (count: number) => void,
): AsyncGenerator<Row> {
  let count = 0
  for await (const row of rows) {
    yield row
    onCount((count += row.chunk.rows))
  }
}

async function filesIn(folder: string, part: string): Promise<TableFile[]> {
  const names = (await readdir(join(folder, part))).map(name => `${part}/${name}`)
  return Promise.all(names.map(async name => ({bytes: (await stat(join(folder, name))).size, name})))
}
