// What narrows a report.
import type {Heap} from '../../heap/heap.js'
import type {Only} from '../../heap/scans/scan.js'

export type AnalysisOptions = {
  /** Rows a table; 0 = all. */
  readonly top: number
  /** Only objects of this generation; null = those without one; undefined = all. */
  readonly generation?: number | null | undefined
  /** Only instances of this class, only what was allocated at this line: as a person writes them. */
  readonly className?: string | undefined
  readonly site?: string | undefined
  /** Made of the two by `selected`: 1 for each object that they let through. */
  readonly only?: Uint8Array | undefined
  /** True where what is asked for is the agent's own: else no table tells of it. */
  readonly ofAgent?: boolean
  /** Rows of what is alive alone, in its order, as screens show them; else of all there is (docs/json.md). */
  readonly aliveOnly?: boolean
}

/** No limit; the column has -1 for nil. */
const ALL_GENERATIONS = -2

/** Whether the options let an object through, by index. */
function filterOf({columns: {generations}}: Heap, {generation, only}: AnalysisOptions): (index: number) => boolean {
  const wanted = generation === undefined ? ALL_GENERATIONS : (generation ?? -1)
  return index =>
    (only === undefined || only[index] === 1) && (wanted === ALL_GENERATIONS || generations[index] === wanted)
}

const masks = new WeakMap<AnalysisOptions, Only>()

/** The same as a byte an object, for scans: null if the options let all through. The options are one heap's, and don't change. */
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

/** Calls `visit` with the index of each object that the options let through. Tables have a loop of their own: a call an object costs more than most of them do with it. */
export function eachObject(heap: Heap, options: AnalysisOptions, visit: (index: number) => void): void {
  const isIn = filterOf(heap, options)
  for (let index = 0; index < heap.count; index++) if (isIn(index)) visit(index)
}

/** The first rows of a table that is sorted already. */
export function takeTop<Row>(rows: readonly Row[], {top}: AnalysisOptions): readonly Row[] {
  return top === 0 ? rows : rows.slice(0, top)
}

/** Indexes of the `top` largest numbers, largest first, ties in order of index; 0 = all. A heap of `top` entries, so few numbers are compared twice. */
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
