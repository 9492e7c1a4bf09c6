// What a heap dump sees of a process's memory, and what it can't: fragmentation, native libraries, the allocator's own reserve.
import {wholeOf} from '../objects/whole.js'
import type {Subject} from '../objects/subject.js'
import {reservedStack} from '../objects/threads.js'

export type ProcessMemory = {
  /** Resident when it was dumped; null where nobody recorded it. */
  readonly processBytes: number | null
  /** The sum of all memsizes, and these parts of it. */
  readonly memsize: number
  /** Slots of objects, in Ruby's heap pages. */
  readonly slotBytes: number
  /** What objects allocated beside their slots: texts, tables, compiled code. */
  readonly besideBytes: number
  /** Of that: set aside for stacks of threads, not resident as far as they were not used. */
  readonly threadStackBytes: number
  readonly threads: number
  readonly tracerMemsize: number
  /** All of Ruby's heap pages that hold an object, free slots included. */
  readonly pageBytes: number
  /** Heap pages and what is beside them, without unused stacks: what the dump explains of the process. */
  readonly explainedBytes: number
  /** The rest of the process; null where its size is unknown. Never below 0. */
  readonly unexplainedBytes: number | null
  /** All objects, without what is set aside for threads' stacks: what the first page calls the heap. */
  readonly heapBytes: number
  /** The rest of the process beside the heap, free slots among it; null where its size is unknown. Never below 0. */
  readonly outsideBytes: number | null
}

export function processMemory({heap, processBytes}: Subject): ProcessMemory {
  const {memsize, tracerMemsize} = wholeOf(heap)
  const {objects, slotBytes} = heap.scans.pages.counts
  const threads = heap.natives('VM/thread')
  const threadStackBytes = threads.reduce((sum, thread) => sum + reservedStack(heap, thread), 0)

  const pageBytes = objects.reduce((pages, count) => (count > 0 ? pages + 1 : pages), 0) * 2 ** heap.pageBits
  const besideBytes = memsize - slotBytes
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
    slotBytes,
    threadStackBytes,
    threads: threads.length,
    tracerMemsize,
    unexplainedBytes: processBytes === null ? null : Math.max(0, processBytes - explainedBytes),
  }
}
