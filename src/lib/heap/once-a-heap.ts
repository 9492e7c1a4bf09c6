// What is computed once of a heap, since nothing changes it.
import type {Heap} from './heap.js'

/** The same function, that remembers its answer for each heap as long as that lives. */
export function onceAHeap<Answer extends object>(compute: (heap: Heap) => Answer): (heap: Heap) => Answer {
  const answers = new WeakMap<Heap, Answer>()
  return heap => {
    let answer = answers.get(heap)
    if (answer === undefined) answers.set(heap, (answer = compute(heap)))
    return answer
  }
}
