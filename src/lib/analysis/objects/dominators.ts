// The dominators of an object: each of them keeps it alive.
import {NO_NODE} from '../../graph/graph.js'
import type {HeapGraph} from '../../heap/heap-graph.js'

/** An object, then its immediate dominator, and so on, up to the last one below ROOT. */
export function* dominatorsOf({root, tree: {dominators}}: HeapGraph, index: number): Generator<number> {
  for (let node = index; node !== root && node !== NO_NODE; node = dominators[node]) yield node
}
