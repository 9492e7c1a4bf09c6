// The memory maps. The box into which a map is zoomed is in the address of the page (#map-12), so that it can be kept,
// shared and gone back from. A page with two maps shows the same object in both.
import {formatBytes, formatObjects, formatShare} from '../../../units.js'
import {element, link} from './element.js'

/** Narrower boxes, as a share of the width, are not drawn; narrower ones in pixels have no label. */
const THINNEST = 0.0015
const LABELLED = 36

export function startMaps() {
  const maps = [...document.querySelectorAll('.map')].map(startMap)
  const follow = () => {
    const [, id, number] = /^#(\w+)-(\d+)$/.exec(location.hash) ?? []
    const named = maps.find(map => map.id === id)
    const node = named?.nodes[number]
    for (const map of maps) map.zoom((map === named ? node : node && map.same(node)) ?? map.nodes[0])
    if (node) named.show()
  }
  addEventListener('hashchange', follow)
  follow()
}

/** The rows are in preorder with their level; positions and widths are shares of the whole. */
function readNodes(id, source) {
  const path = []
  return JSON.parse(source.textContent).map((row, number) => {
    const [level, label, reference, address, kind, objects, memsize, retained, retainedObjects, suspect, before] = row
    const facts = {address, before, kind, label, level, memsize, objects, reference, retained, retainedObjects, suspect}
    path.length = level
    const parent = path[level - 1] ?? null
    const node = {...facts, cell: null, children: [], href: `#${id}-${number}`, left: 0, parent, width: 1}
    path[level] = node
    if (parent !== null) {
      const beside = parent.children.at(-1)
      node.left = beside ? beside.left + beside.width : parent.left
      node.width = parent.retained ? (retained / parent.retained) * parent.width : 0
      parent.children.push(node)
    }

    return node
  })
}

function lineage(node) {
  return node === null ? [] : [...lineage(node.parent), node]
}

function startMap(map) {
  const section = map.closest('section')
  const part = selector => section.querySelector(selector)
  const nodes = readNodes(section.id, part('script'))
  const [whole] = nodes
  const rowHeight = Number(map.dataset.row)
  const nodeOf = new Map()
  let zoomed = whole
  let wanted = ''
  for (const cell of map.children) adopt(nodes[Number(cell.id.split('-').at(-1))], cell)

  function adopt(node, cell) {
    node.cell = cell
    nodeOf.set(cell, node)
    // The browser would scroll to the box.
    cell.removeAttribute('id')
    cell.removeAttribute('title')
    cell.setAttribute('aria-label', `${node.label}, ${formatBytes(node.retained)}`)
  }

  function cellOf(node) {
    if (node.cell === null) {
      const cell = element('a', `cell k-${node.kind}${node.suspect ? ' suspected' : ''}`)
      cell.append(element('span', '', node.label), ' ', element('small', '', formatBytes(node.retained)))
      map.append(cell)
      adopt(node, cell)
    }

    return node.cell
  }

  function draw() {
    const above = new Set(lineage(zoomed.parent))
    let rows = 0
    for (const node of nodes) {
      const over = above.has(node)
      const left = over ? 0 : (node.left - zoomed.left) / zoomed.width
      const width = over ? 1 : node.width / zoomed.width
      const shown = over || (width >= THINNEST && left > -1e-9 && left < 1 - 1e-9 && node.level >= zoomed.level)
      if (!shown && node.cell === null) continue
      const cell = cellOf(node)
      cell.hidden = !shown
      if (!shown) continue
      rows = Math.max(rows, node.level + 1)
      cell.style.left = `${left * 100}%`
      cell.style.width = `${width * 100}%`
      cell.style.top = `${node.level * rowHeight}px`
      const found = wanted !== '' && node.label.toLowerCase().includes(wanted)
      cell.classList.toggle('above', over)
      cell.classList.toggle('thin', width * map.clientWidth < LABELLED)
      cell.classList.toggle('found', found)
      cell.classList.toggle('faded', wanted !== '' && !found)
      cell.tabIndex = node === zoomed ? 0 : -1
      // The box that fills the width leads out again.
      cell.href = (node === zoomed && node.parent ? node.parent : node).href
    }

    map.style.height = `${rows * rowHeight}px`
    part('.crumbs').replaceChildren(...lineage(zoomed).map(node => link(node.href, node.label)))
    describe(zoomed)
  }

  function describe(node) {
    const {address, before, label, memsize, reference, retained, retainedObjects, suspect} = node
    const share = formatShare(whole.retained ? retained / whole.retained : 0)
    const about = suspect ? [' · on the path of ', link(`#suspect-${suspect}`, `suspect ${suspect}`)] : []
    part('.map-detail').replaceChildren(
      reference === '' ? '' : `${reference} → `,
      element('b', '', label),
      ` retains ${formatBytes(retained)} (${share}) in ${formatObjects(retainedObjects)}`,
      memsize ? `, shallow size ${formatBytes(memsize)}` : '',
      typeof before === 'number' ? `, before ${formatBytes(before)}` : '',
      ...about,
      ' ',
      element('code', '', address),
    )
  }

  const nodeAt = event => nodeOf.get(event.target.closest('.cell'))
  for (const type of ['mouseover', 'focusin'])
    map.addEventListener(type, event => {
      const node = nodeAt(event)
      if (node) describe(node)
    })
  map.addEventListener('mouseleave', () => describe(zoomed))
  map.addEventListener('keydown', event => {
    const node = nodeAt(event)
    if (!node) return
    const beside = step => node.parent?.children[node.parent.children.indexOf(node) + step]
    const move = {
      ArrowDown: () => node.children[0],
      ArrowLeft: () => beside(-1),
      ArrowRight: () => beside(1),
      ArrowUp: () => node.parent,
    }[event.key]
    if (move) {
      event.preventDefault()
      const to = move()?.cell
      if (to && !to.hidden) to.focus()
    } else if (event.key === 'Escape' && zoomed.parent) {
      location.hash = zoomed.parent.href
      zoomed.cell.focus()
    }
  })
  part('.find').addEventListener('input', event => {
    wanted = event.target.value.trim().toLowerCase()
    draw()
  })
  addEventListener('resize', draw)

  return {
    id: section.id,
    nodes,
    /** The node of the same object; undefined: it is not in this map. */
    same: ({address}) => (address === '' ? undefined : nodes.find(node => node.address === address)),
    show() {
      const {bottom, top} = map.getBoundingClientRect()
      if (top < 0 || bottom > innerHeight) section.scrollIntoView()
    },
    zoom(node) {
      const hadFocus = map.contains(document.activeElement)
      zoomed = node
      draw()
      if (hadFocus) zoomed.cell.focus({preventScroll: true})
    },
  }
}
