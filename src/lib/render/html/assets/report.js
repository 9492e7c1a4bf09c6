// The report's script: zooms the map, sorts the tables, switches colours. The page is complete without it.
;(() => {
  'use strict'
  const root = document.documentElement
  root.classList.add('scripted')

  const UNITS = ['B', 'kB', 'MB', 'GB', 'TB']
  function bytes(value) {
    let unit = 0
    while (unit < 4 && (unit ? value >= 999.5 : value >= 1000)) {
      value /= 1000
      unit++
    }
    return `${unit && value < 99.95 ? value.toFixed(1) : Math.round(value)} ${UNITS[unit]}`
  }
  const count = value => value.toLocaleString('en-US')
  const percent = share => {
    const value = share * 100
    return value === 0 ? '0 %' : value < 0.1 ? '<0.1 %' : `${value < 9.95 ? value.toFixed(1) : Math.round(value)} %`
  }
  function element(name, className, text) {
    const made = document.createElement(name)
    if (className) made.className = className
    if (text !== undefined) made.textContent = text
    return made
  }

  // The colour scheme is kept for this tab only. Browsers may deny storage to local files.
  const dark = matchMedia('(prefers-color-scheme: dark)')
  const remember = value => {
    try {
      if (value) sessionStorage.setItem('heapdump-theme', value)
      return sessionStorage.getItem('heapdump-theme')
    } catch {
      return null
    }
  }
  if (remember()) root.dataset.theme = remember()
  document.querySelector('.theme').addEventListener('click', () => {
    const now = root.dataset.theme || (dark.matches ? 'dark' : 'light')
    root.dataset.theme = now === 'dark' ? 'light' : 'dark'
    remember(root.dataset.theme)
  })

  // Tables.
  for (const table of document.querySelectorAll('table')) {
    const body = table.tBodies[0]
    const first = Number(table.dataset.first)
    const headers = [...table.tHead.rows[0].cells]
    let more = null
    const cut = () => [...body.rows].forEach((row, at) => (row.hidden = more !== null && at >= first))
    const sort = header => {
      const at = header.cellIndex
      const down = header.getAttribute('aria-sort')
        ? header.getAttribute('aria-sort') !== 'descending'
        : header.classList.contains('number')
      const number = header.classList.contains('number')
      const value = row => (number ? Number(row.cells[at].dataset.v) : row.cells[at].dataset.v)
      const compare = (a, b) => (number ? value(a) - value(b) : value(a).localeCompare(value(b)))
      body.append(...[...body.rows].toSorted((a, b) => (down ? compare(b, a) : compare(a, b))))
      for (const other of headers) other.removeAttribute('aria-sort')
      header.setAttribute('aria-sort', down ? 'descending' : 'ascending')
      cut()
    }
    for (const header of headers) {
      header.tabIndex = 0
      header.addEventListener('click', () => sort(header))
      header.addEventListener('keydown', event => {
        if (event.key !== 'Enter' && event.key !== ' ') return
        event.preventDefault()
        sort(header)
      })
    }
    if (body.rows.length > first + 3) {
      more = element('button', 'more', `Show all ${count(body.rows.length)}`)
      more.type = 'button'
      more.addEventListener('click', () => {
        more.remove()
        more = null
        cut()
      })
      table.parentElement.after(more)
      cut()
    }
  }

  // The map. Nodes are in preorder with their level; positions and widths are shares of the whole.
  const source = document.getElementById('map-data')
  if (source === null) return
  const map = document.querySelector('.map')
  const crumbs = document.querySelector('.crumbs')
  const detail = document.querySelector('.map-detail')
  const find = document.querySelector('.find')
  const ROW = Number(map.dataset.row)
  const THINNEST = 0.0015
  const path = []
  const nodes = JSON.parse(source.textContent).map(
    ([level, label, reference, address, kind, objects, memsize, retained, retainedObjects, suspect], id) => {
      path.length = level
      const parent = path[level - 1] || null
      const node = {
        id,
        level,
        label,
        reference,
        address,
        kind,
        objects,
        memsize,
        retained,
        retainedObjects,
        suspect,
        parent,
        children: [],
        left: 0,
        width: 1,
        cell: null,
      }
      path[level] = node
      if (parent) {
        const before = parent.children[parent.children.length - 1]
        node.left = before ? before.left + before.width : parent.left
        node.width = parent.retained ? (retained / parent.retained) * parent.width : 0
        parent.children.push(node)
      }
      return node
    },
  )
  for (const cell of map.children) nodes[Number(cell.dataset.id)].cell = cell

  let zoomed = nodes[0]
  let wanted = ''
  const lineage = node => (node ? [...lineage(node.parent), node] : [])
  function cellOf(node) {
    if (node.cell === null) {
      node.cell = element('div', `cell k-${node.kind}${node.suspect ? ' suspected' : ''}`)
      node.cell.dataset.id = node.id
      node.cell.append(element('span', '', node.label), ' ', element('small', '', bytes(node.retained)))
      map.append(node.cell)
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
      cell.style.top = `${node.level * ROW}px`
      const found = wanted !== '' && node.label.toLowerCase().includes(wanted)
      cell.classList.toggle('above', over)
      cell.classList.toggle('thin', width * map.clientWidth < 36)
      cell.classList.toggle('found', found)
      cell.classList.toggle('faded', wanted !== '' && !found)
      cell.tabIndex = node === zoomed ? 0 : -1
      cell.setAttribute('role', 'button')
      cell.removeAttribute('title')
      cell.setAttribute('aria-label', `${node.label}, ${bytes(node.retained)}`)
    }
    map.style.height = `${rows * ROW}px`
    crumbs.replaceChildren(
      ...lineage(zoomed).map(node => {
        const button = element('button', '', node.label)
        button.type = 'button'
        button.addEventListener('click', () => zoom(node))
        return button
      }),
    )
    describe(zoomed)
  }
  function zoom(node) {
    zoomed = node
    draw()
  }
  function describe(node) {
    const share = nodes[0].retained ? node.retained / nodes[0].retained : 0
    const shallow = node.memsize ? `, shallow size ${bytes(node.memsize)}` : ''
    const held = node.reference ? `${node.reference} → ` : ''
    const suspect = node.suspect ? ` · on the path of suspect ${node.suspect}` : ''
    detail.replaceChildren(
      held,
      element('b', '', node.label),
      ` retains ${bytes(node.retained)} (${percent(share)}) in ${count(node.retainedObjects)} objects`,
      `${shallow}${suspect} `,
      element('code', '', node.address),
    )
  }
  const nodeAt = target => {
    const cell = target.closest('.cell')
    return cell ? nodes[Number(cell.dataset.id)] : null
  }
  map.addEventListener('click', event => {
    const node = nodeAt(event.target)
    if (node) zoom(node === zoomed && node.parent ? node.parent : node)
  })
  map.addEventListener('mouseover', event => {
    const node = nodeAt(event.target)
    if (node) describe(node)
  })
  map.addEventListener('mouseleave', () => describe(zoomed))
  map.addEventListener('focusin', event => {
    const node = nodeAt(event.target)
    if (node) describe(node)
  })
  map.addEventListener('keydown', event => {
    const node = nodeAt(event.target)
    if (!node) return
    const beside = step => (node.parent ? node.parent.children[node.parent.children.indexOf(node) + step] : null)
    const next = {
      ArrowDown: () => node.children[0],
      ArrowLeft: () => beside(-1),
      ArrowRight: () => beside(1),
      ArrowUp: () => node.parent,
    }[event.key]
    if (next) {
      event.preventDefault()
      const to = next()
      if (to && to.cell && !to.cell.hidden) to.cell.focus()
    } else if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault()
      zoom(node)
    } else if (event.key === 'Escape') {
      zoom(zoomed.parent || zoomed)
      zoomed.cell.focus()
    }
  })
  find.addEventListener('input', () => {
    wanted = find.value.trim().toLowerCase()
    draw()
  })
  addEventListener('resize', draw)
  draw()
})()
