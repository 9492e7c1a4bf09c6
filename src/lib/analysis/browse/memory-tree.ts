// The dominator tree reduced to what can be drawn, with similar objects below one holder grouped together. Every object
// is visited at most once, so the cost is that of one pass, whatever the shape of the heap.
import type {HeapGraph} from '../../heap/heap-graph.js'
import {TYPE} from '../../heap/object-types.js'
import {formatCount} from '../../units.js'
import {aliveOf} from '../objects/alive.js'
import {asideOf} from '../objects/aside.js'
import {labelOf, referenceLabel, rootLabel} from '../objects/labels.js'
import {isThread} from '../objects/owners.js'
import type {Subject} from '../objects/subject.js'
import {reservedStack} from '../objects/reserved-stack.js'

export type MemoryNode = {
  /** `Hash, 12,000 entries`; `6,000 × Billing::Invoice` for several. */
  readonly label: string
  /** How the node above holds it; null if there is no word for it, and for several objects. */
  readonly reference: string | null
  /** null for several objects, and for the whole. */
  readonly address: string | null
  /** The type as in the dump, `HASH`; empty for the whole. */
  readonly type: string
  readonly objects: number
  /** Shallow size of all its objects. */
  readonly memsize: number
  readonly retainedSize: number
  readonly retainedObjects: number
  /** By retained size; those too small to draw are left out. */
  readonly children: readonly MemoryNode[]
}

export type TreeOptions = {
  /** Maximum number of nodes. */
  readonly nodes: number
  readonly depth: number
}

/** Up to this many similar objects below one holder are drawn separately; of more, only those that stand out. */
const FEW = 6
/** An object is drawn by itself if it retains this many times the mean of its group. */
const STANDS_OUT = 4
const MOST_SINGLES = 24

type Draft = {
  readonly members: readonly number[]
  readonly className: string
  readonly depth: number
  readonly retainedSize: number
  readonly parent: Draft | null
  readonly children: Draft[]
}

/**
 * Live memory of the app (alive.ts), so that the whole is the base of all shares.
 *
 * Takes the largest nodes first, until there are `nodes`: no threshold to tune, and it works for flat and deep heaps.
 */
export function memoryTree(subject: Subject, {nodes, depth}: TreeOptions): MemoryNode {
  const {graph} = subject
  const whole: Draft = {
    children: [],
    className: '',
    depth: 0,
    members: [graph.root],
    parent: null,
    retainedSize: aliveOf(graph).memsize,
  }
  const open = new DraftQueue()
  open.push(whole)
  for (let count = 0; count < nodes; count++) {
    const draft = open.pop()
    if (draft === null) break
    if (draft.parent !== null) draft.parent.children.push(draft)
    if (draft.depth < depth) for (const child of split(subject, draft)) open.push(child)
  }

  return toNode(graph, whole)
}

/** The objects that the members immediately dominate, by class; separately if they are few or stand out. */
function split({graph, classes}: Subject, parent: Draft): Draft[] {
  const {
    heap,
    retained: {counts, ends, order},
  } = graph
  const aside = asideOf(heap)
  const sizeOf = (index: number) => graph.retainedSizes[index] - aside.below(index)
  const byClass = new Map<number, number[]>()
  for (const member of parent.members) {
    for (let at = ends[member] - counts[member] + 1; at < ends[member]; at += counts[order[at]]) {
      const child = order[at]
      // Nothing is left of the tracer's and the agent's objects.
      if (sizeOf(child) === 0) continue
      const group = classes.groupOf[child]
      const known = byClass.get(group)
      if (known === undefined) byClass.set(group, [child])
      else known.push(child)
    }
  }

  const drafts: Draft[] = []
  const add = (group: number, members: readonly number[]) => {
    let retainedSize = 0
    for (const member of members) retainedSize += sizeOf(member)
    drafts.push({children: [], className: classes.names[group], depth: parent.depth + 1, members, parent, retainedSize})
  }
  for (const [group, members] of byClass) {
    const singles = standingOut(
      members,
      sizeOf,
      members.some(member => isModule(heap.columns.types[member])),
    )
    for (const single of singles) add(group, [single])
    if (singles.size === members.length) continue
    add(group, singles.size === 0 ? members : members.filter(member => !singles.has(member)))
  }

  return drafts
}

function isModule(type: number): boolean {
  return type === TYPE.CLASS || type === TYPE.MODULE
}

function standingOut(members: readonly number[], sizeOf: (index: number) => number, named: boolean): Set<number> {
  if (members.length <= FEW) return new Set(members)
  let total = 0
  for (const member of members) total += sizeOf(member)
  // Classes have names, so the larger ones are worth showing separately.
  const least = (total / members.length) * (named ? 1 : STANDS_OUT)
  const large = members.filter(member => sizeOf(member) >= least && sizeOf(member) > 0)
  if (large.length > MOST_SINGLES) large.sort((a, b) => sizeOf(b) - sizeOf(a) || a - b)
  // If many are that large, they are simply alike.
  return new Set(large.length > members.length / 2 ? [] : large.slice(0, MOST_SINGLES))
}

function toNode(graph: HeapGraph, draft: Draft): MemoryNode {
  const {heap, root, retainedCounts} = graph
  const {members, parent} = draft
  const aside = asideOf(heap)
  const whole = members[0] === root
  const single = members.length === 1 && !whole
  let memsize = 0
  let retainedObjects = whole ? -1 : 0
  for (const member of members) {
    if (member !== root) memsize += heap.memsize(member) - (isThread(heap, member) ? reservedStack(heap, member) : 0)
    retainedObjects += retainedCounts[member] - aside.objectsBelow(member)
  }

  return {
    address: single ? heap.address(members[0]) : null,
    children: draft.children.map(child => toNode(graph, child)),
    label: whole
      ? 'All live objects'
      : single
        ? labelOf(heap, members[0])
        : `${formatCount(members.length)} × ${draft.className}`,
    memsize,
    objects: whole ? 0 : members.length,
    reference: single ? referenceOf(graph, parent, members[0]) : null,
    retainedObjects,
    retainedSize: draft.retainedSize,
    type: whole ? '' : heap.typeName(members[0]),
  }
}

function referenceOf({heap, root}: HeapGraph, parent: Draft | null, index: number): string | null {
  if (parent === null || parent.members.length > 1) return null
  return parent.members[0] === root ? rootLabel(heap, index) : referenceLabel(heap, parent.members[0], index)
}

/** A binary heap, largest retained size first, ties in order of arrival. */
class DraftQueue {
  readonly #drafts: Array<{readonly draft: Draft; readonly order: number}> = []
  #arrived = 0

  push(draft: Draft): void {
    const drafts = this.#drafts
    let at = drafts.push({draft, order: this.#arrived++}) - 1
    while (at > 0) {
      const above = (at - 1) >> 1
      if (!this.#before(at, above)) break
      this.#swap(at, above)
      at = above
    }
  }

  pop(): Draft | null {
    const drafts = this.#drafts
    if (drafts.length === 0) return null
    this.#swap(0, drafts.length - 1)
    const {draft} = drafts.pop()!
    for (let at = 0; ;) {
      let first = at
      for (const below of [2 * at + 1, 2 * at + 2])
        if (below < drafts.length && this.#before(below, first)) first = below
      if (first === at) return draft
      this.#swap(at, first)
      at = first
    }
  }

  #before(a: number, b: number): boolean {
    const [one, other] = [this.#drafts[a], this.#drafts[b]]
    return (
      one.draft.retainedSize > other.draft.retainedSize ||
      (one.draft.retainedSize === other.draft.retainedSize && one.order < other.order)
    )
  }

  #swap(a: number, b: number): void {
    const drafts = this.#drafts
    const one = drafts[a]
    drafts[a] = drafts[b]
    drafts[b] = one
  }
}
