// Tables: sorted by a click on a header, searched, copied, and cut to their first rows.
import {formatCount} from '../../../units.js'
import {button, element} from './element.js'
import {addPath} from './paths.js'

/** Fewer rows need no search. */
const FEW = 8
/** More rows than fit get a button. A button for one or two rows would take as much room as they do. */
const SPARE = 3

export function startTable(table) {
  const body = table.tBodies[0]
  const rows = [...body.rows]
  const headers = [...table.tHead.rows[0].cells]
  const titles = headers.map(header => header.textContent)
  const texts = new Map(rows.map(row => [row, row.textContent.toLowerCase()]))
  let wanted = ''
  let first = rows.length > Number(table.dataset.first) + SPARE ? Number(table.dataset.first) : Infinity

  const found = () => [...body.rows].filter(row => texts.get(row).includes(wanted))
  const status = element('span', 'found-count')
  status.setAttribute('role', 'status')
  const more = button('more', `Show all ${formatCount(rows.length)}`, () => {
    first = Infinity
    show()
  })
  function show() {
    const matching = found()
    const shown = new Set(wanted === '' ? matching.slice(0, first) : matching)
    for (const row of rows) row.hidden = !shown.has(row)
    more.hidden = shown.size === matching.length
    status.textContent = wanted === '' ? '' : `${formatCount(matching.length)} of ${formatCount(rows.length)}`
  }

  function sort(header) {
    const at = header.cellIndex
    const number = header.classList.contains('number')
    const before = header.getAttribute('aria-sort')
    const down = before === null ? number : before !== 'descending'
    const value = row => (number ? Number(row.cells[at].dataset.v) : row.cells[at].dataset.v)
    const compare = (a, b) => (number ? value(a) - value(b) : value(a).localeCompare(value(b)))
    body.append(...[...body.rows].toSorted((a, b) => (down ? compare(b, a) : compare(a, b))))
    for (const other of headers) other.removeAttribute('aria-sort')
    header.setAttribute('aria-sort', down ? 'descending' : 'ascending')
    show()
  }

  for (const header of headers) {
    const sorter = button('sorter', header.textContent, () => sort(header))
    if (header.dataset.tip) sorter.dataset.tip = header.dataset.tip
    header.removeAttribute('data-tip')
    header.replaceChildren(sorter)
  }

  for (const row of rows) {
    // On a narrow screen a row is a card, and each cell shows its title.
    for (const [at, cell] of [...row.cells].entries()) cell.dataset.label = titles[at]
    if (row.dataset.path) addPath(row, table.dataset.path)
  }

  const copier = button('tool', 'Copy', () => copy([titles, ...found().map(valuesOf)], copier))
  const tools = element('div', 'table-tools')
  if (rows.length > FEW) {
    const find = element('input')
    find.type = 'search'
    find.placeholder = 'Search…'
    find.setAttribute('aria-label', `Search: ${titles[0]}`)
    find.addEventListener('input', () => {
      wanted = find.value.trim().toLowerCase()
      show()
    })
    tools.append(find, status)
  }

  tools.append(copier)
  table.parentElement.before(tools)
  table.parentElement.after(more)
  show()
}

function valuesOf(row) {
  return [...row.cells].map(cell => cell.dataset.v)
}

/** Tab-separated, for a spreadsheet: a name from a dump must not become a formula there. */
async function copy(lines, copier) {
  const cell = text => text.replaceAll(/\s+/g, ' ').replace(/^[=+\-@]/, "'$&")
  const text = lines.map(line => line.map(cell).join('\t')).join('\n')
  const said = await navigator.clipboard.writeText(text).then(
    () => 'Copied',
    () => 'The browser does not allow it',
  )
  copier.textContent = said
  setTimeout(() => (copier.textContent = 'Copy'), 2000)
}
