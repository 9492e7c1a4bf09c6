// Selects the dumps to delete. Pure.
import type {StoredDump} from './store.js'

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
