// The objects that are largest by themselves: a long string, a wide hash, a native structure.
import {type AnalysisOptions, eachObject, largest} from './options.js'
import {type ObjectRow, objectRow} from './object-rows.js'
import type {Subject} from './subject.js'

/** By their own memsize. */
export function biggest(subject: Subject, options: AnalysisOptions): readonly ObjectRow[] {
  const {heap} = subject
  const sizes = new Float64Array(heap.count)
  let objects = 0
  eachObject(heap, options, index => {
    sizes[index] = heap.memsize(index)
    objects++
  })
  const top = options.top === 0 ? objects : Math.min(options.top, objects)
  return top === 0 ? [] : largest(sizes, top).filter(index => sizes[index] > 0).map(index => objectRow(subject, index))
}
