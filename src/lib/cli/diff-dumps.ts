// heapdump:diff: reads two or three dumps, and says what grew.
import type {MemoryNode, TreeOptions} from '../analysis/browse/memory-tree.js'
import {compareDumps} from '../analysis/session/compare-dumps.js'
import {historyOf} from '../analysis/session/open-analysis.js'
import {prepareDiff} from '../inputs/dumps-of-diff.js'
import type {NamedDumps} from '../inputs/named-dump.js'
import type {ProcessHistory} from '../process-history.js'
import type {OnProgress} from '../progress.js'
import {completeAdvice} from './complete-advice.js'
import {type DiffDocument, diffDocument} from './documents.js'

export type DumpDiff = {
  readonly document: DiffDocument
  /** Of the last dump; null: not recorded. */
  readonly history: ProcessHistory | null
  /** From the first dump to the second; null: unknown. */
  readonly hoursToSecond: number | null
  /** The memory maps of the first dump and the last; null: not requested. */
  readonly trees: readonly [MemoryNode, MemoryNode] | null
}

type Options = {
  /** null: no memory maps. */
  readonly map: TreeOptions | null
  /** The most rows of growth; 0 = all. */
  readonly rows: number
  readonly withProgress: <Result>(run: (onProgress: OnProgress) => Promise<Result>) => Promise<Result>
}

/** `found`: oldest first. Throws the UserErrors of prepareDiff, and those of reading. */
export async function diffDumps(found: NamedDumps, {map, rows, withProgress}: Options): Promise<DumpDiff> {
  const prepared = await prepareDiff(found)
  const {hours, movement} = prepared
  const options = {hours: movement === 'other-process' ? hours.map(() => null) : hours, movement, top: rows}
  const origin = found.find(dump => dump.origin.length > 0) ?? found[0]
  const [history, {report, trees}] = await Promise.all([
    historyOf(found.at(-1) ?? found[0]),
    withProgress(onProgress => compareDumps(found, options, {map, onProgress})),
  ])
  return {
    document: diffDocument(completeAdvice(report, origin), prepared, history),
    history,
    hoursToSecond: hours[0] ?? null,
    trees,
  }
}
