// The way from a root to an object, cut to what a person can read: a linked list a million long is one step, "× 999,998".
import {formatCount} from '../../units.js'
import {isNamedModule} from './class-names.js'
import {referenceLabel, rootLabel, type Step} from './labels.js'
import {type NamedObject, namedObject} from './object-rows.js'
import type {Subject} from './subject.js'

export type PathStep = Step &
  NamedObject & {
    /** Nothing else keeps the path's end alive without this one. */
    readonly dominates: boolean
    /** More than 1: so many objects of one class, each held by the one before; the first one is named. */
    readonly times: number
  }

export type Path = {
  readonly steps: readonly PathStep[]
  /** Objects on the path in all. */
  readonly length: number
}

/** A run is told as one step from this many on. */
const RUN = 4
/** Steps before and after what is left out. */
const SHOWN = 20

/** `indexes`: each one held by the one before, the first one by a root. */
export function pathSteps({heap, graph, classes}: Subject, indexes: readonly number[]): Path {
  // The dominators of the path's end lie on the path, in its order.
  const dominates = new Uint8Array(indexes.length)
  for (let at = indexes.length - 1, dominator = indexes[at]; at >= 0; at--) {
    if (indexes[at] !== dominator) continue
    dominates[at] = 1
    dominator = graph.dominator(dominator)
  }

  // Runs of one class, as [first, length]. The end of the path stays by itself, and so does a class or module with a
  // name: it says who holds the rest.
  const isAnother = (at: number) => at < indexes.length - 1 && !isNamedModule(heap, indexes[at])
  const runs: Array<readonly [number, number]> = []
  for (let at = 0; at < indexes.length;) {
    let end = at + 1
    if (isAnother(at)) while (isAnother(end) && classes.groupOf[indexes[end]] === classes.groupOf[indexes[at]]) end++
    if (end - at < RUN) end = at + 1
    runs.push([at, end - at])
    at = end
  }

  const whole = runs.length <= SHOWN * 2 + 1
  const left = whole ? 0 : runs.slice(SHOWN, -SHOWN).reduce((sum, [, times]) => sum + times, 0)
  // What is left out is a step too, so that the path says that it is no whole one.
  const shown = whole ? runs : [...runs.slice(0, SHOWN), [runs[SHOWN][0], left] as const, ...runs.slice(-SHOWN)]
  const steps = shown.map(([at, times], position): PathStep => {
    const index = indexes[at]
    const gap = !whole && position === SHOWN
    return {
      ...namedObject(graph, index),
      ...(gap ? {label: `${formatCount(left)} more objects`, role: 'omitted' as const} : {}),
      dominates: dominates[at] === 1,
      reference: gap ? null : at === 0 ? rootLabel(heap, index) : referenceLabel(heap, indexes[at - 1], index),
      times,
    }
  })
  return {length: indexes.length, steps}
}
