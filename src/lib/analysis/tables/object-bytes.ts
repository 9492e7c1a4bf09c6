// What objects use in their slots and beside them, for live objects, garbage, and the agent with its tracer. One pass
// over all objects.
import type {Heap} from '../../heap/heap.js'
import {onceAHeap} from '../../heap/once-a-heap.js'
import {tracersOf} from '../../heap/ownership.js'
import {agentObjects} from '../objects/agent-objects.js'
import {aliveMask} from '../objects/alive.js'
import {reservedStack} from '../objects/reserved-stack.js'

export type Usage = {
  readonly objects: number
  /** Whole slots. */
  readonly slotBytes: number
  /** Memory outside their slots, without reserved thread stacks. */
  readonly besideBytes: number
}

export type ObjectBytes = {
  /** Together they have as many bytes as live memory on every page (alive.ts). */
  readonly live: Usage
  readonly garbage: Usage
  readonly agent: Usage
}

const [LIVE, GARBAGE, AGENT] = [0, 1, 2]

export const objectBytes = onceAHeap((heap): ObjectBytes => {
  const {
    codes: {irregularStart, slotBits},
    columns: {addresses},
    memsizes,
    otherSlotSize,
    tables: {slotSizes},
  } = heap
  const kinds = kindsOf(heap)
  const [objects, slotBytes, besideBytes] = [
    [0, 0, 0],
    [0, 0, 0],
    [0, 0, 0],
  ]
  for (let index = 0; index < heap.count; index++) {
    const code = addresses[index]
    const known = code < 0 || code >= irregularStart ? 0 : slotSizes[code >>> slotBits]
    const slot = known > 0 ? known : otherSlotSize
    const kind = kinds[index]
    const inSlot = Math.min(memsizes[index], slot)
    objects[kind]++
    slotBytes[kind] += inSlot
    besideBytes[kind] += memsizes[index] - inSlot
  }

  for (const thread of heap.natives('VM/thread')) besideBytes[kinds[thread]] -= reservedStack(heap, thread)
  const of = (kind: number): Usage => ({
    besideBytes: Math.max(0, besideBytes[kind]),
    objects: objects[kind],
    slotBytes: slotBytes[kind],
  })
  return {agent: of(AGENT), garbage: of(GARBAGE), live: of(LIVE)}
})

function kindsOf(heap: Heap): Uint8Array {
  const alive = aliveMask(heap, {top: 0})
  const kinds = new Uint8Array(heap.count)
  for (let index = 0; index < kinds.length; index++) kinds[index] = alive[index] === 1 ? LIVE : GARBAGE
  for (const index of [...tracersOf(heap), ...agentObjects(heap).indexes]) {
    if (heap.graph.isReachable(index)) kinds[index] = AGENT
  }

  return kinds
}
