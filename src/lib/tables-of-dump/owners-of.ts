// The owners of all objects, which two tables have: computed once.
import {findOwners, type Owners} from '../analysis/compare/owners.js'
import type {HeapGraph} from '../heap/heap-graph.js'

const found = new WeakMap<HeapGraph, Owners>()

export function ownersOf(graph: HeapGraph): Owners {
  let owners = found.get(graph)
  if (owners === undefined) found.set(graph, (owners = findOwners(graph)))
  return owners
}
