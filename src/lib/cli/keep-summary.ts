// After an analysis: stores the summary of the dump beside it, for heapdump:trend --by. The analysis is complete without.
import type {DumpSummary} from '../analysis/compare/dump-summary.js'
import {UserError} from '../errors.js'
import type {Bucket} from '../store/open-bucket.js'
import type {StoredDump} from '../store/store.js'

/** Returns why it was not stored, for who wants to know; null: it was, or there was nothing to store. */
export async function keepSummary(
  bucket: Bucket | null,
  stored: StoredDump | null,
  summary: DumpSummary | null,
): Promise<string | null> {
  if (bucket === null || stored === null || summary === null) return null
  const {writeSummary} = await import('../store/summaries.js')
  try {
    await writeSummary(bucket.store, stored, summary)
    return null
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return `The summary of ${stored.id} was not stored: ${error.message}`
  }
}
