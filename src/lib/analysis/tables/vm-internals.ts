// Memory of the interpreter itself: compiled code, methods, inline caches, shapes. It is not a leak of the app's
// objects but the cost of its code: it grows with what is loaded and defined.
import {FLAG} from '../../heap/columns.js'
import type {Heap} from '../../heap/heap.js'
import {TYPE} from '../../heap/object-types.js'
import {NO_SITE} from '../../heap/site-table.js'
import type {Only} from '../../heap/scans/scan.js'
import type {Counts} from '../../heap/scans/tallies.js'
import {takeCensus} from './census.js'
import {compiledCodeOf} from '../objects/compiled-code.js'
import type {OriginKind} from '../objects/code-origin.js'
import {siteOrigins} from '../objects/site-origins.js'
import {internalLabel} from '../objects/labels.js'
import {type AnalysisOptions, onlyOf, takeTop} from '../objects/options.js'

export type InternalRow = {
  /** Ruby's name: `iseq`, `ment`, `callcache`; the type for objects other than IMEMOs. */
  readonly kind: string
  readonly label: string
  readonly objects: number
  readonly memsize: number
}

export type VmInternals = {
  /** IMEMOs by type, then classes, modules and symbols; by memsize. */
  readonly kinds: readonly InternalRow[]
  readonly memsize: number
  /** Code compiled while tracing, by where it comes from. */
  readonly code: ReadonlyArray<{
    readonly name: string
    readonly kind: OriginKind
    readonly objects: number
    readonly memsize: number
  }>
  /** Number of shapes (Ruby 3.2 and later). Each is one order in which objects got their instance variables. */
  readonly shapes: number
  /** Objects with too many variables, or too many orders of them, for shapes. */
  readonly tooComplexObjects: number
}

/** Counted by type; IMEMOs have their own types. */
const TYPES = [TYPE.CLASS, TYPE.MODULE, TYPE.ICLASS, TYPE.SYMBOL]

const WORDS: Readonly<Record<string, string>> = {
  CLASS: 'classes',
  ICLASS: 'included modules',
  MODULE: 'modules',
  SYMBOL: 'symbols created at run time',
}

export function vmInternals(heap: Heap, options: AnalysisOptions): VmInternals {
  const {texts} = heap.tables
  const only = onlyOf(heap, options)
  const imemos = heap.scans.tallies.by(heap.columns.details, texts.size, {only, types: [TYPE.IMEMO]})
  const {types} = takeCensus(heap, options)
  const kinds: InternalRow[] = []
  const add = (kind: string, label: string, {memsizes, objects}: Counts, at: number) => {
    if (objects[at] > 0) kinds.push({kind, label, memsize: memsizes[at], objects: objects[at]})
  }

  for (let text = 0; text < texts.size; text++) add(texts.text(text), internalLabel(texts.text(text)), imemos, text)
  add('IMEMO', internalLabel(null), imemos, texts.size)
  for (const type of TYPES) add(heap.tables.typeNames[type], WORDS[heap.tables.typeNames[type]], types, type)
  return {
    code: takeTop(codeByOrigin(heap, only), options),
    kinds: kinds.toSorted(byMemsize),
    memsize: kinds.reduce((sum, {memsize}) => sum + memsize, 0),
    shapes: heap.tables.shapeTable.size,
    tooComplexObjects: heap.scans.tallies.flagged(FLAG.tooComplex, only),
  }
}

function codeByOrigin(heap: Heap, only: Only): VmInternals['code'] {
  const {
    columns: {sites},
    memsizes,
  } = heap
  const code = new Map<string, {name: string; kind: OriginKind; objects: number; memsize: number}>()
  const origins = siteOrigins(heap)
  for (const index of compiledCodeOf(heap)) {
    if (sites[index] === NO_SITE || only?.[index] === 0) continue
    const origin = origins[sites[index]]
    let row = code.get(origin.name)
    if (row === undefined) code.set(origin.name, (row = {...origin, memsize: 0, objects: 0}))
    row.objects++
    row.memsize += memsizes[index]
  }

  return [...code.values()].toSorted(byMemsize)
}

function byMemsize(
  a: {readonly memsize: number; readonly objects: number},
  b: {readonly memsize: number; readonly objects: number},
): number {
  return b.memsize - a.memsize || b.objects - a.objects
}
