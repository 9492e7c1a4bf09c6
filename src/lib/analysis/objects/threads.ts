// Threads and fibers: what each one's stack and variables keep alive that nothing else does.
import type {Heap} from '../../heap/heap.js'
import {type AlikeRow, AlikeRows} from './alike.js'
import {referenceLabel} from './labels.js'
import {type ObjectRow, objectRow} from './object-rows.js'
import {type AnalysisOptions, takeTop} from './options.js'
import type {Subject} from './subject.js'

export type ThreadRow = ObjectRow & {
  readonly kind: 'thread' | 'fiber'
  /** Different objects that its stack and variables refer to. */
  readonly references: number
  /** Part of its memsize that was set aside for its stack, and is resident only as far as the stack has grown. */
  readonly reservedBytes: number
  /** What would go with it, alike objects in one row, largest first. */
  readonly holds: readonly AlikeRow[]
}

/**
 * What Ruby counts as a thread's stack, as long as the thread has no fibers: 2^17 words (RUBY_VM_THREAD_VM_STACK_SIZE
 * of vm_core.h).
 */
export function threadStackBytes({codes}: Heap): number {
  return codes.alignmentBits === 2 ? 1 << 19 : 1 << 20
}

const HELD_ROWS = 3

/** Part of a thread's memsize that was set aside for its stack; 0 of one that has given it back. */
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
      // One that has ended, and that nobody keeps, is none.
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

/** What the agent recorded of its stack before the fork included. */
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
