// Arrays that share their elements: after Array#shift or #last they are kept by a hidden Array of no class, which is as long as
// there is room (ary_make_shared of array.c). People know the Array in front of it.
import type {HeapGraph} from '../../heap/heap-graph.js'
import {FLAG, NONE} from '../../heap/columns.js'
import {TYPE} from '../../heap/object-types.js'
import {labelOf} from './labels.js'

/** The Array with most elements of those whose elements a hidden one keeps; null: it keeps nobody's. */
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

/** What to call an object whose members are counted. */
export function collectionLabel(graph: HeapGraph, node: number): string {
  return labelOf(graph.heap, sharerOf(graph, node) ?? node)
}
