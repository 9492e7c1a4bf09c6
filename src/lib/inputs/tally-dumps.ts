// Stored dumps → a tally of each for a trend. Reads them one after another, so only one heap is in memory at a time.
import {naming} from '../analysis/session/compare-dumps.js'
import {askOnce} from '../analysis/session/open-analysis.js'
import type {DumpTally} from '../analysis/compare/tally-dump.js'
import {storedDump} from './named-dump.js'
import type {OnProgress} from '../progress.js'
import type {Bucket} from '../store/open-bucket.js'
import type {StoredDump} from '../store/store.js'

export async function tallyDumps(
  dumps: readonly StoredDump[],
  bucket: Bucket,
  onProgress: OnProgress,
): Promise<DumpTally[]> {
  const tallies: DumpTally[] = []
  for (const [at, dump] of dumps.entries()) {
    const named = storedDump(dump, bucket)
    const onStep: OnProgress = step => onProgress({...step, phase: `${at + 1} of ${dumps.length}: ${step.phase}`})
    tallies.push(await naming(named, askOnce(named, 'tally', {}, onStep)))
  }

  return tallies
}
