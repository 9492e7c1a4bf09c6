// Threads and fibers, with what only their stacks and variables keep alive.
import type {Heap} from '../../heap/heap.js'
import {type AlikeRow, AlikeRows} from './alike.js'
import {referenceLabel} from './labels.js'
import {type ObjectRow, objectRow} from './object-rows.js'
import {type AnalysisOptions, takeTop} from './options.js'
import type {Subject} from './subject.js'

export type ThreadRow = ObjectRow & {
  readonly kind: 'thread' | 'fiber'
  /** Distinct objects that its stack and variables refer to. */
  readonly references: number
  /** The part of its memsize reserved for its stack, resident only as far as the stack has grown. */
  readonly reservedBytes: number
  /** Objects that would be freed with it, similar ones in one row, largest first. */
  readonly holds: readonly AlikeRow[]
}

/**
 * The size of a thread's stack as Ruby counts it if the thread has no fibers: 2^17 words (RUBY_VM_THREAD_VM_STACK_SIZE
 * of vm_core.h).
 */
export function threadStackBytes({codes}: Heap): number {
  return codes.alignmentBits === 2 ? 1 << 19 : 1 << 20
}

const HELD_ROWS = 3

/** The part of a thread's memsize reserved for its stack; 0 if the thread has released it. */
export function reservedStack(heap: Heap, thread: number): number {
  const bytes = threadStackBytes(heap)
  return heap.memsize(thread) >= bytes ? bytes : 0
}

const STACKS = [
  ['VM/thread', 'thread'],
  ['fiber', 'fiber'],
] as const

/** By retained size. */
export function threads(subject: Subject, options: AnalysisOptions): readonly ThreadRow[] {
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
      })
    }
  }

  const own = (row: ThreadRow) => row.retainedSize - row.reservedBytes
  const sorted = rows.toSorted((a, b) => own(b) - own(a) || graph.heap.find(a.address) - graph.heap.find(b.address))
  return takeTop(sorted, options)
}

/** Includes what the agent recorded of its stack before the fork. */
function referenceCount({graph}: Subject, index: number): number {
  const targets = new Set<number>()
  graph.eachReference(index, target => targets.add(target))
  return targets.size
}

function heldBy(subject: Subject, index: number): readonly AlikeRow[] {
  const rows = new AlikeRows(subject, HELD_ROWS)
  for (const child of subject.graph.childrenOf(index)) rows.add(child, referenceLabel(subject.heap, index, child), null)
  return rows.rows().slice(0, HELD_ROWS)
}
