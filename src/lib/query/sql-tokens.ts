// Statements and words of SQL, as DuckDB's own scanner separates them: what is in a text or in a comment is no word.

export type SqlToken = {
  /** Of a name: without its quotes, in lower case. Of anything else: as written. */
  readonly text: string
  readonly isName: boolean
  /** A text, or a quoted name, whose end is missing. */
  readonly isOpen: boolean
  readonly start: number
  readonly end: number
}

export type Statement = {
  /** Alone, at its place: spaces stand for what is before it, so that an error tells the right line. */
  readonly text: string
  readonly tokens: readonly SqlToken[]
}

/** Beside those of ASCII, DuckDB takes these characters for spaces; any other one may be in a name. */
const SPACES = '\\u00a0\\u2000-\\u200b\\u202f\\u205f\\u2060\\u3000\\ufeff'
const IN_NAME = `[\\w$]|[^\\x00-\\x7f${SPACES}]`
const TOKEN = new RegExp(
  [
    `(?<gap>[ \\t\\n\\r\\f\\v${SPACES}]+|--[^\\n\\r]*)`,
    `(?<escaped>e'[^'\\\\]*(?:(?:''|\\\\[^])[^'\\\\]*)*'(?!'))`,
    `(?<plain>'[^']*(?:''[^']*)*'(?!'))`,
    `(?<dollars>\\$(?<tag>(?:(?!\\$)(?:${IN_NAME}))*)\\$[^]*?\\$\\k<tag>\\$)`,
    `"(?<quoted>[^"]*(?:""[^"]*)*)"(?!")`,
    `(?<open>(?:e?'|"|\\$(?:(?!\\$)(?:${IN_NAME}))*\\$)[^]*)`,
    `(?<word>(?!\\d|\\$)(?:${IN_NAME})+)`,
    '\\d+',
    '[^]',
  ].join('|'),
  'iy',
)

/** Without those that are empty. */
export function statementsOf(sql: string): readonly Statement[] {
  const statements: Statement[] = []
  let tokens: SqlToken[] = []
  const add = (): void => {
    const [first] = tokens
    const last = tokens.at(-1)
    if (first === undefined || last === undefined) return
    const before = sql.slice(0, first.start).replaceAll(/[^\n]/g, ' ')
    statements.push({text: before + sql.slice(first.start, last.end), tokens})
    tokens = []
  }
  for (const token of tokensOf(sql)) {
    if (isSemicolon(token)) add()
    else tokens.push(token)
  }

  add()
  return statements
}

/** Whether a semicolon ends it. Only a comment may follow. */
export function isWhole(sql: string): boolean {
  const last = tokensOf(sql).at(-1)
  return last !== undefined && isSemicolon(last)
}

/** Of EXPLAIN: what it explains, at its place. null: another statement. */
export function explainedBy({text, tokens}: Statement): Statement | null {
  if (tokens[0]?.text !== 'explain') return null
  let at = 1
  if (tokens[at]?.text === '(' && /^(?:analy[sz]e|format|verbose)$/.test(tokens[at + 1]?.text ?? ''))
    at = tokens.findIndex(token => token.text === ')') + 1
  while (/^(?:analy[sz]e|verbose)$/.test(tokens[at]?.text ?? '')) at++
  const left = tokens.slice(at)
  const inner = text.length - (tokens.at(-1)?.end ?? 0) + (left[0]?.start ?? 0)
  return {text: text.slice(0, inner).replaceAll(/[^\n]/g, ' ') + text.slice(inner), tokens: left}
}

/** Names that are called, quoted or not. */
export function calledIn({tokens}: Statement): readonly string[] {
  return tokens.filter(({isName}, at) => isName && tokens[at + 1]?.text === '(').map(({text}) => text)
}

function tokensOf(sql: string): readonly SqlToken[] {
  const tokens: SqlToken[] = []
  for (let at = 0; at < sql.length;) {
    if (sql.startsWith('/*', at)) {
      at = endOfComment(sql, at)
      continue
    }

    TOKEN.lastIndex = at
    const {0: all = '', groups = {}} = TOKEN.exec(sql) ?? {}
    const start = at
    at += Math.max(1, all.length)
    if (groups.gap !== undefined) continue
    const name = groups.word ?? groups.quoted?.replaceAll('""', '"')
    const isOpen = groups.open !== undefined
    tokens.push({end: at, isName: name !== undefined, isOpen, start, text: name?.toLowerCase() ?? all})
  }

  return tokens
}

/** A comment may hold comments. */
function endOfComment(sql: string, start: number): number {
  const marks = /\/\*|\*\//g
  marks.lastIndex = start
  let depth = 0
  for (let mark = marks.exec(sql); mark !== null; mark = marks.exec(sql)) {
    depth += mark[0] === '/*' ? 1 : -1
    if (depth === 0) return marks.lastIndex
  }

  return sql.length
}

function isSemicolon({isName, text}: SqlToken): boolean {
  return !isName && text === ';'
}
