// Escapes text for GitHub's Markdown: no markup, no HTML, and no notification because an instance variable is called
// @jane.
import {printable} from '../printable.js'

const ZERO_WIDTH = '&#8203;'
const ENTITIES: Readonly<Record<string, string>> = {'&': '&amp;', '<': '&lt;', '>': '&gt;'}

/** For sentences. Line breaks are kept. */
export function markdownText(text: string): string {
  const escaped = htmlLines(text).map(line =>
    line
      .replaceAll(/[\\`*_~[\]|$!]/g, String.raw`\$&`)
      .replaceAll(/^(\s*)(\d*)([-+=#]|(?<=\d)[.)])/g, String.raw`$1$2\$3`),
  )
  return escaped.map(quiet).join('<br>')
}

/** For sentences inside HTML tags, where GitHub does not parse Markdown. */
export function markdownHtml(text: string): string {
  return htmlLines(text).map(quiet).join('<br>')
}

function htmlLines(text: string): string[] {
  return text
    .split('\n')
    .map(line => printable(line).replaceAll(/[&<>]/g, character => ENTITIES[character] ?? character))
}

/** Defuses mentions, issue references and links. */
function quiet(line: string): string {
  return line
    .replaceAll(/[@#](?=\w)/g, `$&${ZERO_WIDTH}`)
    .replaceAll('://', `:${ZERO_WIDTH}//`)
    .replaceAll(/www(?=\.)/gi, `$&${ZERO_WIDTH}`)
}

/** For names and paths: a code span, in which only the bars of a table need escaping. */
export function markdownCode(text: string): string {
  const line = printable(text).replaceAll('|', String.raw`\|`)
  if (line.trim() === '') return ''
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  const pad = longest > 0 || line.startsWith(' ') || line.endsWith(' ') ? ' ' : ''
  return `${fence}${pad}${line}${pad}${fence}`
}

export type MarkdownColumn<Row> = {
  readonly header: string
  readonly number?: boolean
  readonly cell: (row: Row) => string
}

/** The lines of a table, none if there are no rows. Cells are already Markdown. */
export function markdownTable<Row>(columns: ReadonlyArray<MarkdownColumn<Row>>, rows: readonly Row[]): string[] {
  if (rows.length === 0) return []
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [
    line(columns.map(column => column.header)),
    line(columns.map(column => (column.number ? '---:' : '---'))),
    ...rows.map(row => line(columns.map(column => column.cell(row)))),
  ]
}
