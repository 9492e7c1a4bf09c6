// The largest objects by shallow size: a long string, a wide hash, a native structure.
import {type AnalysisOptions, onlyOf} from '../objects/options.js'
import {type ObjectRow, objectRow} from '../objects/object-rows.js'
import type {Subject} from '../objects/subject.js'

/** By memsize. */
export function largest(subject: Subject, options: AnalysisOptions): readonly ObjectRow[] {
  const {memsizes, scans} = subject.heap
  return Array.from(scans.select.largest(memsizes, options.top, onlyOf(subject.heap, options)), index =>
    objectRow(subject, index),
  )
}
