// What the interpreter itself keeps: compiled code, methods, inline caches, shapes. No leak of an app's objects, but the price of its
// code: it grows with what is loaded and defined.
import {FLAG, type Heap} from '../heap/heap.js'
import {TYPE} from '../heap/object-types.js'
import {NO_SITE} from '../heap/site-table.js'
import {originOf, type OriginKind} from './code-origin.js'
import {internalLabel} from './labels.js'
import {type AnalysisOptions, onlyOf, takeTop} from './options.js'

export type InternalRow = {
  /** Ruby's word: `iseq`, `ment`, `callcache`; a type for what is no IMEMO. */
  readonly kind: string
  readonly label: string
  readonly objects: number
  readonly memsize: number
}

export type VmInternals = {
  /** IMEMOs by type, then classes, modules and symbols; by memsize. */
  readonly kinds: readonly InternalRow[]
  readonly memsize: number
  /** Compiled code by whose it is, of what was compiled while objects were traced. */
  readonly code: ReadonlyArray<{readonly name: string; readonly kind: OriginKind; readonly objects: number; readonly memsize: number}>
  /** Shapes (Ruby 3.2 and later); each is a way in which some object got its instance variables. */
  readonly shapes: number
  /** Objects that have more variables, set in more orders, than shapes can tell. */
  readonly tooComplexObjects: number
}

const INTERNAL = [TYPE.IMEMO, TYPE.CLASS, TYPE.MODULE, TYPE.ICLASS, TYPE.SYMBOL]

const WORDS: Readonly<Record<string, string>> = {CLASS: 'classes', ICLASS: 'included modules', MODULE: 'modules', SYMBOL: 'symbols made at run time'}

export function vmInternals(heap: Heap, options: AnalysisOptions): VmInternals {
  const {sites} = heap.columns
  const {siteTable} = heap.tables
  const kinds = new Map<string, {label: string; objects: number; memsize: number}>()
  const code = new Map<string, {name: string; kind: OriginKind; objects: number; memsize: number}>()
  const only = onlyOf(heap, options)
  let memsize = 0
  for (const index of heap.sweeps.ofTypes(INTERNAL, only)) {
    const kind = kindOf(heap, index)
    const size = heap.memsize(index)
    memsize += size
    let row = kinds.get(kind)
    if (row === undefined) kinds.set(kind, (row = {label: WORDS[kind] ?? internalLabel(heap.detail(index)), memsize: 0, objects: 0}))
    row.objects++
    row.memsize += size
    if (kind !== 'iseq' || sites[index] === NO_SITE) continue
    const origin = originOf(siteTable.file(sites[index]))
    let whose = code.get(origin.name)
    if (whose === undefined) code.set(origin.name, (whose = {...origin, memsize: 0, objects: 0}))
    whose.objects++
    whose.memsize += size
  }

  const byMemsize = (a: {memsize: number; objects: number}, b: {memsize: number; objects: number}) => b.memsize - a.memsize || b.objects - a.objects
  return {
    code: takeTop([...code.values()].toSorted(byMemsize), options),
    kinds: Array.from(kinds, ([kind, row]) => ({kind, ...row})).toSorted(byMemsize),
    memsize,
    shapes: heap.tables.shapeTable.size,
    tooComplexObjects: heap.sweeps.countFlagged(FLAG.tooComplex, only),
  }
}

function kindOf(heap: Heap, index: number): string {
  return heap.columns.types[index] === TYPE.IMEMO ? (heap.detail(index) ?? 'IMEMO') : heap.typeName(index)
}
