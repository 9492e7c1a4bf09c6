// The path from a root to an object, shortened for reading: a linked list with a million nodes is one step, "×
// 999,998".
import {formatCount} from '../../units.js'
import {isNamedModule} from './class-names.js'
import {referenceLabel, rootLabel, type Step} from './labels.js'
import {type NamedObject, namedObject} from './object-rows.js'
import type {Subject} from './subject.js'

export type PathStep = Step &
  NamedObject & {
    /** Without it the end of the path would not be alive. */
    readonly dominates: boolean
    /** Above 1: that many objects of one class, each held by the one before; the first one is shown. */
    readonly times: number
  }

export type Path = {
  readonly steps: readonly PathStep[]
  /** Total number of objects on the path. */
  readonly length: number
}

/** A run of at least this length is shown as one step. */
const RUN = 4
/** Steps shown before and after a gap. */
const SHOWN = 20

/** `indexes`: each held by the one before, the first by a root. */
export function pathSteps({heap, graph, classes}: Subject, indexes: readonly number[]): Path {
  // The dominators of the path's end are on the path, in the same order.
  const dominates = new Uint8Array(indexes.length)
  for (let at = indexes.length - 1, dominator = indexes[at]; at >= 0; at--) {
    if (indexes[at] !== dominator) continue
    dominates[at] = 1
    dominator = graph.dominator(dominator)
  }

  // Runs of one class, as [first, length]. The end of the path is never part of a run, nor is a named class or module:
  // it shows what holds the rest.
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
  // The gap is a step too, to show that the path is not complete.
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
