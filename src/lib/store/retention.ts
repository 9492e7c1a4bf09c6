// Which dumps may go. Pure.
import type {StoredDump} from './store.js'

export type Retention = {
  /** The newest so many stay. */
  readonly keep: number | null
  /** And so do all that are younger. */
  readonly maxAgeMs: number | null
}

/** Dumps that neither rule keeps, oldest first. Never the newest complete one, and none whose upload is not over. */
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
