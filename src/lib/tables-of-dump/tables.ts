// All tables about dumps. heapdump:query fills a database with them; docs/sql.md documents them.
import {dumps} from './dumps.js'
import {classes, owners, sites} from './groups.js'
import {objects} from './objects.js'
import {references} from './references.js'
import {strings} from './strings.js'
import {memoryLine, suspects} from './suspects.js'
import type {Table} from './table.js'
import {TABLE_NAMES, type TableName} from './table-names.js'

const BY_NAME: Readonly<Record<TableName, Table>> = {
  classes,
  dumps,
  memory_line: memoryLine,
  objects,
  owners,
  refs: references,
  sites,
  strings,
  suspects,
}

export const TABLES: readonly Table[] = TABLE_NAMES.map(name => BY_NAME[name])

export function tableNamed(name: TableName): Table {
  return BY_NAME[name]
}
