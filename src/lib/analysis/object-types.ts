// How much there is of each of Ruby's types of objects.
import type {Heap} from '../heap/heap.js'
import {type AnalysisOptions, eachObject} from './options.js'

export type TypeRow = {readonly type: string; readonly objects: number; readonly memsize: number}

/** By memsize; all of them: there are about twenty. */
export function objectTypes(heap: Heap, options: AnalysisOptions): readonly TypeRow[] {
  const {types} = heap.columns
  const {typeNames} = heap.tables
  const objects = new Uint32Array(typeNames.length)
  const memsizes = new Float64Array(typeNames.length)
  eachObject(heap, options, index => {
    objects[types[index]]++
    memsizes[types[index]] += heap.memsize(index)
  })
  return typeNames
    .map((type, code) => ({memsize: memsizes[code], objects: objects[code], type}))
    .filter(row => row.objects > 0)
    .toSorted((a, b) => b.memsize - a.memsize || b.objects - a.objects || (a.type < b.type ? -1 : 1))
}
