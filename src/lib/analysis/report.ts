// The document of `heapdump:analyze --json`: all questions asked of one heap.
import type {ReadResult} from '../dump/read-heap.js'
import {type AllocationSite, allocationSites} from './allocation-sites.js'
import {classes, type ClassRow} from './classes.js'
import {type DuplicateString, duplicateStrings} from './duplicate-strings.js'
import {type GemRow, gems} from './gems.js'
import {type GenerationRow, generations} from './generations.js'
import type {AnalysisOptions} from './options.js'
import {type Totals, totals} from './totals.js'

export type DumpFacts = {
  /** What was read: a path, a key, `-`. */
  readonly source: string
  /** Bytes of the dump, uncompressed. */
  readonly bytes: number
  readonly truncated: boolean
  readonly malformedLines: number
  readonly recoveredLines: number
  /** True if any object knows where it was allocated. */
  readonly traced: boolean
}

export type Retainer = {
  readonly address: string
  readonly type: string
  readonly className: string
  readonly label: string
  readonly memsize: number
  readonly retainedSize: number
  readonly retainedObjects: number
  readonly dominator: string
}

export type Suspect = {
  readonly rule: string
  readonly severity: 'high' | 'medium' | 'low'
  readonly title: string
  readonly owner: string
  readonly retainedSize: number
  readonly share: number
  readonly evidence: readonly string[]
  readonly path: ReadonlyArray<{readonly address: string; readonly type: string; readonly className: string; readonly label: string}>
  readonly sites: ReadonlyArray<{readonly file: string; readonly line: number | null}>
  readonly advice: string
}

export type AnalysisReport = {
  readonly dump: DumpFacts
  readonly totals: Totals
  readonly generations: readonly GenerationRow[]
  readonly allocationSites: readonly AllocationSite[]
  readonly classes: readonly ClassRow[]
  readonly gems: readonly GemRow[]
  readonly duplicateStrings: readonly DuplicateString[]
  readonly retainers: readonly Retainer[]
  readonly suspects: readonly Suspect[]
}

export function report(source: string, read: ReadResult, options: AnalysisOptions): AnalysisReport {
  const {heap, ...facts} = read
  return {
    allocationSites: allocationSites(heap, options),
    classes: classes(heap, options),
    dump: {source, ...facts, traced: heap.tables.siteTable.size > 0},
    duplicateStrings: duplicateStrings(heap, options),
    gems: gems(heap, options),
    generations: generations(heap),
    retainers: [],
    suspects: [],
    totals: totals(heap),
  }
}
