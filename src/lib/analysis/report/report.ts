// The document of `heapdump:analyze --json`: everything the analysis says about one heap.
import type {ReadResult} from '../../dump/read-heap.js'
import {NO_NODE} from '../../graph/graph.js'
import {groupRetainedSizes} from '../../graph/retained.js'
import {withoutAgents} from '../objects/agent-objects.js'
import {type AllocationSite, allocationSites, isAskedFor} from '../tables/allocation-sites.js'
import {largest} from '../tables/largest.js'
import {classes, type ClassRow} from '../tables/classes.js'
import {collections, type Collections} from '../tables/collections.js'
import {type DuplicateString, duplicateStrings} from '../tables/duplicate-strings.js'
import {type GemRow, gems} from '../tables/gems.js'
import {type GenerationRow, generations, survivors} from '../tables/generations.js'
import {maskText} from './mask-text.js'
import {heapPages, type HeapPages} from '../tables/heap-pages.js'
import type {HistoryReport} from '../history/judge-history.js'
import {nativeGrowth} from '../history/native-growth.js'
import {type MergedStep, mergedPaths} from '../objects/merged-paths.js'
import type {ObjectRow} from '../objects/object-rows.js'
import {objectTypes, type TypeRow} from '../tables/object-types.js'
import {type AnalysisOptions, eachObject, onlyOf} from '../objects/options.js'
import {processMemory, type ProcessMemory} from '../tables/process-memory.js'
import {processParts, type ProcessParts} from '../tables/process-parts.js'
import {type Dominator, dominators} from '../tables/dominators.js'
import {selected, type Selection} from './selection.js'
import {NONE} from '../../heap/columns.js'
import type {SincePrevious} from './since-previous.js'
import type {Subject} from '../objects/subject.js'
import {findSuspects} from '../suspects/find-suspects.js'
import type {Suspect} from '../suspects/finding.js'
import {type ThreadGroup, threadGroups, threads, type ThreadRow} from '../objects/threads.js'
import {type Totals, totals} from '../tables/totals.js'
import {vmInternals, type VmInternals} from '../tables/vm-internals.js'
import {heldBy} from '../tables/held-by.js'

export type DumpFacts = {
  /** The input: a path, a key, or `-` for standard input. */
  readonly source: string
  /** Bytes of the dump, uncompressed. */
  readonly bytes: number
  readonly truncated: boolean
  readonly malformedLines: number
  readonly recoveredLines: number
  /** Objects at an address that an earlier object in the file has too: the file may be two dumps, or one twice. */
  readonly repeatedObjects: number
  /** Kinds of names of which the dump has too many: the rest of each are grouped as `(other)`. */
  readonly folded: ReadResult['folded']
  /** A fault in the gzip data; null: none. */
  readonly gzipFault: ReadResult['gzipFault']
  /** Resident memory of the process when it was dumped; null: unknown. */
  readonly processBytes: number | null
  /** True if any object has an allocation site. */
  readonly traced: boolean
  /**
   * Many referenced objects are missing: the dump has only objects since a GC, or was filtered. It cannot show what
   * holds what.
   */
  readonly partial: boolean
}

export type AnalysisReport = {
  readonly dump: DumpFacts
  /** Strings are masked (maskText). */
  readonly masked: boolean
  readonly totals: Totals
  readonly generations: readonly GenerationRow[]
  /** Live objects by generation. */
  readonly survivors: readonly GenerationRow[]
  readonly allocationSites: readonly AllocationSite[]
  /** The first of these sites without those of start-up; null unless only live objects are requested. */
  readonly allocatedAt: readonly AllocationSite[] | null
  readonly classes: readonly ClassRow[]
  readonly gems: readonly GemRow[]
  readonly duplicateStrings: readonly DuplicateString[]
  readonly dominators: readonly Dominator[]
  /** The classes, modules and threads that hold most. */
  readonly heldBy: readonly Dominator[]
  readonly suspects: readonly Suspect[]
  /** The process's history as the agent recorded it; null: not recorded. */
  readonly history: (HistoryReport & {readonly nativeBytes: number | null}) | null
  /** The objects that the options select; null: all. */
  readonly selection: Selection | null
  /** Changes since an earlier dump of the process; null: there is none, or it was not looked for. */
  readonly sincePrevious: SincePrevious | null
  readonly types: readonly TypeRow[]
  readonly largest: readonly ObjectRow[]
  readonly collections: Collections
  readonly threads: readonly ThreadRow[]
  /** The same by name: a pool is one row. */
  readonly threadGroups: readonly ThreadGroup[]
  readonly vm: VmInternals
  readonly pages: HeapPages
  readonly memory: ProcessMemory
  /** Where the resident memory of the process is; null: not recorded. */
  readonly process: ProcessParts | null
  /** Shortest paths from the roots to the selected objects; null if not requested. */
  readonly paths: readonly MergedStep[] | null
}

export type ReportOptions = AnalysisOptions & {
  /** Mask the app's strings, so that the report may be stored and shared. */
  readonly masked?: boolean
  /** Include paths to the selected objects. Without a selection this takes a second per million objects. */
  readonly paths?: boolean
}

/** Throws the UserErrors of `selected`. */
export function report(subject: Subject, {paths = false, masked = false, ...asked}: ReportOptions): AnalysisReport {
  const {heap, graph} = subject
  const {options, selection} = selected(subject, asked)
  const [retainedByClass, retainedBySite] = retainedByGroup(subject, options)
  // Tables of single objects leave out the agent's.
  const listed = options.ofAgent === true ? options : withoutAgents(heap, options)
  return {
    allocatedAt: options.aliveOnly === true ? allocationSites(heap, retainedBySite, options, isAskedFor) : null,
    allocationSites: allocationSites(heap, retainedBySite, options),
    largest: largest(subject, listed),
    classes: classes(subject, retainedByClass, options),
    collections: collections(subject, listed),
    dump: factsOf(subject),
    duplicateStrings: duplicateStrings(heap, options, masked ? maskText() : undefined),
    gems: gems(heap, options),
    generations: generations(heap, options),
    heldBy: heldBy(subject, listed),
    history: pastOf(subject),
    masked,
    memory: processMemory(subject),
    pages: heapPages(heap, options),
    paths: paths ? pathsOf(subject, listed) : null,
    process: processParts(subject),
    dominators: dominators(graph, listed),
    selection,
    sincePrevious: null,
    suspects: findSuspects(subject),
    survivors: survivors(heap, options),
    threadGroups: threadGroups(subject, listed),
    threads: threads(subject, listed),
    totals: totals(graph),
    types: objectTypes(heap, options),
    vm: vmInternals(heap, listed),
  }
}

function pastOf(subject: Subject): AnalysisReport['history'] {
  const {heap, history} = subject
  return history && {...history, nativeBytes: nativeGrowth(history, processMemory(subject), 2 ** heap.pageBits)}
}

export function factsOf({source, read, processBytes}: Subject): DumpFacts {
  const {heap, ...facts} = read
  return {source, ...facts, partial: isPartial(heap), processBytes, traced: heap.tables.siteTable.size > 0}
}

/** The share of references to objects that are not in the dump. A complete dump has almost none. */
const MISSING = 0.1
const REFERENCES_SEEN = 100_000

function isPartial({columns: {edges, roots}}: Subject['heap']): boolean {
  const step = Math.max(1, Math.floor(edges.length / REFERENCES_SEEN))
  let missing = 0
  let seen = 0
  for (let at = 0; at < edges.length; at += step) {
    seen++
    if (edges[at] === NONE) missing++
  }

  return roots.length === 0 || missing > seen * MISSING
}

function pathsOf(subject: Subject, options: AnalysisOptions): readonly MergedStep[] {
  const members: number[] = []
  eachObject(subject.heap, options, index => {
    if (subject.graph.isReachable(index)) members.push(index)
  })
  return mergedPaths(subject, members, options.top)
}

/** Retained size of each class and of each site, for the selected objects. */
export function retainedByGroup({heap, graph, classes: groups}: Subject, options: AnalysisOptions): Float64Array[] {
  const {sites} = heap.columns
  const mask = onlyOf(heap, options)
  const only = (group: Int32Array) =>
    mask === null ? group : group.map((value, index) => (mask[index] === 1 ? value : NO_NODE))
  return groupRetainedSizes(
    graph.retained,
    [
      {groupCount: groups.names.length, groupOf: only(groups.groupOf)},
      {groupCount: heap.tables.siteTable.size, groupOf: only(sites)},
    ],
    graph.scratch,
  )
}
