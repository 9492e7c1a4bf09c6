// Values computed once per heap, because a heap never changes.
import type {Heap} from './heap.js'

/** The function with a cache per heap, which lives as long as the heap. */
export function onceAHeap<Answer extends object>(compute: (heap: Heap) => Answer): (heap: Heap) => Answer {
  const answers = new WeakMap<Heap, Answer>()
  return heap => {
    let answer = answers.get(heap)
    if (answer === undefined) answers.set(heap, (answer = compute(heap)))
    return answer
  }
}
