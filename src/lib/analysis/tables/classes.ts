// What kinds of objects there are: how many, how large, and what they keep alive together.
import {isAgentName} from '../objects/agent-objects.js'
import {shares, tallyAlive} from '../objects/alive.js'
import {asideOf} from '../objects/aside.js'
import {type AnalysisOptions, largest, onlyOf, takeTop} from '../objects/options.js'
import type {Subject} from '../objects/subject.js'
import {type NameOrigin, originOfName} from '../objects/frameworks.js'

export type ClassRow = {
  readonly name: string
  /** Whose class it is, by its name. `core`: Ruby's own, and what has no name that a person could look for. */
  readonly origin: NameOrigin
  readonly objects: number
  readonly memsize: number
  /** Of these, what is alive and the app's. */
  readonly aliveObjects: number
  readonly aliveMemsize: number
  /** Of all that is alive. */
  readonly share: number
  /** Of all its objects together, nothing counted twice. */
  readonly retainedSize: number
  /** Of that, the app's: without the tracer and stacks of threads. */
  readonly aliveRetainedSize: number
}

/**
 * By retained size, of the app's if only what is alive is asked for. `retained`: that of each class group, of the
 * objects that the options let through.
 */
export function classes(
  {heap, classes: {names, groupOf}}: Subject,
  retained: Float64Array,
  options: AnalysisOptions,
): readonly ClassRow[] {
  const {objects, memsizes} = heap.scans.tallies.by(groupOf, names.length, {only: onlyOf(heap, options)})
  const alive = tallyAlive(heap, groupOf, names.length, options)
  const aside = asideOf(heap).byGroup(groupOf, names.length, onlyOf(heap, options))
  const aliveRetained = retained.map((bytes, group) => Math.max(0, bytes - aside[group]))
  const share = shares(heap)
  const isAlive = options.aliveOnly === true
  const sizes = isAlive ? aliveRetained : retained
  // Garbage retains nothing and comes last.
  const order = largest(sizes, 0).filter(
    group =>
      (isAlive ? alive : {objects}).objects[group] > 0 && (options.ofAgent === true || !isAgentName(names[group])),
  )
  order.sort((a, b) => sizes[b] - sizes[a] || memsizes[b] - memsizes[a] || (names[a] < names[b] ? -1 : 1))
  return takeTop(order, options).map(group => ({
    aliveMemsize: alive.memsizes[group],
    aliveObjects: alive.objects[group],
    aliveRetainedSize: aliveRetained[group],
    memsize: memsizes[group],
    name: names[group],
    objects: objects[group],
    origin: originOfName(names[group]),
    retainedSize: retained[group],
    share: share(alive.memsizes[group]),
  }))
}
