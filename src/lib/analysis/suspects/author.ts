// Who wrote the blocks that somebody else keeps: their `self`.
import type {Heap} from '../../heap/heap.js'
import {selfOfProc} from '../objects/owner.js'
import {sampleOf} from '../objects/sample.js'

const SAMPLE = 500
/** Beside those of the one who adds more and more there are the framework's own, some dozens. */
const LEAST_SHARE = 1 / 3

/** The class of the `self` of most members' blocks; null where none has a third of the members. */
export function authorOf(
  heap: Heap,
  members: ArrayLike<number>,
  blocksOf: (member: number) => Iterable<number> = member => [member],
): string | null {
  const counts = new Map<string, number>()
  const sampled = sampleOf(members, SAMPLE)
  for (const member of sampled) {
    for (const block of blocksOf(member)) {
      const self = heap.detail(block) === 'proc' ? selfOfProc(heap, block) : null
      if (self !== null) counts.set(self.name, (counts.get(self.name) ?? 0) + 1)
    }
  }

  const [most] = [...counts].toSorted(([, a], [, b]) => b - a)
  return most !== undefined && most[1] >= sampled.length * LEAST_SHARE ? most[0] : null
}
