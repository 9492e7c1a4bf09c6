// How SQL is taken apart.
import {expect, it} from 'vitest'
import {calledIn, explainedBy, isWhole, statementsOf} from '../../../src/lib/query/sql-tokens.js'

const textsOf = (sql: string) => statementsOf(sql).map(({text}) => text.trim())

it.each([
  ['SELECT 1; SELECT 2 -- the end', ['SELECT 1', 'SELECT 2']],
  [";  ; /* a /* b */ ; */ -- 'c;", []],
  ["SELECT 'a;''b', \"c;\"\"d\", E'e\\';', $$f;'$$, $x$g;$$;$x$; SELECT 2", 2],
  ["SELECT é$$, '$$;'; SELECT a$$; SELECT $1", 3],
  ["SELECT\u00A0$$;$$, 1--\r;SELECT 'open;", 2],
])('statements of %s', (sql, expected) => {
  expect(typeof expected === 'number' ? textsOf(sql).length : textsOf(sql)).toEqual(expected)
})

it('a statement stays in its line', () => {
  expect(statementsOf('SELECT 1;\n SELECT 2;').map(({text}) => text)).toEqual(['SELECT 1', '         \n SELECT 2'])
})

it('is whole after a semicolon that ends a statement', () => {
  for (const sql of ['SELECT 1;', 'SELECT 1; -- c', "SELECT 'a;\nb' x; /* c */", ';'])
    expect([sql, isWhole(sql)]).toEqual([sql, true])
  for (const sql of ['SELECT 1', "SELECT 'a;", 'SELECT 1 -- ;', 'SELECT 1 /* ;', 'SELECT ";"', 'SELECT $$;', ''])
    expect([sql, isWhole(sql)]).toEqual([sql, false])
})

it('knows what is called, and what EXPLAIN explains', () => {
  const [statement] = statementsOf(`SELECT a(1), "B" /* c( */ ('d('), e -- f(\n\u2003(2), x.g(3), h FROM i`)
  expect(statement && calledIn(statement)).toEqual(['a', 'b', 'e', 'g'])
  for (const sql of ['EXPLAIN DELETE', 'explain analyze DELETE', 'EXPLAIN (ANALYZE, FORMAT json) DELETE']) {
    const [explain] = statementsOf(`SELECT 1;\n${sql}`).slice(1)
    expect(explain && explainedBy(explain)?.text.trim()).toBe('DELETE')
  }
})
