// The dominator tree as an icicle: a row a level, as wide as what is retained. Drawn here to the scale of the whole; the script takes the
// same cells and zooms. Below it the same tree as an outline, for reading without a script, and for screen readers.
import type {MemoryNode} from '../../analysis/browse/memory-tree.js'
import {formatBytes, formatObjects, formatShare} from '../../units.js'
import {type Html, html, json, visible} from './html.js'

/** Cells narrower than this share of the width are left to the script, which can zoom. */
const NARROWEST = 0.002
/** Cells narrower than this have no room for a word. */
const THIN = 0.03
/** Levels in the outline that are open at first, and the smallest share that has a line there. */
const OPEN_LEVELS = 3
const OUTLINE_LEAST = 0.004
const OUTLINE_DEPTH = 14
const ROW_PIXELS = 28

type Placed = {
  readonly node: MemoryNode
  readonly id: number
  readonly level: number
  readonly left: number
  readonly width: number
}

/** What the script gets: nodes in preorder; a level tells whose children they are. `[level, label, reference, address, kind, objects, memsize, retainedSize, retainedObjects, suspect]` */
type NodeRow = readonly [number, string, string, string, string, number, number, number, number, number]

export function memoryMap(tree: MemoryNode, suspectAddresses: ReadonlyMap<string, number>): Html | null {
  if (tree.retainedSize === 0) return null
  const placed: Placed[] = []
  const rows: NodeRow[] = []
  place(tree, 0, 0, 1, placed)
  for (const {node, level} of placed) {
    const suspect = node.address === null ? 0 : (suspectAddresses.get(node.address) ?? 0)
    rows.push([
      level,
      visible(node.label),
      visible(node.reference ?? ''),
      node.address ?? '',
      kindOf(node),
      node.objects,
      node.memsize,
      node.retainedSize,
      node.retainedObjects,
      suspect,
    ])
  }

  const drawn = placed.filter(one => one.width >= NARROWEST)
  const levels = Math.max(...drawn.map(one => one.level)) + 1
  return html`
<section class="panel" id="map">
  <header class="panel-head"><h2>Who holds the memory</h2>
    <p>Each box is as wide as what would be freed with it; below it is what it alone keeps alive.<span class="js"> Click a box to zoom in, the top row to zoom out.</span></p></header>
  <div class="map-tools js"><nav class="crumbs" aria-label="Zoomed to"></nav><input type="search" class="find" placeholder="Find a class…" aria-label="Find a class in the map"></div>
  <div class="map" style="height:${levels * ROW_PIXELS}px" data-row="${ROW_PIXELS}">${drawn.map(cell(suspectAddresses))}</div>
  <p class="map-detail js" aria-live="polite">&nbsp;</p>
  <p class="legend"><span class="k-module">class, module</span><span class="k-hash">Hash</span><span class="k-array">Array</span><span class="k-string">String</span><span class="k-object">other objects</span><span class="k-internal">internal to Ruby</span>${suspectAddresses.size > 0 ? html`<span class="k-suspect">on the path of a suspect</span>` : null}</p>
  <details class="outline"><summary>The same as an outline</summary>${outline(tree.children, tree.retainedSize, 1)}</details>
  <script type="application/json" id="map-data">${json(rows)}</script>
</section>`
}

function place(node: MemoryNode, level: number, left: number, width: number, placed: Placed[]): void {
  placed.push({id: placed.length, left, level, node, width})
  let at = left
  for (const child of node.children) {
    const share = node.retainedSize === 0 ? 0 : (child.retainedSize / node.retainedSize) * width
    place(child, level + 1, at, share, placed)
    at += share
  }
}

function cell(suspects: ReadonlyMap<string, number>): (placed: Placed) => Html {
  return ({node, id, level, left, width}) => {
    const suspect = node.address !== null && suspects.has(node.address) ? ' suspected' : ''
    const style = `left:${length(left)};width:${length(width)};top:${level * ROW_PIXELS}px`
    return html`<div class="cell k-${kindOf(node)}${suspect}${width < THIN ? ' thin' : ''}" data-id="${id}" style="${style}" title="${describe(node)}"><span>${node.label}</span> <small>${formatBytes(node.retainedSize)}</small></div>`
  }
}

function length(value: number): string {
  return `${Math.round(value * 1e5) / 1e3}%`
}

function describe({label, reference, retainedSize, retainedObjects}: MemoryNode): string {
  return `${reference === null ? '' : `${reference}: `}${label}, retains ${formatBytes(retainedSize)} in ${formatObjects(retainedObjects)}`
}

function outline(nodes: readonly MemoryNode[], whole: number, level: number): Html | null {
  const shown = nodes.filter(node => node.retainedSize / whole >= OUTLINE_LEAST)
  if (shown.length === 0 || level > OUTLINE_DEPTH) return null
  return html`<ul>${shown.map(node => {
    const below = outline(node.children, whole, level + 1)
    const line = html`<b>${formatBytes(node.retainedSize)}</b> <small>${formatShare(node.retainedSize / whole)}</small> ${node.reference === null ? null : html`<em>${node.reference}</em> `}<span>${node.label}</span>${node.address === null ? null : html` <code>${node.address}</code>`}`
    return below === null
      ? html`<li>${line}</li>`
      : html`<li><details${level < OPEN_LEVELS ? html` open` : null}><summary>${line}</summary>${below}</details></li>`
  })}</ul>`
}

function kindOf({type}: MemoryNode): string {
  switch (type) {
    case 'CLASS':
    case 'MODULE':
      return 'module'
    case 'HASH':
    case 'ARRAY':
    case 'STRING':
      return type.toLowerCase()
    case 'IMEMO':
    case 'ICLASS':
      return 'internal'
    case '':
      return 'whole'
    default:
      return 'object'
  }
}
