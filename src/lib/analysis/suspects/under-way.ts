// What a job or request at work gathers in its variables has old and new members, like a leak, and is gone when it is done.
import type {HeapGraph} from '../../heap/heap-graph.js'
import {isModule} from '../objects/class-names.js'
import {isFiberLocal} from '../objects/labels.js'
import {holders, isThread} from '../objects/owners.js'
import type {Ages} from './ages.js'

/**
 * Whether a collection is on a thread's stack, and was made after the thread had long been at work: a server's thread
 * has many jobs, and this is of one. What is put into Thread.current stays.
 */
export function isUnderWay(graph: HeapGraph, ages: Ages, container: number): boolean {
  if (!ages.tellsGenerations || !ages.isMadeLate(container)) return false
  let below = container
  for (const node of holders(graph, container)) {
    if (isModule(graph.heap, node)) return false
    if (isThread(graph.heap, node)) return !isFiberLocal(graph.heap, node, below)
    below = node
  }

  return false
}
