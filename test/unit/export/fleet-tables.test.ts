// The statements of docs/fleet.md create the tables that heapdump:export writes.
import {readFileSync} from 'node:fs'
import {expect, it} from 'vitest'
import {TABLES} from '../../../src/lib/tables-of-dump/tables.js'

const text = readFileSync(new URL('../../../docs/fleet.md', import.meta.url), 'utf8')
const TYPES = {
  BIGINT: 'bigint',
  BOOLEAN: 'boolean',
  DOUBLE: 'double',
  INTEGER: 'int',
  TIMESTAMP: 'timestamp',
  VARCHAR: 'string',
}
/** Columns of the partition, which a table cannot have twice. */
const PARTITION = ['app', 'dump', 'release']

it.each(TABLES)('$name is documented for Athena', ({columns, name}) => {
  const [, listed = ''] = new RegExp(`CREATE EXTERNAL TABLE heap_${name} \\(\\n([^)]*)\\n\\)`).exec(text) ?? []
  expect(listed.split(',').map(column => column.trim())).toEqual(
    columns
      .filter(column => !PARTITION.includes(column.name))
      .map(column => `\`${column.name}\` ${TYPES[column.type]}`),
  )
  expect(text).toContain(`CREATE VIEW ${name} AS SELECT * FROM heap_${name} WHERE tbl = '${name}';`)
})
