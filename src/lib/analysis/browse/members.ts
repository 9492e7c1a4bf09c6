// The objects of a list, before they are filtered and sorted. At most one pass over the objects or the references.
import {NONE} from '../../heap/columns.js'
import type {Subject} from '../objects/subject.js'

/** Objects related to an object. */
export type RelatedSource = {
  readonly kind: 'path' | 'referrers' | 'references' | 'children'
  readonly address: string
}

/** The contents of a list; `all`: all objects. */
export type ListSource = MemberSource | {readonly kind: 'all'}

export type MemberSource =
  | RelatedSource
  /** Those of one class. */
  | {readonly kind: 'part'; readonly of: RelatedSource; readonly className: string}
  /** `below`: only what this object keeps alive. */
  | {readonly kind: 'site'; readonly file: string; readonly line: number | null; readonly below?: string}
  | {readonly kind: 'class'; readonly name: string}

/** In no order, except for a path. */
export function membersOf(subject: Subject, source: MemberSource): Int32Array {
  const {heap, graph, classes} = subject
  switch (source.kind) {
    case 'class': {
      const group = classes.names.indexOf(source.name)
      return group === -1 ? new Int32Array(0) : heap.scans.select.placesOf(classes.groupOf, group)
    }

    case 'part': {
      const group = classes.names.indexOf(source.className)
      return membersOf(subject, source.of).filter(index => classes.groupOf[index] === group)
    }

    case 'site': {
      const site = siteOf(heap.tables.siteTable, source.file, source.line)
      if (site === NONE) return new Int32Array(0)
      const members = heap.scans.select.placesOf(heap.columns.sites, site)
      return source.below === undefined ? members : below(graph.retained, members, heap.find(source.below))
    }

    default: {
      const index = heap.find(source.address)
      return index === NONE ? new Int32Array(0) : relatedTo({graph, heap}, index, source.kind)
    }
  }
}

function relatedTo(
  {heap, graph}: Pick<Subject, 'graph' | 'heap'>,
  index: number,
  kind: 'path' | 'referrers' | 'references' | 'children',
): Int32Array {
  switch (kind) {
    case 'path':
      return graph.isReachable(index) ? Int32Array.from(graph.pathFromRoot(index)) : Int32Array.of(index)
    case 'referrers':
      return heap.scans.select.referrersOf(index)
    case 'references': {
      const {firstEdge, edges} = heap.columns
      const targets = edges.subarray(firstEdge[index], firstEdge[index + 1]).toSorted()
      // Addresses without a record are left out as well.
      return targets.filter((target, at) => target !== NONE && target !== targets[at - 1])
    }

    case 'children':
      return childrenOf(graph.retained, index)
  }
}

type Retained = Subject['graph']['retained']

/** The members that an object keeps alive, in their order. */
function below({counts, ends}: Retained, members: Int32Array, index: number): Int32Array {
  if (index === NONE) return new Int32Array(0)
  const [first, last] = [ends[index] - counts[index], ends[index]]
  const found = new Int32Array(members.length)
  let end = 0
  for (let at = 0; at < members.length; at++) {
    const start = ends[members[at]] - counts[members[at]]
    if (counts[members[at]] > 0 && start >= first && start < last) found[end++] = members[at]
  }

  return found.subarray(0, end)
}

function childrenOf({counts, ends, order}: Retained, index: number): Int32Array {
  if (counts[index] === 0) return new Int32Array(0)
  const children = new Int32Array(counts[index] - 1)
  let end = 0
  for (let at = ends[index] - counts[index] + 1; at < ends[index]; at += counts[order[at]]) children[end++] = order[at]
  return children.subarray(0, end)
}

function siteOf(table: Subject['heap']['tables']['siteTable'], file: string, line: number | null): number {
  for (let site = 0; site < table.size; site++) if (table.line(site) === line && table.file(site) === file) return site
  return NONE
}
