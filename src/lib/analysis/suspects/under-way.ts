// What a running job or request collects in its variables has old and new members, like a leak, but is released when it
// ends.
import type {HeapGraph} from '../../heap/heap-graph.js'
import {isModule} from '../objects/class-names.js'
import {isFiberLocal} from '../objects/labels.js'
import {holders, isThread} from '../objects/owners.js'
import type {Ages} from './ages.js'

/** The nearest thread above an object, and the path from the object (included) to the thread's direct reference. */
export function threadAbove(
  graph: HeapGraph,
  index: number,
): {readonly thread: number; readonly path: readonly number[]} | null {
  const path = [index]
  for (const node of holders(graph, index)) {
    if (isThread(graph.heap, node)) return {thread: node, path}
    path.push(node)
  }

  return null
}

/**
 * Whether a collection is on a thread's stack and was created long after the thread started: a server's thread runs
 * many jobs, and this belongs to one of them. What is in Thread.current stays.
 */
export function isUnderWay(graph: HeapGraph, ages: Ages, container: number): boolean {
  if (!ages.tellsGenerations || !ages.isMadeLate(container)) return false
  const above = threadAbove(graph, container)
  if (above === null || above.path.some(node => isModule(graph.heap, node))) return false
  return !isFiberLocal(graph.heap, above.thread, above.path[above.path.length - 1])
}
