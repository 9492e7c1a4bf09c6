// ActiveRecord keeps a prepared statement for each SQL string. With literals in the SQL (`OFFSET 40`) each request has
// a new statement: the cache fills with statements of few shapes, here and in the database server, and none is ever
// reused.
import {NONE} from '../../../heap/columns.js'
import type {Heap} from '../../../heap/heap.js'
import {TYPE} from '../../../heap/object-types.js'
import {formatBytes, formatCount} from '../../../units.js'
import {className} from '../../objects/class-names.js'
import type {SuspectContext} from '../context.js'
import {ageInWords, type Finding} from '../finding.js'
import {sqlShapes} from '../sql-shapes.js'

const LEAST_STATEMENTS = 100
/** This many statements of one shape are not a coincidence. */
const STATEMENTS_PER_SHAPE = 8
const SHAPES_SHOWN = 3

export function statementCache(context: SuspectContext): Finding[] {
  const {heap} = context
  const pools = poolsOf(context)
  const texts = pools.flatMap(pool => statementsOf(context, pool))
  if (texts.length < LEAST_STATEMENTS) return []
  // Each connection has its own pool with the same statements: those are not counted as waste.
  const {shapes, statements} = sqlShapes(new Set(texts.map(({sql}) => sql)))
  const repeated = shapes.filter(({count}) => count >= STATEMENTS_PER_SHAPE)
  const wasted = repeated.reduce((sum, {count}) => sum + count, 0)
  if (wasted < statements / 2 || wasted < LEAST_STATEMENTS) return []

  context.claim(pools)
  const bytes = context.retainedBy(pools)
  const members = texts.map(({key}) => key)
  const age = context.ageOf(members)
  const [pool] = pools
  const name = className(heap, pool)
  const differs = [...new Set(repeated.flatMap(shape => shape.differs))].slice(0, 3)
  const what = differs.length === 0 ? 'their literals' : `the value after ${differs.join(' or ')}`
  return [
    {
      advice: /OFFSET|LIMIT/i.test(differs.join(' '))
        ? 'Let ActiveRecord bind the numbers: .limit(n).offset(m) on a relation instead of numbers in the SQL (find_by_sql(["… OFFSET ?", m]) does not bind). For quick relief, set prepared_statements: false or a small statement_limit in database.yml.'
        : 'Pass values as binds (where(id: …), exec_query with binds) instead of writing them into the SQL. For quick relief, set prepared_statements: false or a small statement_limit in database.yml.',
      assessment: {by: 'defect', weight: 8},
      evidence: [
        `${formatCount(statements)} statements have ${formatCount(shapes.length)} ${shapes.length === 1 ? 'shape' : 'shapes'}; they differ in ${what}`,
        ...repeated
          .slice(0, SHAPES_SHOWN)
          .map(({sql, count}) => `${formatCount(count)} × ${sql.length > 300 ? `${sql.slice(0, 299)}…` : sql}`),
        ageInWords(age),
        'each also takes memory in the database server, and native memory that a heap dump does not count',
      ].filter(line => line !== null),
      growth: age.growth === 'boot' ? 'settled' : age.growth,
      members,
      owner: {index: pool, kind: 'framework', name},
      place: pool,
      retainedSize: bytes,
      rule: 'statement-cache',
      title: `The prepared-statement cache (${lastName(name)}) holds ${formatCount(statements)} SQL statements of ${formatCount(shapes.length)} ${shapes.length === 1 ? 'shape' : 'shapes'}, ${formatBytes(bytes)}`,
    },
  ]
}

function poolsOf({graph, heap, subject: {classes}}: SuspectContext): number[] {
  const isPool = classes.names.map(name => name.endsWith('StatementPool'))
  const pools: number[] = []
  if (!isPool.includes(true)) return pools
  for (let index = 0; index < heap.count; index++) {
    if (isPool[classes.groupOf[index]] && heap.columns.types[index] === TYPE.OBJECT && graph.isReachable(index))
      pools.push(index)
  }

  return pools
}

function lastName(name: string): string {
  return name.split('::').slice(-2).join('::')
}

/** The pool's Hash has the SQL strings as keys; it is inside a Hash by process id. */
function statementsOf({heap, graph}: SuspectContext, pool: number): Array<{sql: string; key: number}> {
  const {types, firstEdge, edges} = heap.columns
  const found: Array<{sql: string; key: number}> = []
  const open = [pool]
  for (let seen = 0; open.length > 0 && seen < 1000; seen++) {
    const node = open.pop() as number
    const isHash = types[node] === TYPE.HASH
    for (let at = firstEdge[node]; at < firstEdge[node + 1]; at++) {
      const target = edges[at]
      if (target === NONE) continue
      if (isHash && types[target] === TYPE.STRING) {
        const sql = textOf(heap, target)
        if (sql !== null) found.push({key: target, sql})
      }
    }

    for (const child of graph.childrenOf(node)) if (types[child] === TYPE.HASH) open.push(child)
  }

  return found
}

/** A long key shares its bytes with the String it was made from, and only that String's record has the value. */
function textOf(heap: Heap, string: number): string | null {
  const {types, details, firstEdge, edges} = heap.columns
  if (details[string] !== NONE) return heap.tables.values.text(details[string])
  for (let at = firstEdge[string]; at < firstEdge[string + 1]; at++) {
    const target = edges[at]
    if (target !== NONE && types[target] === TYPE.STRING && details[target] !== NONE)
      return heap.tables.values.text(details[target])
  }

  return null
}
