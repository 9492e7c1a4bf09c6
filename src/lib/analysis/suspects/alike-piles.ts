// Piles that are one story: a dozen records with hundreds of others each are what one with thousands is, and so are the
// caches of forty
// reports, or the same thread-local in each thread of a pool.
import type {HeapGraph} from '../../heap/heap-graph.js'
import {className, isModule} from '../objects/class-names.js'
import type {Accumulation, MemberGroup} from './accumulations.js'
import type {Owner} from '../objects/owner.js'

export type OwnedPile = Accumulation & {readonly owner: Owner}

/**
 * `parts`: largest first; the pile itself where it is the only one. What is said of one place is said of the largest.
 */
export type AlikePile = OwnedPile & {readonly parts: readonly OwnedPile[]}

/** Fewer small ones are no pattern. */
const LEAST_PARTS = 4

type Limits = {
  /** Of one pile, or of several of which one is as large. */
  readonly leastBytes: number
  /** Of several that are all small. */
  readonly leastSpread: number
}

/**
 * Those of one owner's name that are held in the same way and hold the same, added up; those that are too small left
 * out.
 */
export function alikePiles(
  graph: HeapGraph,
  piles: readonly OwnedPile[],
  {leastBytes, leastSpread}: Limits,
): AlikePile[] {
  const alike = new Map<string, OwnedPile[]>()
  for (const pile of piles) {
    const key = keyOf(graph, pile)
    const known = alike.get(key)
    if (known === undefined) alike.set(key, [pile])
    else known.push(pile)
  }

  return [...alike.values()].flatMap(parts => {
    const sorted = parts.toSorted((a, b) => b.bytes - a.bytes)
    const bytes = parts.reduce((sum, pile) => sum + pile.bytes, 0)
    const isLarge = sorted[0].bytes >= leastBytes || (parts.length >= LEAST_PARTS && bytes >= leastSpread)
    return isLarge ? [parts.length === 1 ? {...sorted[0], parts: sorted} : addedUp(sorted, bytes)] : []
  })
}

function keyOf({heap, root, tree: {dominators}}: HeapGraph, {container, groups, owner}: OwnedPile): string {
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

function addedUp(parts: readonly OwnedPile[], bytes: number): AlikePile {
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
