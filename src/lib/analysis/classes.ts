// What kinds of objects there are: how many, how large, and what they keep alive together.
import {tracersOf} from '../heap/ownership.js'
import {shares} from './shares.js'
import type {Subject} from './subject.js'
import {type AnalysisOptions, filterOf, largest, onlyOf, takeTop} from './options.js'

export type ClassRow = {
  readonly name: string
  readonly objects: number
  readonly memsize: number
  /** Of all memory but the allocation tracer's. */
  readonly share: number
  /** Of all its objects together, nothing counted twice. */
  readonly retainedSize: number
}

/** By retained size. `retained`: retained size of each class group, of the objects that the options let through. */
export function classes({heap, classes: {names, groupOf}}: Subject, retained: Float64Array, options: AnalysisOptions): readonly ClassRow[] {
  const {memsizes: memsizeOf} = heap
  const isIn = filterOf(heap, options)
  const {objects, memsizes} = heap.sweeps.tally(groupOf, names.length, {only: onlyOf(heap, options)})

  const tracerMemsizes = new Float64Array(names.length)
  for (const index of tracersOf(heap)) if (isIn(index)) tracerMemsizes[groupOf[index]] += memsizeOf[index]
  const share = shares(heap)
  // Garbage retains nothing and comes last.
  const order = largest(retained, 0).filter(group => objects[group] > 0)
  order.sort((a, b) => retained[b] - retained[a] || memsizes[b] - memsizes[a] || (names[a] < names[b] ? -1 : 1))
  return takeTop(order, options).map(group => ({
    memsize: memsizes[group],
    name: names[group],
    objects: objects[group],
    retainedSize: retained[group],
    share: share(memsizes[group] - tracerMemsizes[group]),
  }))
}
