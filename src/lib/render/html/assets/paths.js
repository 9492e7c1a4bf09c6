// The path to root of a table's row. The page's data has each step once: [above, reference, label, address, link].
import {element, link} from './element.js'

const source = document.getElementById('paths')
const steps = source === null ? [] : JSON.parse(source.textContent)

/** A button that opens the path of a row in its first cell; clicking anywhere else in the row does too. */
export function addPath(row, title) {
  const [cell] = row.cells
  const opener = element('button', 'opener')
  opener.type = 'button'
  opener.setAttribute('aria-expanded', 'false')
  opener.setAttribute('aria-label', `${title}: ${cell.textContent}`)
  cell.prepend(opener)
  let path = null
  row.addEventListener('click', event => {
    const isElsewhere = event.target.closest('a, .path') !== null || !getSelection().isCollapsed
    if (event.target !== opener && isElsewhere) return
    if (path === null) cell.append((path = drawPath(Number(row.dataset.path), title)))
    else path = path.remove() ?? null
    opener.setAttribute('aria-expanded', String(path !== null))
  })
}

function drawPath(end, title) {
  const drawn = element('div', 'row-path')
  const list = element('ol', 'path')
  for (let at = end; at !== null; at = steps[at][0]) {
    const [, reference, label, address, href] = steps[at]
    const item = element('li')
    if (reference !== '') item.append(element('em', '', reference), ' ')
    item.append(href === '' ? element('span', '', label) : link(href, label), ' ', element('code', '', address))
    list.prepend(item)
  }

  drawn.append(element('b', '', title), list)
  return drawn
}
