// Objects by Ruby's internal type.
import type {Heap} from '../../heap/heap.js'
import {takeCensus} from './census.js'
import type {AnalysisOptions} from '../objects/options.js'

export type TypeRow = {readonly type: string; readonly objects: number; readonly memsize: number}

/** By memsize. Never cut: there are about twenty. */
export function objectTypes(heap: Heap, options: AnalysisOptions): readonly TypeRow[] {
  const {memsizes, objects} = takeCensus(heap, options).types
  return heap.tables.typeNames
    .map((type, code) => ({memsize: memsizes[code], objects: objects[code], type}))
    .filter(row => row.objects > 0)
    .toSorted((a, b) => b.memsize - a.memsize || b.objects - a.objects || (a.type < b.type ? -1 : 1))
}
