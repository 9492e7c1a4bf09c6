import {describe, expect, it} from 'vitest'
import {sqlShapes} from '../../../../src/lib/analysis/suspects/sql-shapes.js'

const shapeOf = (text: string) => sqlShapes([text]).shapes[0].sql

describe('shapes of SQL', () => {
  it('fold what differs, and say what stands before it', () => {
    const texts = Array.from(
      {length: 30},
      (_, page) => `SELECT "issues".* FROM "issues" WHERE "issues"."repo_id" = $1 LIMIT 20 OFFSET ${page * 20}`,
    )
    expect(sqlShapes(texts)).toEqual({
      shapes: [
        {
          count: 30,
          differs: ['OFFSET'],
          sql: 'SELECT "issues".* FROM "issues" WHERE "issues"."repo_id" = $1 LIMIT ‹n› OFFSET ‹n›',
        },
      ],
      statements: 30,
    })
  })

  it('fold strings, lists, comments, white space, and the search path of Postgres', () => {
    expect(
      shapeOf(`"$user", public-SELECT * FROM users\n WHERE name = 'O''Brien' AND id IN (1, 2, 3) /* request 17 */`),
    ).toBe('SELECT * FROM users WHERE name = ‹n› AND id IN (‹n›, …)')
  })

  it.each([
    ["a = 'x''secret'", 'a = ‹n›'],
    [String.raw`a = 'x\' secret' AND b = 'secret'`, 'a = ‹n›'],
    [String.raw`a = 'C:\' AND b = 'secret' LIMIT 1`, 'a = ‹n›'],
    ["a = E'secret' AND b = X'5ec7e7'", 'a = ‹n› AND b = ‹n›'],
    ['a = $$secret$$ AND b = $t$it is $$ secret$t$ AND c = $1', 'a = ‹n› AND b = ‹n› AND c = $1'],
    ["a = '-- secret' AND b = '/* secret'", 'a = ‹n› AND b = ‹n›'],
    ["a = 1e5 AND b = 'secret and the end is cu…", 'a = ‹n› AND b = ‹n›'],
    ['a = 1 /* secret and the end is cu…', 'a = ‹n›'],
    ['a = "secret" AND "b" = "c"."d" AND e IN ("secret", "secret")', 'a = ‹n› AND "b" = "c"."d" AND e IN (‹n›, …)'],
    [
      'SELECT `a` FROM `b` WHERE `c` = "secret" AND `d` LIKE "%secret%"',
      'SELECT `a` FROM `b` WHERE `c` = ‹n› AND `d` LIKE ‹n›',
    ],
    ['INSERT INTO "t" ("a", "b") VALUES ("secret", "secret")', 'INSERT INTO "t" ("a", "b") VALUES (‹n›, …)'],
    ['a BETWEEN "a secret" AND "secret" AND "b" = 1', 'a BETWEEN ‹n› AND ‹n› AND "b" = ‹n›'],
    ['a = «8 bytes», b = 0x5ec7e7', 'a = ‹n›, b = ‹n›'],
  ])('have no literal in them: %s', (text, sql) => {
    expect(shapeOf(text)).toBe(sql)
  })

  it('leave names with digits and bind parameters alone', () => {
    expect(shapeOf('SELECT t1.col2 FROM table3 t1 WHERE a = $1 AND "b4" = ?')).toBe(
      'SELECT t1.col2 FROM table3 t1 WHERE a = $1 AND "b4" = ?',
    )
  })

  it('name the column where a value differs', () => {
    expect(
      sqlShapes(['SELECT 1 FROM users WHERE "users"."id" = 4', 'SELECT 1 FROM users WHERE "users"."id" = 5']).shapes[0]
        .differs,
    ).toEqual(['users.id ='])
  })
})
