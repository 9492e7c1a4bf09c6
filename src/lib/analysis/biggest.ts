// The objects that are largest by themselves: a long string, a wide hash, a native structure.
import {type AnalysisOptions, eachObject} from './options.js'
import {type ObjectRow, objectRow} from './object-rows.js'
import type {Subject} from './subject.js'
import {TopList} from './top-list.js'

/** By their own memsize. */
export function biggest(subject: Subject, options: AnalysisOptions): readonly ObjectRow[] {
  const {heap} = subject
  const largest = new TopList(options.top)
  eachObject(heap, options, index => largest.offer(index, heap.memsize(index)))
  return largest.indexes().map(index => objectRow(subject, index))
}
