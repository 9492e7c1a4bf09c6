// The document of `heapdump:analyze --json`: all questions asked of one heap.
import {NO_NODE} from '../graph/graph.js'
import {groupRetainedSizes} from '../graph/retained.js'
import {type AllocationSite, allocationSites} from './allocation-sites.js'
import {classes, type ClassRow} from './classes.js'
import {type DuplicateString, duplicateStrings} from './duplicate-strings.js'
import {type GemRow, gems} from './gems.js'
import {type GenerationRow, generations} from './generations.js'
import {ALL_GENERATIONS, type AnalysisOptions, generationFilter} from './options.js'
import {type Retainer, retainers} from './retainers.js'
import type {Subject} from './subject.js'
import {findSuspects} from './suspects/find-suspects.js'
import type {Suspect} from './suspects/finding.js'
import {type Totals, totals} from './totals.js'

export type DumpFacts = {
  /** What was read: a path, a key, `-`. */
  readonly source: string
  /** Bytes of the dump, uncompressed. */
  readonly bytes: number
  readonly truncated: boolean
  readonly malformedLines: number
  readonly recoveredLines: number
  /** Resident memory of the process when it was dumped; null where nobody knows. */
  readonly processBytes: number | null
  /** True if any object knows where it was allocated. */
  readonly traced: boolean
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

export function report(subject: Subject, options: AnalysisOptions): AnalysisReport {
  const {heap, graph} = subject
  const [retainedByClass, retainedBySite] = retainedByGroup(subject, options)
  return {
    allocationSites: allocationSites(heap, retainedBySite, options),
    classes: classes(subject, retainedByClass, options),
    dump: factsOf(subject),
    duplicateStrings: duplicateStrings(heap, options),
    gems: gems(heap, options),
    generations: generations(heap),
    retainers: retainers(graph, options),
    suspects: findSuspects(subject),
    totals: totals(graph),
  }
}

export function factsOf({source, read, processBytes}: Subject): DumpFacts {
  const {heap, ...facts} = read
  return {source, ...facts, processBytes, traced: heap.tables.siteTable.size > 0}
}

/** Retained size of each class and of each site, of the objects that the options let through. */
function retainedByGroup({heap, graph, classes: groups}: Subject, options: AnalysisOptions): Float64Array[] {
  const {generations: column, sites} = heap.columns
  const wanted = generationFilter(options)
  const only = (group: Int32Array) => (wanted === ALL_GENERATIONS ? group : group.map((value, index) => (column[index] === wanted ? value : NO_NODE)))
  return groupRetainedSizes(graph.tree, graph.children, graph.retainedSizes, [
    {groupCount: groups.names.length, groupOf: only(groups.groupOf)},
    {groupCount: heap.tables.siteTable.size, groupOf: only(sites)},
  ])
}
