// SQL statements that differ only in their literals have the same shape. A difference is named by the words before it:
// `OFFSET`, `"id" =`. Shapes are shown and stored, so they must not contain a literal, whatever the dialect and
// wherever the dump cut the text.

export type SqlShapes = {
  readonly statements: number
  /** By number of statements. */
  readonly shapes: ReadonlyArray<{
    readonly sql: string
    readonly count: number
    /** The words before the literals that differ, those with most values first: `OFFSET`. */
    readonly differs: readonly string[]
  }>
}

const SEARCH_PATH = /^[\w"$, ]{0,80}-(?=SELECT|INSERT|UPDATE|DELETE|WITH)/i
/**
 * Comments; strings, including dollar-quoted ones; what redaction put in their place; numbers. Cut ones extend to the
 * end.
 */
const COMMENT_OR_LITERAL =
  /(\/\*.*?(?:\*\/|$)|--[^\n]*)|(?:\b(?:[EXBN]|U&))?'(?:[^']|'')*(?:'|$)|\$([a-z_]\w*)?\$.*?(?:\$\2\$|$)|«[^»]*(?:»|$)|\b0x[\da-f]+\b|(?<![\w$"?])-?\d+(?:\.\d+)?(?:e[+-]?\d+)?(?![\w"])/gis
/** Whether a backslash escapes a quote depends on the database, so everything from the first quote on is folded. */
const ESCAPED_QUOTE = /'.*?\\'.*/s
/**
 * MySQL has strings in double quotes, other databases names. Folded where a value is expected, or if names are in
 * backticks.
 */
const QUOTED_NAME_OR_VALUE =
  /(?<=(?:[=<>]|\bLIKE|\bBETWEEN|\bBETWEEN\s+(?:"[^"]*"|\S+)\s+AND)\s*)"(?:[^"\\]|""|\\.)*(?:"|$)(?!\.)|(?<=\b(?:VALUES|IN)\s*\(.*)(?<!\.)"(?:[^"\\]|""|\\.)*(?:"|$)(?!\.)/gis
const QUOTED = /"(?:[^"\\]|""|\\.)*(?:"|$)/gs
const LIST = /\(\s*‹n›(?:\s*,\s*‹n›)+\s*\)/g

const PLACEHOLDER = '‹n›'
/** The number of different values remembered for each literal. */
const VALUES_KEPT = 50

export function sqlShapes(texts: Iterable<string>): SqlShapes {
  const shapes = new Map<string, {count: number; values: Array<Set<string>>}>()
  let statements = 0
  for (const text of texts) {
    statements++
    const {sql, literals} = shapeOf(text)
    let shape = shapes.get(sql)
    if (shape === undefined) shapes.set(sql, (shape = {count: 0, values: []}))
    shape.count++
    for (const [place, literal] of literals.entries()) {
      const values = (shape.values[place] ??= new Set())
      if (values.size < VALUES_KEPT) values.add(literal)
    }
  }

  return {
    shapes: [...shapes]
      .toSorted(([, a], [, b]) => b.count - a.count)
      .map(([sql, {count, values}]) => ({count, differs: differing(sql, values), sql})),
    statements,
  }
}

/** A statement with its literals folded; lists of them (IN) to one. */
function shapeOf(text: string): {readonly sql: string; readonly literals: readonly string[]} {
  const literals: string[] = []
  const fold = (literal: string) => {
    literals.push(literal)
    return PLACEHOLDER
  }

  const sql = text
    .replace(SEARCH_PATH, '')
    .replace(ESCAPED_QUOTE, fold)
    .replaceAll(COMMENT_OR_LITERAL, (found: string, comment?: string) => (comment === undefined ? fold(found) : ' '))
    .replaceAll(text.includes('`') ? QUOTED : QUOTED_NAME_OR_VALUE, fold)
  return {literals, sql: sql.replaceAll(/\s+/g, ' ').trim().replaceAll(LIST, `(${PLACEHOLDER}, …)`)}
}

function differing(sql: string, values: ReadonlyArray<ReadonlySet<string>>): string[] {
  const before = sql.split(PLACEHOLDER)
  // A folded list has fewer placeholders than literals; then only those before it can be named.
  return values
    .map((seen, place) => ({place, seen: seen.size}))
    .filter(({place, seen}) => seen > 1 && place < before.length - 1)
    .toSorted((a, b) => b.seen - a.seen)
    .map(({place}) => wordsBefore(before[place]))
    .filter((words, at, all) => words !== '' && all.indexOf(words) === at)
}

/** The clause's keyword, or the column and its operator. */
function wordsBefore(text: string): string {
  const trimmed = text
    .trimEnd()
    .replace(/(?:ESCAPE|AND|\()\s*$/i, '')
    .trimEnd()
  return (
    /(?:[\w".`]+\s*(?:=|<>|!=|<=|>=|<|>|LIKE|ILIKE|IN|BETWEEN)|\w+)\s*\(?$/i
      .exec(trimmed)?.[0]
      .replaceAll(/["`(]/g, '')
      .trim() ?? ''
  )
}
