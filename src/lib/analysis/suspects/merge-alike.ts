// Merges accumulations that belong together. A dozen records with hundreds of others each are the same problem as one
// with thousands; so are the caches of forty reports, or the same thread-local in each thread of a pool.
import type {HeapGraph} from '../../heap/heap-graph.js'
import {className, isModule} from '../objects/class-names.js'
import type {AccumulationPoint, MemberGroup} from './accumulation-points.js'
import type {Owner} from '../objects/owner.js'

export type OwnedPoint = AccumulationPoint & {readonly owner: Owner}

/** `parts`: largest first; a single one if nothing was merged. `container` and the like are those of the largest. */
export type MergedAccumulation = OwnedPoint & {readonly parts: readonly OwnedPoint[]}

/** Fewer small ones are not a pattern. */
const LEAST_PARTS = 4

type Limits = {
  /** For a single accumulation, or for the largest of several. */
  readonly leastBytes: number
  /** For the sum of several small ones. */
  readonly leastSpread: number
}

/** Sums up accumulations with the same owner name, the same kind of holder and the same contents; drops small ones. */
export function mergeAlike(
  graph: HeapGraph,
  accumulations: readonly OwnedPoint[],
  {leastBytes, leastSpread}: Limits,
): MergedAccumulation[] {
  const alike = new Map<string, OwnedPoint[]>()
  for (const accumulation of accumulations) {
    const key = keyOf(graph, accumulation)
    const known = alike.get(key)
    if (known === undefined) alike.set(key, [accumulation])
    else known.push(accumulation)
  }

  return [...alike.values()].flatMap(parts => {
    const sorted = parts.toSorted((a, b) => b.bytes - a.bytes)
    const bytes = parts.reduce((sum, accumulation) => sum + accumulation.bytes, 0)
    const isLarge = sorted[0].bytes >= leastBytes || (parts.length >= LEAST_PARTS && bytes >= leastSpread)
    return isLarge ? [parts.length === 1 ? {...sorted[0], parts: sorted} : addedUp(sorted, bytes)] : []
  })
}

function keyOf({heap, root, tree: {dominators}}: HeapGraph, {container, groups, owner}: OwnedPoint): string {
  const above = dominators[container]
  const holder = above === root || above < 0 || isModule(heap, above) ? '' : className(heap, above)
  return [owner.kind, owner.name, groups[0].className, heap.columns.types[container], holder].join('\n')
}

function joined(columns: readonly Int32Array[]): Int32Array {
  const all = new Int32Array(columns.reduce((sum, {length}) => sum + length, 0))
  let end = 0
  for (const column of columns) {
    all.set(column, end)
    end += column.length
  }

  return all
}

function addedUp(parts: readonly OwnedPoint[], bytes: number): MergedAccumulation {
  const groups = new Map<string, {bytes: number; count: number}>()
  for (const part of parts) {
    for (const {bytes: own, className: name, count} of part.groups) {
      const known = groups.get(name)
      if (known === undefined) groups.set(name, {bytes: own, count})
      else {
        known.bytes += own
        known.count += count
      }
    }
  }

  const [largest] = parts
  return {
    ...largest,
    bytes,
    groups: [...groups]
      .map(([name, sums]): MemberGroup => ({className: name, ...sums}))
      .toSorted((a, b) => b.bytes - a.bytes),
    members: joined(parts.map(({members}) => members)),
    objects: parts.reduce((sum, {objects}) => sum + objects, 0),
    parts,
  }
}
