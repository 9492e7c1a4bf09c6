// The dominator tree as an icicle chart: one row per level, boxes as wide as their retained size. Drawn here at full
// scale; the script zooms the same boxes. Below it, the tree as an outline for screen readers and browsers without
// JavaScript.
import type {MemoryNode} from '../../analysis/browse/memory-tree.js'
import {formatBytes, formatObjects, formatShare} from '../../units.js'
import {type Content, type Html, html, json, visible} from './html.js'

/** Narrower boxes (as a share of the width) are left to the script, which can zoom. */
const NARROWEST = 0.002
/** Narrower boxes show no label. */
const THIN = 0.03
/** Levels of the outline that start open, and the smallest share that gets a line. */
const OPEN_LEVELS = 3
const OUTLINE_LEAST = 0.004
const OUTLINE_DEPTH = 14
const ROW_PIXELS = 28
/** A page has each label several times. */
export const LONGEST_LABEL = 300

type Placed = {
  readonly node: MemoryNode
  readonly number: number
  readonly level: number
  readonly left: number
  readonly width: number
}

/**
 * The script's input: nodes in preorder, so that levels determine parents. `[level, label, reference, address, kind,
 * objects, memsize, retainedSize, retainedObjects, suspect, retained before]`
 */
type NodeRow = readonly [
  number,
  string,
  string,
  string,
  string,
  number,
  number,
  number,
  number,
  number,
  number | undefined,
]

export type MemoryMap = {
  /** Of the section. Box 12 of the map `before` is `#before-12`: no name from the dump is in a URL. */
  readonly id: string
  readonly title: string
  readonly hint: Content
  readonly tree: MemoryNode
  /** Address → number of the suspect with this object on its path. */
  readonly suspects: ReadonlyMap<string, number>
  /** Address → retained size in an earlier dump. */
  readonly earlier?: ReadonlyMap<string, number> | undefined
}

/** Address → link to its box in the map of a tree. */
export type MapLinks = ReadonlyMap<string, string>

export function mapLinks(id: string, tree: MemoryNode): MapLinks {
  return new Map(
    placesOf(tree).flatMap(({node: {address}, number}) => (address === null ? [] : [[address, `#${id}-${number}`]])),
  )
}

export function memoryMap({id, title, hint, tree, suspects, earlier}: MemoryMap): Html | null {
  if (tree.retainedSize === 0) return null
  const placed = placesOf(tree)
  const rows = placed.map(({node, level}): NodeRow => [
    level,
    visible(node.label, LONGEST_LABEL),
    visible(node.reference ?? '', LONGEST_LABEL),
    node.address ?? '',
    kindOf(node),
    node.objects,
    node.memsize,
    node.retainedSize,
    node.retainedObjects,
    suspects.get(node.address ?? '') ?? 0,
    earlier?.get(node.address ?? ''),
  ])
  const drawn = placed.filter(one => one.width >= NARROWEST)
  const levels = Math.max(...drawn.map(one => one.level)) + 1
  return html`
<section class="panel" id="${id}">
  <header class="panel-head"><h2>${title}</h2><p>${hint}</p></header>
  <div class="map-tools js"><nav class="crumbs" aria-label="${title}: zoom path"></nav><input type="search" class="find" placeholder="Find a class…" aria-label="${title}: find a class"></div>
  <div class="map" style="height:${levels * ROW_PIXELS}px" data-row="${ROW_PIXELS}">${drawn.map(one => box(id, one, suspects))}</div>
  <p class="map-detail js" aria-live="polite">&nbsp;</p>
  <p class="legend"><span class="k-module">class, module</span><span class="k-hash">Hash</span><span class="k-array">Array</span><span class="k-string">String</span><span class="k-object">other objects</span><span class="k-internal">Ruby internals</span>${suspects.size > 0 ? html`<span class="k-suspect">on the path of a suspect</span>` : null}</p>
  <details class="outline"><summary>Show as an outline</summary>${outline(tree.children, tree.retainedSize, 1)}</details>
  <script type="application/json">${json(rows)}</script>
</section>`
}

/** In preorder. */
function placesOf(tree: MemoryNode): Placed[] {
  const placed: Placed[] = []
  place(tree, 0, 0, 1, placed)
  return placed
}

function place(node: MemoryNode, level: number, left: number, width: number, placed: Placed[]): void {
  placed.push({left, level, node, number: placed.length, width})
  let at = left
  for (const child of node.children) {
    const share = node.retainedSize === 0 ? 0 : (child.retainedSize / node.retainedSize) * width
    place(child, level + 1, at, share, placed)
    at += share
  }
}

function box(id: string, {node, number, level, left, width}: Placed, suspects: MemoryMap['suspects']): Html {
  const suspect = node.address !== null && suspects.has(node.address) ? ' suspected' : ''
  const style = `left:${length(left)};width:${length(width)};top:${level * ROW_PIXELS}px`
  return html`<a class="cell k-${kindOf(node)}${suspect}${width < THIN ? ' thin' : ''}" id="${id}-${number}" href="#${id}-${number}" style="${style}" title="${describe(node)}"><span>${visible(node.label, LONGEST_LABEL)}</span> <small>${formatBytes(node.retainedSize)}</small></a>`
}

function length(value: number): string {
  return `${Math.round(value * 1e5) / 1e3}%`
}

function describe({label, reference, retainedSize, retainedObjects}: MemoryNode): string {
  const name = visible(`${reference === null ? '' : `${reference}: `}${label}`, LONGEST_LABEL)
  return `${name}, retains ${formatBytes(retainedSize)} in ${formatObjects(retainedObjects)}`
}

function outline(nodes: readonly MemoryNode[], whole: number, level: number): Html | null {
  const shown = nodes.filter(node => node.retainedSize / whole >= OUTLINE_LEAST)
  if (shown.length === 0 || level > OUTLINE_DEPTH) return null
  return html`<ul>${shown.map(node => {
    const below = outline(node.children, whole, level + 1)
    const line = html`<b>${formatBytes(node.retainedSize)}</b> <small>${formatShare(node.retainedSize / whole)}</small> ${node.reference === null ? null : html`<em>${visible(node.reference, LONGEST_LABEL)}</em> `}<span>${visible(node.label, LONGEST_LABEL)}</span>${node.address === null ? null : html` <code>${node.address}</code>`}`
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
