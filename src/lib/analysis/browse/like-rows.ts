// The objects of a list in a few rows: one for each class, and one for each allocation site. One pass over the objects.
import {NONE} from '../../heap/columns.js'
import type {Subject} from '../objects/subject.js'
import type {SizeName} from './rank.js'

export type Group = {
  /** The first object. */
  readonly first: number
  readonly objects: number
  readonly memsize: number
  /** What the objects retain together, without counting anything twice. */
  readonly retainedSize: number
}

export function byClass(
  {classes, graph, heap}: Subject,
  members: Int32Array,
  by: SizeName | 'objects',
): readonly Group[] {
  const {counts, ends} = graph.retained
  const {memsizes} = heap
  const {retainedSizes} = graph
  const {groupOf} = classes
  const groups = classes.names.length
  const firsts = new Int32Array(groups).fill(NONE)
  const objects = new Int32Array(groups)
  const memsize = new Float64Array(groups)
  const retained = new Float64Array(groups)
  /** In preorder, an object below another one of its group comes before that one's end. */
  const reached = new Int32Array(groups)
  const ordered = inPreorder(ends, counts, members)
  for (let at = 0; at < ordered.length; at++) {
    const index = ordered[at]
    const group = groupOf[index]
    if (firsts[group] === NONE) firsts[group] = index
    objects[group]++
    memsize[group] += memsizes[index]
    if (counts[index] === 0 || ends[index] <= reached[group]) continue
    reached[group] = ends[index]
    retained[group] += retainedSizes[index]
  }

  const found: Group[] = []
  for (let group = 0; group < groups; group++) {
    if (objects[group] === 0) continue
    found.push({
      first: firsts[group],
      memsize: memsize[group],
      objects: objects[group],
      retainedSize: retained[group],
    })
  }

  const keyOf = (group: Group) =>
    by === 'objects' ? group.objects : by === 'shallow' ? group.memsize : group.retainedSize
  return found.toSorted((a, b) => keyOf(b) - keyOf(a) || b.memsize - a.memsize || a.first - b.first)
}

export type SiteTally = {readonly site: number; readonly objects: number; readonly memsize: number}

/** Where what an object keeps alive was allocated, itself included; without what was not traced. */
export function sitesBelow({graph, heap}: Subject, index: number): readonly SiteTally[] {
  if (index === NONE || !graph.isReachable(index)) return []
  const {scans, tables} = heap
  const {memsizes, objects} = scans.marks.below(graph.retained, index, only =>
    scans.tallies.by(heap.columns.sites, tables.siteTable.size, {only}),
  )
  const found: SiteTally[] = []
  for (let site = 0; site < tables.siteTable.size; site++)
    if (objects[site] > 0) found.push({memsize: memsizes[site], objects: objects[site], site})
  return found
}

/** Members that are in preorder already, such as an object's children, are not sorted. */
function inPreorder(ends: Int32Array, counts: Int32Array, members: Int32Array): Int32Array {
  // Garbage is not in the tree.
  const startOf = (index: number) => (counts[index] === 0 ? 0 : ends[index] - counts[index])
  let isSorted = true
  for (let at = 1; at < members.length && isSorted; at++) isSorted = startOf(members[at - 1]) <= startOf(members[at])
  if (isSorted) return members
  // Numbers that combine both sort faster than with a function; both fit into 53 bits.
  const keys = Float64Array.from(members, index => startOf(index) * 2 ** 26 + (index % 2 ** 26)).toSorted()
  return Int32Array.from(keys, key => key % 2 ** 26)
}
