// Where blocks held by another object were defined: the class of their `self`.
import type {Heap} from '../../heap/heap.js'
import {selfOfProc} from '../objects/owner.js'
import {sampleOf} from '../objects/sample.js'

const SAMPLE = 500
/** Besides the blocks that keep being added there are a few dozen of the framework's own. */
const LEAST_SHARE = 1 / 3

/** The class of `self` in most members' blocks; null if no class has a third of the members. */
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
