// SQL texts that differ in their literals only have one shape. What differs is named by the words before it: `OFFSET`, `"id" =`.

export type SqlShapes = {
  readonly statements: number
  /** By number of statements. */
  readonly shapes: ReadonlyArray<{
    readonly sql: string
    readonly count: number
    /** What stands before the literals that differ, most different first: `OFFSET`. */
    readonly differs: readonly string[]
  }>
}

const SEARCH_PATH = /^[\w"$, ]{0,80}-(?=SELECT|INSERT|UPDATE|DELETE|WITH)/i
const COMMENT = /\/\*.*?\*\/|--[^\n]*/gs
/** Strings, numbers, and what redaction put in their place. */
const LITERAL = /'(?:[^']|'')*'|«[^»]*»|(?<![\w$"?])-?\d+(?:\.\d+)?(?![\w"])/g
const LIST = /\(\s*‹n›(?:\s*,\s*‹n›)+\s*\)/g

const PLACEHOLDER = '‹n›'
/** Different values that are remembered for each place. */
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
export function shapeOf(text: string): {readonly sql: string; readonly literals: readonly string[]} {
  const plain = text.replace(SEARCH_PATH, '').replaceAll(COMMENT, ' ').replaceAll(/\s+/g, ' ').trim()
  const literals: string[] = []
  const sql = plain.replaceAll(LITERAL, literal => {
    literals.push(literal)
    return PLACEHOLDER
  })
  return {literals, sql: sql.replaceAll(LIST, `(${PLACEHOLDER}, …)`)}
}

function differing(sql: string, values: ReadonlyArray<ReadonlySet<string>>): string[] {
  const before = sql.split(PLACEHOLDER)
  // A folded list has fewer places than literals; then only those before it can be told.
  return values
    .map((seen, place) => ({place, seen: seen.size}))
    .filter(({place, seen}) => seen > 1 && place < before.length - 1)
    .toSorted((a, b) => b.seen - a.seen)
    .map(({place}) => wordsBefore(before[place]))
    .filter((words, at, all) => words !== '' && all.indexOf(words) === at)
}

/** The clause's keyword, or the column and its operator. */
function wordsBefore(text: string): string {
  const trimmed = text.trimEnd().replace(/(?:ESCAPE|AND|\()\s*$/i, '').trimEnd()
  return /(?:[\w".`]+\s*(?:=|<>|!=|<=|>=|<|>|LIKE|ILIKE|IN|BETWEEN)|\w+)\s*\(?$/i.exec(trimmed)?.[0].replaceAll(/["`(]/g, '').trim() ?? ''
}
