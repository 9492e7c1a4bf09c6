// What kinds of objects there are. Classes of one name are one row (an app that reloads code has several), classes without a name
// one row each.
import {type Heap, NONE} from '../heap/heap.js'
import {className} from './class-names.js'
import {type AnalysisOptions, eachObject, takeTop} from './options.js'

export type ClassRow = {
  readonly name: string
  readonly objects: number
  readonly memsize: number
  readonly retainedSize: number | null
}

type Counts = {objects: number; memsize: number}

/** By retained size, by memsize while that is unknown. */
export function classes(heap: Heap, options: AnalysisOptions): readonly ClassRow[] {
  const owners = heap.columns.classes
  const byName = new Map<string, Counts>()
  const byOwner = new Map<number, Counts>()
  eachObject(heap, options, index => {
    const owner = owners[index]
    let counts = owner === NONE ? undefined : byOwner.get(owner)
    if (counts === undefined) {
      const name = className(heap, index)
      counts = byName.get(name)
      if (counts === undefined) byName.set(name, (counts = {memsize: 0, objects: 0}))
      if (owner !== NONE) byOwner.set(owner, counts)
    }

    counts.objects++
    counts.memsize += heap.memsize(index)
  })

  const rows = Array.from(byName, ([name, counts]) => ({name, ...counts, retainedSize: null}))
  rows.sort((a, b) => b.memsize - a.memsize || b.objects - a.objects || (a.name < b.name ? -1 : 1))
  return takeTop(rows, options)
}
