// The objects that are largest by themselves: a long string, a wide hash, a native structure.
import {type AnalysisOptions, filterOf} from './options.js'
import {type ObjectRow, objectRow} from './object-rows.js'
import type {Subject} from './subject.js'
import {TopList} from './top-list.js'

/** By their own memsize. */
export function biggest(subject: Subject, options: AnalysisOptions): readonly ObjectRow[] {
  const {count, memsizes} = subject.heap
  const isIn = filterOf(subject.heap, options)
  const largest = new TopList(options.top)
  for (let index = 0; index < count; index++) if (isIn(index)) largest.offer(index, memsizes[index])
  return largest.indexes().map(index => objectRow(subject, index))
}
