// Dumps of the bucket → what a trend keeps of each. One after the other: each heap is gone before the next one comes.
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
