// Explains many objects at once, those of a class or an allocation site: the paths that keep them alive, their owners,
// what they retain.
import {NO_SITE} from '../../heap/site-table.js'
import {NONE} from '../../heap/columns.js'
import {NO_NODE} from '../../graph/graph.js'
import {isAgents} from '../objects/agent-objects.js'
import {shares} from '../objects/alive.js'
import {asideOf} from '../objects/aside.js'
import {type AlikeRow, AlikeRows} from '../objects/alike.js'
import type {GenerationRow} from '../tables/generations.js'
import {labelOf, referenceLabel, rootLabels} from '../objects/labels.js'
import {below, type Below} from './explain-object.js'
import {type MergedStep, mergedPaths} from '../objects/merged-paths.js'
import {type NamedObject, namedObject} from '../objects/object-rows.js'
import {largest, takeTop} from '../objects/options.js'
import {OwnerLookup} from '../objects/owners.js'
import {type RetainedUnion, retainedUnion} from '../objects/retained-union.js'
import type {Subject} from '../objects/subject.js'

export type GroupExplanation = RetainedUnion & {
  /** Retained size without the tracer, the agent and thread stacks. */
  readonly aliveRetainedSize: number
  /** Share of live memory. */
  readonly share: number
  readonly objects: number
  readonly memsize: number
  /** Objects on a path from a root; the rest is garbage that has not been collected yet. */
  readonly reachableObjects: number
  /** Shortest owning paths from ROOT, merged. */
  readonly paths: readonly MergedStep[]
  /** The classes, modules and threads that own them. `owner` null: held by a root without an owner. */
  readonly owners: ReadonlyArray<{
    readonly owner: string | null
    readonly address: string | null
    readonly objects: number
    readonly memsize: number
  }>
  /** Their direct holders, along the shortest path of each. */
  readonly holders: ReadonlyArray<AlikeRow>
  /** The largest of them, if it retains most of what they retain together, with what is below it. */
  readonly main: (NamedObject & Below) | null
  readonly largest: ReadonlyArray<NamedObject & {readonly retainedObjects: number}>
  readonly sites: ReadonlyArray<{
    readonly file: string
    readonly line: number | null
    readonly objects: number
    readonly memsize: number
  }>
  readonly classes: ReadonlyArray<{readonly name: string; readonly objects: number; readonly memsize: number}>
  readonly generations: readonly GenerationRow[]
}

export function explainGroup(subject: Subject, members: readonly number[], top: number): GroupExplanation {
  const {heap, graph, classes} = subject
  const {siteTable} = heap.tables
  const {sites, generations} = heap.columns
  const reachable = members.filter(index => graph.isReachable(index))
  const bySite = new Tally()
  const byClass = new Tally()
  const byGeneration = new Tally()
  const byOwner = new Tally()
  const owners = new OwnerLookup(graph)
  let memsize = 0
  for (const index of members) {
    const size = heap.memsize(index)
    memsize += size
    if (sites[index] !== NO_SITE) bySite.add(sites[index], size)
    byClass.add(classes.groupOf[index], size)
    byGeneration.add(generations[index], size)
    if (graph.isReachable(index)) byOwner.add(owners.ownerOf(index), size)
  }

  const union = retainedUnion(subject, reachable, top)
  const aliveRetainedSize = Math.max(0, union.retainedSize - asideOf(heap).belowAll(reachable))
  const retained = new Float64Array(reachable.length)
  for (let at = 0; at < reachable.length; at++) retained[at] = graph.retainedSizes[reachable[at]]
  return {
    ...union,
    aliveRetainedSize,
    classes: byClass.rows(top).map(([group, counts]) => ({name: classes.names[group], ...counts})),
    generations: byGeneration
      .rows(0)
      .toSorted(([a], [b]) => a - b)
      .map(([generation, counts]) => ({generation: generation === NONE ? null : generation, ...counts})),
    holders: holdersOf(subject, reachable, top),
    largest: largest(retained, top).map(at => ({
      ...namedObject(graph, reachable[at]),
      retainedObjects: graph.retainedCounts[reachable[at]],
    })),
    main: mainOf(subject, reachable, union.retainedSize, top),
    memsize,
    objects: members.length,
    owners: byOwner.rows(top).map(([owner, counts]) => ({
      address: owner === NONE ? null : heap.address(owner),
      owner: owner === NONE ? null : labelOf(heap, owner),
      ...counts,
    })),
    paths: mergedPaths(subject, reachable, top),
    reachableObjects: reachable.length,
    share: shares(heap)(aliveRetainedSize),
    sites: bySite
      .rows(top)
      .map(([site, counts]) => ({file: siteTable.file(site), line: siteTable.line(site), ...counts})),
  }
}

const MOST = 0.5

function mainOf(subject: Subject, members: readonly number[], whole: number, top: number): GroupExplanation['main'] {
  const {graph} = subject
  const sizes = graph.retainedSizes
  const largestOne = members.reduce((a, b) => (a === NO_NODE || sizes[b] > sizes[a] ? b : a), NO_NODE)
  if (largestOne === NO_NODE || graph.retainedCounts[largestOne] === 1 || sizes[largestOne] < whole * MOST) return null
  return {...namedObject(graph, largestOne), ...below(subject, largestOne, top)}
}

/** Rows of holders. `objects` counts the holders, not what they hold. */
function holdersOf(subject: Subject, members: readonly number[], top: number): readonly AlikeRow[] {
  const {heap, graph} = subject
  const {shapes} = heap.columns
  const roots = rootLabels(heap)
  const rows = new AlikeRows(subject, top)
  // Most holders have one kind of reference; an object may have several variables.
  const seen = new Uint8Array(heap.count)
  const seenVariables = new Set<string>()
  for (const index of members) {
    const parent = graph.pathParent(index)
    if (parent === graph.root || parent === NO_NODE || (isAgents(heap, parent) && !isAgents(heap, index))) continue
    if (seen[parent] === 1 && shapes[parent] === 0) continue
    const reference = referenceLabel(heap, parent, index)
    if (shapes[parent] !== 0) {
      const key = `${parent} ${reference ?? ''}`
      if (seenVariables.has(key)) continue
      seenVariables.add(key)
    }

    seen[parent] = 1
    rows.add(parent, reference ?? roots.get(index) ?? null, null)
  }

  return takeTop(rows.rows(), {top})
}

class Tally {
  readonly #counts = new Map<number, {objects: number; memsize: number}>()

  add(key: number, memsize: number): void {
    const counts = this.#counts.get(key)
    if (counts === undefined) this.#counts.set(key, {memsize, objects: 1})
    else {
      counts.objects++
      counts.memsize += memsize
    }
  }

  /** By memsize; `top` 0 = all. */
  rows(top: number): ReadonlyArray<[number, {objects: number; memsize: number}]> {
    return takeTop(
      [...this.#counts].toSorted(([a, x], [b, y]) => y.memsize - x.memsize || y.objects - x.objects || a - b),
      {top},
    )
  }
}
