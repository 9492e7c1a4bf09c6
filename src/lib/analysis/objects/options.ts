// Options that narrow a report.
import type {Heap} from '../../heap/heap.js'
import type {Only} from '../../heap/scans/scan.js'

export type AnalysisOptions = {
  /** Rows per table; 0 = all. */
  readonly top: number
  /** Only objects of this generation; null = those without one; undefined = all. */
  readonly generation?: number | null | undefined
  /** Only instances of this class, or only objects allocated at this line, as the user wrote them. */
  readonly className?: string | undefined
  readonly site?: string | undefined
  /** Computed from these two by `selected`: 1 for each selected object. */
  readonly only?: Uint8Array | undefined
  /** True if the selection is the agent's own objects; otherwise no table shows them. */
  readonly ofAgent?: boolean
  /** Only rows with live objects, ordered by them, as screens show them; otherwise all (docs/json.md). */
  readonly aliveOnly?: boolean
}

/** No limit; in the column, nil is -1. */
const ALL_GENERATIONS = -2

/** Whether the options select an object, by index. */
function filterOf({columns: {generations}}: Heap, {generation, only}: AnalysisOptions): (index: number) => boolean {
  const wanted = generation === undefined ? ALL_GENERATIONS : (generation ?? -1)
  return index =>
    (only === undefined || only[index] === 1) && (wanted === ALL_GENERATIONS || generations[index] === wanted)
}

const masks = new WeakMap<AnalysisOptions, Only>()

/**
 * The same as one byte per object, for scans; null if all are selected. `options` belong to one heap and don't change.
 */
export function onlyOf(heap: Heap, options: AnalysisOptions): Only {
  if (options.generation === undefined) return options.only ?? null
  let mask = masks.get(options)
  if (mask === undefined) {
    const isIn = filterOf(heap, options)
    mask = new Uint8Array(heap.count)
    for (let index = 0; index < heap.count; index++) mask[index] = isIn(index) ? 1 : 0
    masks.set(options, mask)
  }

  return mask
}

/**
 * Calls `visit` with the index of each selected object. Tables have their own loops, because a call per object costs
 * more than most do.
 */
export function eachObject(heap: Heap, options: AnalysisOptions, visit: (index: number) => void): void {
  const isIn = filterOf(heap, options)
  for (let index = 0; index < heap.count; index++) if (isIn(index)) visit(index)
}

/** The first rows of a sorted table. */
export function takeTop<Row>(rows: readonly Row[], {top}: AnalysisOptions): readonly Row[] {
  return top === 0 ? rows : rows.slice(0, top)
}

/**
 * Indexes of the `top` largest numbers, largest first, ties by index; 0 = all. Keeps at most twice `top` candidates.
 */
export function largest(sizes: ArrayLike<number>, top: number): number[] {
  const indexes: number[] = []
  const before = (a: number, b: number) => sizes[b] - sizes[a] || a - b
  if (top === 0) {
    for (let index = 0; index < sizes.length; index++) indexes.push(index)
    return indexes.toSorted(before)
  }

  let least = -Infinity
  for (let index = 0; index < sizes.length; index++) {
    if (indexes.length >= top && sizes[index] <= least) continue
    indexes.push(index)
    if (indexes.length < top * 2) continue
    indexes.sort(before)
    indexes.length = top
    least = sizes[indexes[top - 1]]
  }

  indexes.sort(before)
  return indexes.slice(0, top)
}
