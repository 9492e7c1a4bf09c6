// Objects by generation: the number of GCs run when they were allocated.
import {NONE} from '../../heap/columns.js'
import type {Heap} from '../../heap/heap.js'
import {onceAHeap} from '../../heap/once-a-heap.js'
import type {Only} from '../../heap/scans/scan.js'
import {aliveMask} from '../objects/alive.js'
import {asideOf} from '../objects/aside.js'
import type {AnalysisOptions} from '../objects/options.js'

export type GenerationRow = {
  /** null: not traced. */
  readonly generation: number | null
  readonly objects: number
  readonly memsize: number
}

/** By generation, null first. Never cut: there are as many rows as there were GCs. */
export function generations(
  heap: Heap,
  {only = null}: {readonly only?: Only | undefined} = {},
): readonly GenerationRow[] {
  return only === null ? ofAll(heap) : rowsOf(heap, only)
}

/** The report's table and the suspects' clock. */
const ofAll = onceAHeap(heap => rowsOf(heap, null))

function rowsOf(heap: Heap, only: Only): readonly GenerationRow[] {
  const {
    columns: {generations: column},
    scans,
  } = heap
  const {least, most} = scans.select.spanOf(column) ?? {least: 0, most: -1}
  const rows: GenerationRow[] = []
  // With more GCs than objects, a column with a counter for each GC would be too large.
  if (most - least > heap.count) return fewOf(heap, only)
  const {memsizes, objects} = scans.tallies.by(column, most - least + 1, {first: least, only})
  const last = objects.length - 1
  if (objects[last] > 0) rows.push({generation: null, memsize: memsizes[last], objects: objects[last]})
  for (let at = 0; at < last; at++)
    if (objects[at] > 0) rows.push({generation: least + at, memsize: memsizes[at], objects: objects[at]})
  return rows
}

/** Live objects by generation. */
export function survivors(heap: Heap, options: AnalysisOptions): readonly GenerationRow[] {
  const mask = aliveMask(heap, options)
  const rows = new Map(generations(heap, {only: mask}).map(row => [row.generation, row]))
  for (const {bytes, index} of asideOf(heap).stacks) {
    const generation = heap.columns.generations[index] === NONE ? null : heap.columns.generations[index]
    const row = mask[index] === 1 ? rows.get(generation) : undefined
    if (row !== undefined) rows.set(generation, {...row, memsize: row.memsize - bytes})
  }

  return [...rows.values()]
}

function fewOf({columns: {generations: column, count}, memsizes}: Heap, only: Only): readonly GenerationRow[] {
  const rows = new Map<number, {objects: number; memsize: number}>()
  for (let index = 0; index < count; index++) {
    if (only !== null && only[index] === 0) continue
    let row = rows.get(column[index])
    if (row === undefined) rows.set(column[index], (row = {memsize: 0, objects: 0}))
    row.objects++
    row.memsize += memsizes[index]
  }

  return [...rows]
    .toSorted(([a], [b]) => a - b)
    .map(([generation, counts]) => ({generation: generation === -1 ? null : generation, ...counts}))
}
