// The questions that can be asked about dumps: each name maps to a function from subjects and plain options to a plain
// report. Everything that is sent to the worker and back is in this table.
import {
  type ListQuery,
  objectFacts,
  type ObjectFacts,
  objectPage,
  type ObjectPage,
  type ObjectQuery,
  sitePage,
  type SitePage,
  type SitesQuery,
} from '../browse/browse.js'
import {growth, type GrowthOptions, type GrowthReport} from '../compare/growth.js'
import {type Snapshot, takeSnapshot} from '../compare/snapshot.js'
import {heapSnapshot, type SnapshotFacts, type SnapshotOptions} from '../export/heap-snapshot.js'
import {stacks, type Stacks, type StacksOptions} from '../export/stacks.js'
import {explain, type Explanation, type ExplainOptions} from '../explain/explain.js'
import {type MemoryNode, memoryTree, type TreeOptions} from '../browse/memory-tree.js'
import {rowPaths, type RowPaths, type RowPathsQuery} from '../browse/row-paths.js'
import {type AnalysisReport, type DumpFacts, factsOf, report, type ReportOptions} from '../report/report.js'
import type {Subject} from '../objects/subject.js'
import type {RowOptions} from '../../tables-of-dump/table.js'
import {type TableAnswer, tableChunk, type TableQuery, type TableSizes, tableSizes} from './table-chunks.js'
import {type DumpAmounts, dumpAmounts} from '../compare/dump-amounts.js'
import {type DumpTally, tallyDump} from '../compare/tally-dump.js'

const QUESTIONS = {
  amounts: ([subject]: readonly Subject[], _options: object): DumpAmounts => dumpAmounts(subject),
  explain: ([subject]: readonly Subject[], options: ExplainOptions): Explanation => explain(subject, options),
  facts: ([subject]: readonly Subject[], _options: object): DumpFacts => factsOf(subject),
  growth: ([subject]: readonly Subject[], options: GrowthOptions): GrowthReport => growth(subject, options),
  heapSnapshot: ([subject]: readonly Subject[], options: SnapshotOptions): SnapshotFacts =>
    heapSnapshot(subject, options),
  object: ([subject]: readonly Subject[], query: ObjectQuery): ObjectFacts | null => objectFacts(subject, query),
  objects: ([subject]: readonly Subject[], query: ListQuery): ObjectPage => objectPage(subject, query),
  paths: ([subject]: readonly Subject[], query: RowPathsQuery): RowPaths => rowPaths(subject, query),
  report: ([subject]: readonly Subject[], options: ReportOptions): AnalysisReport => report(subject, options),
  sites: ([subject]: readonly Subject[], query: SitesQuery): SitePage => sitePage(subject, query),
  snapshot: ([subject]: readonly Subject[], _options: object): Snapshot => takeSnapshot(subject),
  table: ([subject]: readonly Subject[], query: TableQuery): TableAnswer => tableChunk(subject, query),
  tableSizes: ([subject]: readonly Subject[], _options: RowOptions): TableSizes => tableSizes(subject),
  stacks: ([subject]: readonly Subject[], options: StacksOptions): Stacks => stacks(subject, options),
  tree: ([subject]: readonly Subject[], options: TreeOptions): MemoryNode => memoryTree(subject, options),
  tally: ([subject]: readonly Subject[], _options: object): DumpTally => tallyDump(subject),
} as const

export type QuestionName = keyof typeof QUESTIONS
export type QuestionOptions<Name extends QuestionName> = Parameters<(typeof QUESTIONS)[Name]>[1]
export type Answer<Name extends QuestionName> = ReturnType<(typeof QUESTIONS)[Name]>

export function answer<Name extends QuestionName>(
  name: Name,
  subjects: readonly Subject[],
  options: QuestionOptions<Name>,
): Answer<Name> {
  const question = QUESTIONS[name] as (subjects: readonly Subject[], options: QuestionOptions<Name>) => Answer<Name>
  return question(subjects, options)
}
