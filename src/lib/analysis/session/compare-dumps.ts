// Two or three dumps → what grew. Only one heap is in memory at a time, each in its own worker; only snapshots of the
// earlier ones stay.
import {askOnce, type DumpToRead} from './open-analysis.js'
import {hintLines, UserError} from '../../errors.js'
import {ignoreProgress, type OnProgress} from '../../progress.js'
import type {GrowthOptions, GrowthReport} from '../compare/growth.js'
import type {Snapshot} from '../compare/snapshot.js'

/** `dumps`: oldest first. Throws the errors of reading them. */
export async function compareDumps(
  dumps: readonly DumpToRead[],
  options: Omit<GrowthOptions, 'earlier'>,
  onProgress: OnProgress = ignoreProgress,
): Promise<GrowthReport> {
  const progressOf =
    (at: number): OnProgress =>
    progress =>
      onProgress({...progress, phase: `${at + 1} of ${dumps.length}: ${progress.phase}`})
  const earlier: Snapshot[] = []
  for (const [at, dump] of dumps.slice(0, -1).entries())
    earlier.push(await naming(dump, askOnce(dump, 'snapshot', {}, progressOf(at))))
  const last = dumps[dumps.length - 1]
  return naming(last, askOnce(last, 'growth', {...options, earlier}, progressOf(dumps.length - 1)))
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
