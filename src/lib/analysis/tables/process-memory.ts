// The part of a process's memory that a heap dump explains, and the rest: fragmentation, native libraries, the
// allocator's reserve.
import {wholeOf} from '../objects/whole.js'
import type {Subject} from '../objects/subject.js'
import {reservedStack} from '../objects/reserved-stack.js'

export type ProcessMemory = {
  /** Resident memory when it was dumped; null: not recorded. */
  readonly processBytes: number | null
  /** The sum of all memsizes, and these parts of it. */
  readonly memsize: number
  /** Object slots in Ruby's heap pages. */
  readonly slotBytes: number
  /** Memory that objects have outside their slots: strings, tables, compiled code. */
  readonly besideBytes: number
  /** The part of it that is reserved for thread stacks. Unused parts of stacks are not resident. */
  readonly threadStackBytes: number
  readonly threads: number
  readonly tracerMemsize: number
  /** Ruby's heap pages with at least one object, free slots included. */
  readonly pageBytes: number
  /** The part of the process that the dump explains: heap pages and memory outside slots, without stacks. */
  readonly explainedBytes: number
  /** The rest of the process; null if its size is unknown. Never below 0. */
  readonly unexplainedBytes: number | null
  /** All objects without reserved thread stacks: the heap size on the first page. */
  readonly heapBytes: number
  /** The rest of the process outside the heap, including free slots; null if its size is unknown. Never below 0. */
  readonly outsideBytes: number | null
}

export function processMemory({heap, processBytes}: Subject): ProcessMemory {
  const {memsize, tracerMemsize} = wholeOf(heap)
  const {bytesInUse: pageBytes, counts} = heap.scans.pages
  const threads = heap.natives('VM/thread')
  const threadStackBytes = threads.reduce((sum, thread) => sum + reservedStack(heap, thread), 0)

  const besideBytes = memsize - counts.slotBytes
  const explainedBytes = pageBytes + besideBytes - threadStackBytes
  const heapBytes = memsize - threadStackBytes
  return {
    besideBytes,
    explainedBytes,
    heapBytes,
    memsize,
    outsideBytes: processBytes === null ? null : Math.max(0, processBytes - heapBytes),
    pageBytes,
    processBytes,
    slotBytes: counts.slotBytes,
    threadStackBytes,
    threads: threads.length,
    tracerMemsize,
    unexplainedBytes: processBytes === null ? null : Math.max(0, processBytes - explainedBytes),
  }
}
