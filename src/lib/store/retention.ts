// Selects the dumps and summaries to delete. Pure.
import type {StoredDump} from './store.js'
import type {SummarizedKey} from './summary-key.js'

export type Retention = {
  /** Keep this many of the newest dumps. */
  readonly keep: number | null
  /** Keep all younger dumps too. */
  readonly maxAgeMs: number | null
}

/** Dumps that neither limit keeps, oldest first. Never the newest complete dump, nor one that is still being uploaded. */
export function dumpsToRemove(
  dumps: readonly StoredDump[],
  {keep, maxAgeMs}: Retention,
  nowMs: number,
): readonly StoredDump[] {
  const complete = dumps
    .filter(dump => dump.complete)
    .toSorted((a, b) => b.createdAt.localeCompare(a.createdAt) || b.key.localeCompare(a.key))
  return complete
    .slice(1)
    .filter((dump, index) => {
      const kept = keep !== null && index + 1 < keep
      const young = maxAgeMs !== null && nowMs - Date.parse(dump.createdAt) < maxAgeMs
      return !kept && !young
    })
    .toReversed()
}

/** Summaries outlive their dumps: they are a thousandth of the size, and show which release brought what. */
const SUMMARY_MS = 180 * 86_400_000

/** Summaries of dumps that are gone, from before that time. */
export function summariesToRemove(
  summaries: readonly SummarizedKey[],
  kept: readonly Pick<StoredDump, 'key'>[],
  nowMs: number,
): readonly SummarizedKey[] {
  const keys = new Set(kept.map(({key}) => key))
  return summaries.filter(({createdAt, key}) => !keys.has(key) && nowMs - Date.parse(createdAt) >= SUMMARY_MS)
}
