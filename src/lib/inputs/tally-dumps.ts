// Stored dumps → a tally of each for a trend. Reads them one after another, so only one heap is in memory at a time.
import type {MemoryNode, TreeOptions} from '../analysis/browse/memory-tree.js'
import {naming} from '../analysis/session/compare-dumps.js'
import {askWithTree, historyOf} from '../analysis/session/open-analysis.js'
import type {DumpTally} from '../analysis/compare/tally-dump.js'
import {storedDump} from './named-dump.js'
import type {ProcessHistory} from '../process-history.js'
import type {OnProgress} from '../progress.js'
import type {Bucket} from '../store/open-bucket.js'
import type {StoredDump} from '../store/store.js'

export type Tallied = {
  readonly tallies: readonly DumpTally[]
  /** The memory maps of the first dump and the last; null: not requested, or no dump. */
  readonly trees: readonly [MemoryNode, MemoryNode] | null
  /** The history of the process until the last dump; null: not requested, or not recorded. */
  readonly history: ProcessHistory | null
}

export async function tallyDumps(
  dumps: readonly StoredDump[],
  bucket: Bucket,
  map: TreeOptions | null,
  onProgress: OnProgress,
): Promise<Tallied> {
  const tallies: DumpTally[] = []
  const trees: MemoryNode[] = []
  for (const [at, dump] of dumps.entries()) {
    const named = storedDump(dump, bucket)
    const onStep: OnProgress = step => onProgress({...step, phase: `${at + 1} of ${dumps.length}: ${step.phase}`})
    const isDrawn = at === 0 || at === dumps.length - 1
    const {answer, tree} = await naming(named, askWithTree(named, 'tally', {}, isDrawn ? map : null, onStep))
    tallies.push(answer)
    if (tree !== null) trees.push(tree)
  }

  const [first, last] = trees
  const newest = map === null ? undefined : dumps.at(-1)
  const history = newest === undefined ? null : await historyOf(storedDump(newest, bucket))
  return {history, tallies, trees: first === undefined || last === undefined ? null : [first, last]}
}
