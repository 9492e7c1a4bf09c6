// When what is alive was allocated: objects by the GC count at their allocation.
import type {Heap} from '../heap/heap.js'
import type {AnalysisOptions} from './options.js'

export type GenerationRow = {
  /** null: allocated while nothing was traced. */
  readonly generation: number | null
  readonly objects: number
  readonly memsize: number
}

/** By generation, null first. Never cut: there are as many rows as there were GCs. */
export function generations({columns, memsizes}: Heap, {only}: Pick<AnalysisOptions, 'only'> = {}): readonly GenerationRow[] {
  const {count, generations: column} = columns
  const rows = new Map<number, {objects: number; memsize: number}>()
  let last = -2
  let row = {memsize: 0, objects: 0}
  for (let index = 0; index < count; index++) {
    if (only !== undefined && only[index] === 0) continue
    if (column[index] !== last) {
      last = column[index]
      const known = rows.get(last)
      row = known ?? {memsize: 0, objects: 0}
      if (known === undefined) rows.set(last, row)
    }

    row.objects++
    row.memsize += memsizes[index]
  }

  return [...rows]
    .toSorted(([a], [b]) => a - b)
    .map(([generation, counts]) => ({generation: generation === -1 ? null : generation, ...counts}))
}
