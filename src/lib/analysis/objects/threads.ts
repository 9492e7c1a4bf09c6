// Threads and fibers, with what only their stacks and variables keep alive.
import {isAgents} from './agent-objects.js'
import {type AlikeRow, AlikeRows} from './alike.js'
import {asideOf} from './aside.js'
import {referenceLabel} from './labels.js'
import {starterOf} from './owner.js'
import {reservedStack} from './reserved-stack.js'
import {type ObjectRow, objectRow} from './object-rows.js'
import {type AnalysisOptions, takeTop} from './options.js'
import {unionSize} from './retained-union.js'
import type {Subject} from './subject.js'
import {givenName} from './thread-names.js'

export type ThreadRow = ObjectRow & {
  readonly kind: 'thread' | 'fiber'
  /** The class or module with the block that a thread runs; null: not known. */
  readonly runs: string | null
  /** Distinct objects that its stack and variables refer to. */
  readonly references: number
  /** The part of its memsize reserved for its stack, resident only as far as the stack has grown. */
  readonly reservedBytes: number
  /** Objects that would be freed with it, similar ones in one row, largest first. */
  readonly holds: readonly AlikeRow[]
}

const HELD_ROWS = 3
/** What distinguishes the members of a pool. */
const NUMBER = /[ #_-]*\d+$/

const STACKS = [
  ['VM/thread', 'thread'],
  ['fiber', 'fiber'],
] as const

/** Threads with the same name, except for a number at its end, that run the same: the members of a pool. */
export type ThreadGroup = {
  readonly kind: 'thread' | 'fiber'
  /** null: it has none, or the dump does not show it. */
  readonly name: string | null
  /** The class or module with the block that they run; null: not known. */
  readonly runs: string | null
  readonly threads: number
  /** What only they keep alive together, without stacks that are only reserved. */
  readonly retainedSize: number
  /** Of the largest of them. */
  readonly address: string
  readonly site: {readonly file: string; readonly line: number | null} | null
  readonly holds: readonly AlikeRow[]
}

/** By retained size. */
export function threads(subject: Subject, options: AnalysisOptions): readonly ThreadRow[] {
  return takeTop(allThreads(subject, options), options)
}

/** By retained size. */
export function threadGroups(subject: Subject, options: AnalysisOptions): readonly ThreadGroup[] {
  const {graph, heap} = subject
  const groups = new Map<string, {readonly first: Omit<ThreadGroup, 'retainedSize' | 'threads'>; members: number[]}>()
  for (const {address, holds, kind, runs, site} of allThreads(subject, options)) {
    const index = heap.find(address)
    const name = givenName(heap, index)?.replace(NUMBER, '') ?? null
    const key = JSON.stringify([kind, name, runs])
    const group = groups.get(key)
    if (group === undefined) groups.set(key, {first: {address, holds, kind, name, runs, site}, members: [index]})
    else group.members.push(index)
  }

  const rows = Array.from(groups.values(), ({first, members}): ThreadGroup => ({
    ...first,
    retainedSize: unionSize(graph, members) - asideOf(heap).belowAll(members),
    threads: members.length,
  }))
  return takeTop(
    rows.toSorted((a, b) => b.retainedSize - a.retainedSize),
    options,
  )
}

function allThreads(subject: Subject, options: AnalysisOptions): readonly ThreadRow[] {
  const {heap, graph} = subject
  const rows: ThreadRow[] = []
  const isIn = (index: number) => options.only?.[index] !== 0
  for (const [struct, kind] of STACKS) {
    for (const index of heap.natives(struct)) {
      // A dead thread that nothing holds is left out.
      if (!isIn(index) || !graph.isReachable(index)) continue
      rows.push({
        ...objectRow(subject, index),
        holds: heldBy(subject, index),
        kind,
        references: referenceCount(subject, index),
        reservedBytes: kind === 'thread' ? reservedStack(heap, index) : 0,
        runs: kind === 'thread' ? (starterOf(heap, index)?.name ?? null) : null,
      })
    }
  }

  const own = (row: ThreadRow) => row.retainedSize - row.reservedBytes
  return rows.toSorted((a, b) => own(b) - own(a) || graph.heap.find(a.address) - graph.heap.find(b.address))
}

/** Includes what the agent recorded of its stack before the fork. */
function referenceCount({graph}: Subject, index: number): number {
  const targets = new Set<number>()
  graph.eachReference(index, target => targets.add(target))
  return targets.size
}

function heldBy(subject: Subject, index: number): readonly AlikeRow[] {
  const {graph, heap} = subject
  const rows = new AlikeRows(subject, HELD_ROWS)
  const isOfAgent = isAgents(heap, index)
  for (const child of graph.childrenOf(index))
    if (isOfAgent || !isAgents(heap, child)) rows.add(child, referenceLabel(heap, index, child), null)
  return rows.rows().slice(0, HELD_ROWS)
}
