// Arrays that share their elements: after Array#shift or #last a hidden Array without a class holds them, as long as
// its capacity (ary_make_shared of array.c). Users know the Array in front of it.
import type {HeapGraph} from '../../heap/heap-graph.js'
import {FLAG, NONE} from '../../heap/columns.js'
import {TYPE} from '../../heap/object-types.js'
import {labelOf} from './labels.js'

/** The longest of the Arrays with elements in a hidden one; null if it has no elements of others. */
export function sharerOf(graph: HeapGraph, hidden: number): number | null {
  const {classes, flags, sizes, types} = graph.heap.columns
  if (hidden >= graph.heap.count || types[hidden] !== TYPE.ARRAY || classes[hidden] !== NONE) return null
  let longest: number | null = null
  graph.eachOwner(hidden, owner => {
    if (owner >= graph.heap.count || types[owner] !== TYPE.ARRAY || (flags[owner] & FLAG.shared) === 0) return
    if (longest === null || sizes[owner] > sizes[longest]) longest = owner
  })
  return longest
}

/** The label of an object for which members are counted. */
export function collectionLabel(graph: HeapGraph, node: number): string {
  return labelOf(graph.heap, sharerOf(graph, node) ?? node)
}
