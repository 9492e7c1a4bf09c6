// What the interpreter itself keeps: compiled code, methods, inline caches, shapes. No leak of an app's objects, but the price of its
// code: it grows with what is loaded and defined.
import {FLAG, type Heap} from '../heap/heap.js'
import {TYPE} from '../heap/object-types.js'
import {NO_SITE} from '../heap/site-table.js'
import {originOf, type OriginKind} from './code-origin.js'
import {internalLabel} from './labels.js'
import {type AnalysisOptions, filterOf, takeTop} from './options.js'

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

/** By type: what `kindOf` has a word for. */
const INTERNAL = new Uint8Array(256)
for (const type of [TYPE.IMEMO, TYPE.CLASS, TYPE.MODULE, TYPE.ICLASS, TYPE.SYMBOL]) INTERNAL[type] = 1

const WORDS: Readonly<Record<string, string>> = {CLASS: 'classes', ICLASS: 'included modules', MODULE: 'modules', SYMBOL: 'symbols made at run time'}

export function vmInternals(heap: Heap, options: AnalysisOptions): VmInternals {
  const {sites, flags, types} = heap.columns
  const {siteTable} = heap.tables
  const kinds = new Map<string, {label: string; objects: number; memsize: number}>()
  const code = new Map<string, {name: string; kind: OriginKind; objects: number; memsize: number}>()
  let memsize = 0
  let tooComplexObjects = 0
  const count = (index: number) => {
    if ((flags[index] & FLAG.tooComplex) !== 0) tooComplexObjects++
    const kind = kindOf(heap, index)
    if (kind === null) return
    const size = heap.memsize(index)
    memsize += size
    let row = kinds.get(kind)
    if (row === undefined) kinds.set(kind, (row = {label: WORDS[kind] ?? internalLabel(heap.detail(index)), memsize: 0, objects: 0}))
    row.objects++
    row.memsize += size
    if (kind !== 'iseq' || sites[index] === NO_SITE) return
    const origin = originOf(siteTable.file(sites[index]))
    let whose = code.get(origin.name)
    if (whose === undefined) code.set(origin.name, (whose = {...origin, memsize: 0, objects: 0}))
    whose.objects++
    whose.memsize += size
  }

  const isIn = filterOf(heap, options)
  for (let index = 0; index < heap.count; index++) {
    if ((INTERNAL[types[index]] === 1 || (flags[index] & FLAG.tooComplex) !== 0) && isIn(index)) count(index)
  }

  const byMemsize = (a: {memsize: number; objects: number}, b: {memsize: number; objects: number}) => b.memsize - a.memsize || b.objects - a.objects
  return {
    code: takeTop([...code.values()].toSorted(byMemsize), options),
    kinds: Array.from(kinds, ([kind, row]) => ({kind, ...row})).toSorted(byMemsize),
    memsize,
    shapes: heap.tables.shapeTable.size,
    tooComplexObjects,
  }
}

function kindOf(heap: Heap, index: number): string | null {
  switch (heap.columns.types[index]) {
    case TYPE.IMEMO:
      return heap.detail(index) ?? 'IMEMO'
    case TYPE.CLASS:
    case TYPE.MODULE:
    case TYPE.ICLASS:
    case TYPE.SYMBOL:
      return heap.typeName(index)
    default:
      return null
  }
}
