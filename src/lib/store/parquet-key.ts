// Keys of exported tables: below a prefix of their own, in folders that query engines read as the columns app, release,
// dump and tbl. Pure.
import type {StoredObject} from './dump-key.js'

export const PARQUET_PREFIX = 'heapdump/parquet/v1/'

/** What Hive and all engines after it read as NULL. */
const NO_VALUE = '__HIVE_DEFAULT_PARTITION__'

export type ExportedDumpKey = {readonly app: string | null; readonly release: string | null; readonly id: string}

/** `app=shop/release=v214/dump=d7k2mq` */
export function partitionOf({app, id, release}: ExportedDumpKey): string {
  return [
    ['app', app],
    ['release', release],
    ['dump', id],
  ]
    .map(([name, value]) => `${name}=${value === null ? NO_VALUE : escaped(value ?? '')}`)
    .join('/')
}

/** As Hive escapes values in a path: engines undo it. */
function escaped(value: string): string {
  return value.replaceAll(
    /[^\w.~-]/g,
    character =>
      `%${Buffer.from(character)
        .toString('hex')
        .toUpperCase()
        .replaceAll(/(?<=..)(?=(?:..)+$)/g, '%')}`,
  )
}

/** The id of the dump that an object was exported from; null: it is none of ours. */
function dumpOfParquet(key: string): string | null {
  return key.startsWith(PARQUET_PREFIX) ? (/\/dump=(d[0-9a-z]{5})\//.exec(key)?.[1] ?? null) : null
}

/** The exported objects of dumps that are gone. `kept`: the dumps that stay. */
export function parquetToRemove(
  objects: readonly StoredObject[],
  kept: ReadonlyArray<{readonly id: string}>,
): readonly StoredObject[] {
  const ids = new Set(kept.map(({id}) => id))
  return objects.filter(({key}) => {
    const id = dumpOfParquet(key)
    return id !== null && !ids.has(id)
  })
}

/** The exported objects of one dump. */
export function parquetOf(objects: readonly StoredObject[], dump: {readonly id: string}): readonly StoredObject[] {
  return objects.filter(({key}) => dumpOfParquet(key) === dump.id)
}
