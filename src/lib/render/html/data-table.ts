// A table that is readable without a script and sortable with one: each cell carries its sort key.
import {meaningOf} from './glossary.js'
import {type Content, type Html, html} from './html.js'

export type Column<Row> = {
  readonly header: string
  readonly cell: (row: Row) => Content
  /** Numbers sort largest first and are aligned right; text sorts alphabetically. */
  readonly sortKey: (row: Row) => number | string
  /** 0 to 1: draws a bar behind the number. */
  readonly share?: (row: Row) => number
  readonly title?: (row: Row) => string
  readonly className?: string
  /** The glossary's word for the column, shown as a tooltip. */
  readonly word?: string | undefined
}

type Props<Row> = {
  readonly id: string
  readonly title: string
  readonly hint: Content
  readonly columns: ReadonlyArray<Column<Row>>
  readonly rows: readonly Row[]
  /** Header of the column by which the rows are sorted. */
  readonly sortedBy: string
  /**
   * For each row, the end of its path to root, by its position in the page's data (RowPaths); null: it has none. And
   * words that say of what it is the path.
   */
  readonly paths?: {readonly ends: ReadonlyArray<number | null>; readonly title: string} | null
}

/** Rows shown before "Show all". Without a script all are shown. */
const ROWS_AT_FIRST = 15

export function dataTable<Row>({id, title, hint, columns, rows, sortedBy, paths = null}: Props<Row>): Html | null {
  const [first] = rows
  if (first === undefined) return null
  const typed = columns.map(column => ({column, isNumber: typeof column.sortKey(first) === 'number'}))
  return html`
<section class="panel" id="${id}">
  <header class="panel-head"><h2>${title}</h2><p>${hint}</p></header>
  <div class="scroll"><table data-first="${ROWS_AT_FIRST}"${paths && html` data-path="${paths.title}"`}>
    <thead><tr>${typed.map(({column, isNumber}) => header(column, isNumber, column.header === sortedBy))}</tr></thead>
    <tbody>${rows.map(
      (row, at) => html`
      <tr${typeof paths?.ends[at] === 'number' ? html` data-path="${paths.ends[at]}"` : null}>${typed.map(({column, isNumber}) => cell(column, row, isNumber))}</tr>`,
    )}
    </tbody>
  </table></div>
</section>`
}

function header<Row>({header: text, word}: Column<Row>, isNumber: boolean, sorted: boolean): Html {
  const title = word === undefined ? null : html` data-tip="${word}: ${meaningOf(word)}"`
  const sort = sorted ? html` aria-sort="descending"` : null
  return html`<th scope="col" class="${isNumber ? 'number' : 'text'}"${sort}${title}>${text}</th>`
}

function cell<Row>(column: Column<Row>, row: Row, isNumber: boolean): Html {
  const value = column.sortKey(row)
  const share = column.share?.(row)
  const bar = share === undefined ? null : html`<i class="bar" style="width:${percent(share)}"></i>`
  const title = column.title === undefined ? null : html` title="${column.title(row)}"`
  return html`<td class="${isNumber ? 'number' : 'text'}${column.className === undefined ? '' : ` ${column.className}`}" data-v="${value}"${title}>${bar}${column.cell(row)}</td>`
}

/** A CSS length: `44.21%`. */
export function percent(share: number): string {
  return `${Math.round(Math.max(0, Math.min(1, share)) * 1e4) / 100}%`
}
