// What a job or request at work gathers in its variables has old and new members, like a leak, and is gone when it is done.
import type {HeapGraph} from '../../heap/heap-graph.js'
import {isModule} from '../objects/class-names.js'
import {isFiberLocal} from '../objects/labels.js'
import {holders, isThread} from '../objects/owners.js'
import type {Ages} from './ages.js'

/** The nearest thread that holds an object, and the way from the object, itself included, to what that refers to. */
export function threadAbove(
  graph: HeapGraph,
  index: number,
): {readonly thread: number; readonly way: readonly number[]} | null {
  const way = [index]
  for (const node of holders(graph, index)) {
    if (isThread(graph.heap, node)) return {thread: node, way}
    way.push(node)
  }

  return null
}

/**
 * Whether a collection is on a thread's stack, and was made after the thread had long been at work: a server's thread
 * has many jobs, and this is of one. What is put into Thread.current stays.
 */
export function isUnderWay(graph: HeapGraph, ages: Ages, container: number): boolean {
  if (!ages.tellsGenerations || !ages.isMadeLate(container)) return false
  const above = threadAbove(graph, container)
  if (above === null || above.way.some(node => isModule(graph.heap, node))) return false
  return !isFiberLocal(graph.heap, above.thread, above.way[above.way.length - 1])
}
