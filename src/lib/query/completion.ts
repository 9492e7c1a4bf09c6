// What the Tab key offers while SQL is typed: tables, columns of the tables that are already named, and keywords.
import {TABLES} from '../tables-of-dump/tables.js'
import {tablesIn} from './sql-text.js'

const KEYWORDS = (
  'SELECT FROM WHERE GROUP BY ORDER BY HAVING LIMIT JOIN LEFT JOIN USING ON AS AND OR NOT IN LIKE IS NULL DISTINCT ' +
  'COUNT SUM AVG MIN MAX CASE WHEN THEN ELSE END WITH DESCRIBE UNION ALL DESC'
).split(' ')

/** As node:readline wants it: what could follow, and the part of the line that it replaces. */
export function wordsFor(line: string): [string[], string] {
  const start = /[\w]*$/.exec(line)?.[0] ?? ''
  const named = new Set<string>(tablesIn(line))
  const tables = TABLES.map(({name}) => name)
  const columns = TABLES.filter(({name}) => named.size === 0 || named.has(name)).flatMap(table =>
    table.columns.map(({name}) => name),
  )
  const lower = start.toLowerCase()
  const known = [...new Set([...tables, ...columns, ...KEYWORDS])]
  return [known.filter(word => word.toLowerCase().startsWith(lower)).toSorted(), start]
}
