// What a set of objects retains together: the union of what they dominate, with nothing counted twice. One pass over
// the dominator tree, one byte per object.
import {isAgentName, isAgents} from './agent-objects.js'
import {largest, takeTop} from './options.js'
import type {Subject} from './subject.js'

export type RetainedUnion = {
  readonly retainedSize: number
  readonly retainedObjects: number
  /** Everything retained, by class, largest first; without the agent's classes unless they are requested. */
  readonly byClass: ReadonlyArray<{readonly name: string; readonly objects: number; readonly memsize: number}>
}

/** The retained size of these objects together. */
export function unionSize({retained: {counts, ends, sizes}}: Subject['graph'], members: readonly number[]): number {
  let done = 0
  let bytes = 0
  // What an object dominates follows it.
  for (const member of members.toSorted((a, b) => ends[a] - counts[a] - (ends[b] - counts[b]))) {
    if (ends[member] <= done) continue
    bytes += sizes[member]
    done = ends[member]
  }

  return bytes
}

/** `members`: indexes. `top`: maximum number of classes; 0 = all. */
export function retainedUnion({heap, graph, classes}: Subject, members: Iterable<number>, top: number): RetainedUnion {
  const inside = new Uint8Array(heap.count + 1)
  let ofAgent = false
  for (const member of members) {
    inside[member] = 1
    ofAgent ||= isAgents(heap, member)
  }

  const {dominators} = graph.tree
  const {order} = graph.retained
  const objects = new Uint32Array(classes.names.length)
  const memsizes = new Float64Array(classes.names.length)
  let retainedSize = 0
  let retainedObjects = 0
  // Each node comes after its dominator; the first one is ROOT.
  for (let at = 1; at < order.length; at++) {
    const index = order[at]
    if (inside[index] === 0 && inside[dominators[index]] === 0) continue
    inside[index] = 1
    const memsize = heap.memsize(index)
    const group = classes.groupOf[index]
    retainedSize += memsize
    retainedObjects++
    objects[group]++
    memsizes[group] += memsize
  }

  const isShown = (group: number) => objects[group] > 0 && (ofAgent || !isAgentName(classes.names[group]))
  const byClass = takeTop(largest(memsizes, 0).filter(isShown), {top}).map(group => ({
    memsize: memsizes[group],
    name: classes.names[group],
    objects: objects[group],
  }))
  return {byClass, retainedObjects, retainedSize}
}
