// What a heap dump sees of a process's memory, and what it can't: fragmentation, native libraries, the allocator's own reserve.
import {TYPE} from '../heap/object-types.js'
import {isTracer} from '../heap/ownership.js'
import {PAGE_BYTES} from './heap-pages.js'
import type {Subject} from './subject.js'
import {THREAD_STACK_BYTES} from './threads.js'

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
}

export function processMemory({heap, processBytes}: Subject): ProcessMemory {
  const {types, addresses} = heap.columns
  const {codes} = heap
  const seen = new Uint8Array(codes.pageCount)
  let pages = 0
  let memsize = 0
  let slotBytes = 0
  let tracerMemsize = 0
  let threads = 0
  let threadStackBytes = 0
  for (let index = 0; index < heap.count; index++) {
    const size = heap.memsize(index)
    memsize += size
    slotBytes += Math.min(size, heap.slotSize(index))
    const code = addresses[index]
    if (code >= 0 && !codes.isIrregular(code) && seen[code >>> codes.slotBits] === 0) {
      seen[code >>> codes.slotBits] = 1
      pages++
    }

    if (types[index] !== TYPE.DATA) continue
    if (isTracer(heap, index)) tracerMemsize += size
    if (heap.detail(index) !== 'VM/thread') continue
    threads++
    if (size >= THREAD_STACK_BYTES) threadStackBytes += THREAD_STACK_BYTES
  }

  const pageBytes = pages * PAGE_BYTES
  const besideBytes = memsize - slotBytes
  const explainedBytes = pageBytes + besideBytes - threadStackBytes
  return {
    besideBytes,
    explainedBytes,
    memsize,
    pageBytes,
    processBytes,
    slotBytes,
    threadStackBytes,
    threads,
    tracerMemsize,
    unexplainedBytes: processBytes === null ? null : Math.max(0, processBytes - explainedBytes),
  }
}
