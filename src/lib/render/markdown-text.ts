// Text that stays text in GitHub's Markdown: no markup, no HTML, and nobody is notified because an instance variable is called @jane.
import {printable} from '../printable.js'

const ZERO_WIDTH = '&#8203;'
const ENTITIES: Readonly<Record<string, string>> = {'&': '&amp;', '<': '&lt;', '>': '&gt;'}

/** For sentences; line breaks stay. */
export function markdownText(text: string): string {
  const escaped = htmlLines(text).map(line =>
    line
      .replaceAll(/[\\`*_~[\]|$!]/g, String.raw`\$&`)
      .replaceAll(/^(\s*)(\d*)([-+=#]|(?<=\d)[.)])/g, String.raw`$1$2\$3`),
  )
  return escaped.map(quiet).join('<br>')
}

/** For sentences within tags, where GitHub reads HTML and no Markdown. */
export function markdownHtml(text: string): string {
  return htmlLines(text).map(quiet).join('<br>')
}

function htmlLines(text: string): string[] {
  return text
    .split('\n')
    .map(line => printable(line).replaceAll(/[&<>]/g, character => ENTITIES[character] ?? character))
}

/** Mentions, references to issues and links mean nothing here. */
function quiet(line: string): string {
  return line
    .replaceAll(/[@#](?=\w)/g, `$&${ZERO_WIDTH}`)
    .replaceAll('://', `:${ZERO_WIDTH}//`)
    .replaceAll(/www(?=\.)/gi, `$&${ZERO_WIDTH}`)
}

/** For names and paths: a code span, which takes everything as it is, but for a table's bars. */
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

/** Lines of a table; none without rows. Cells are Markdown already. */
export function markdownTable<Row>(columns: ReadonlyArray<MarkdownColumn<Row>>, rows: readonly Row[]): string[] {
  if (rows.length === 0) return []
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [
    line(columns.map(column => column.header)),
    line(columns.map(column => (column.number ? '---:' : '---'))),
    ...rows.map(row => line(columns.map(column => column.cell(row)))),
  ]
}
