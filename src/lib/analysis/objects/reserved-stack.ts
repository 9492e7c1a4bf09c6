// What Ruby reserves for the stack of a thread, hardly any of which is ever used.
import type {Heap} from '../../heap/heap.js'

/**
 * The size of a thread's stack as Ruby counts it if the thread has no fibers: 2^17 words (RUBY_VM_THREAD_VM_STACK_SIZE
 * of vm_core.h).
 */
export function threadStackBytes({codes}: Heap): number {
  return codes.alignmentBits === 2 ? 1 << 19 : 1 << 20
}

/** The part of a thread's memsize reserved for its stack; 0 if the thread has released it. */
export function reservedStack(heap: Heap, thread: number): number {
  const bytes = threadStackBytes(heap)
  return heap.memsize(thread) >= bytes ? bytes : 0
}
