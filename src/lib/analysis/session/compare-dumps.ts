// Two or three dumps → what grew. Only one heap is in memory at a time, each in its own worker; only snapshots of the
// earlier ones stay.
import {askWithTree, type DumpToRead} from './open-analysis.js'
import {hintLines, UserError} from '../../errors.js'
import {ignoreProgress, type OnProgress} from '../../progress.js'
import type {MemoryNode, TreeOptions} from '../browse/memory-tree.js'
import type {GrowthOptions, GrowthReport} from '../compare/growth.js'
import type {Snapshot} from '../compare/snapshot.js'

export type Compared = {
  readonly report: GrowthReport
  /** The memory maps of the first dump and the last; null: not requested. */
  readonly trees: readonly [MemoryNode, MemoryNode] | null
}

/** `dumps`: oldest first. `map`: null for none. Throws the errors of reading them. */
export async function compareDumps(
  dumps: readonly DumpToRead[],
  options: Omit<GrowthOptions, 'earlier'>,
  {map = null, onProgress = ignoreProgress}: {readonly map?: TreeOptions | null; readonly onProgress?: OnProgress} = {},
): Promise<Compared> {
  const progressOf =
    (at: number): OnProgress =>
    progress =>
      onProgress({...progress, phase: `${at + 1} of ${dumps.length}: ${progress.phase}`})
  const earlier: Snapshot[] = []
  const trees: MemoryNode[] = []
  for (const [at, dump] of dumps.slice(0, -1).entries()) {
    const {answer, tree} = await naming(dump, askWithTree(dump, 'snapshot', {}, at === 0 ? map : null, progressOf(at)))
    earlier.push(answer)
    if (tree !== null) trees.push(tree)
  }

  const last = dumps[dumps.length - 1]
  const asked = askWithTree(last, 'growth', {...options, earlier}, map, progressOf(dumps.length - 1))
  const {answer: report, tree} = await naming(last, asked)
  return {report, trees: tree === null ? null : [trees[0], tree]}
}

/** With several dumps, an error has to name the dump. */
export async function naming<Result>({source}: DumpToRead, reading: Promise<Result>): Promise<Result> {
  return reading.catch((error: unknown) => {
    if (!(error instanceof UserError) || error.message.includes(source)) throw error
    throw new UserError(`${source === '-' ? 'standard input' : source}: ${error.message}`, {
      cause: error,
      code: error.code,
      exit: error.exit,
      hint: hintLines(error.hint),
    })
  })
}
