// What a process's history proves about a collection that a single dump leaves open.
import {type HistoryReport, LEAST_SECONDS, SETTLED_SECONDS} from './judge-history.js'

/** It may have slowed down to this part of its average rate. */
const SLOWED = 1 / 3
/** A dyno this full leaves no time to wait and see. */
const NEARLY_FULL = 0.9

/**
 * Whether a collection with old and new members can still be growing. `objects`: the members and everything they
 * dominate. Not if old objects have been so level that even a third of its rate would have shown.
 */
export function mayAccumulate({oldObjects: {ofGcs, spread, state}}: HistoryReport, objects: number): boolean {
  return state !== 'level' || ofGcs === null || spread === null || spread > objects * ofGcs * SLOWED
}

/** Objects added while the heap climbed, if it did so for longer than a cache takes to fill; null if unknown. */
export function provenGain({oldObjects: {gain, state}, processSeconds}: HistoryReport): number | null {
  return state === 'climbing' && processSeconds >= SETTLED_SECONDS ? gain : null
}

/** Whether a leak cannot be distinguished from filling caches yet, and there is time to find out. */
export function isTooYoung({processSeconds, quotaBytes, usedBytes}: HistoryReport): boolean {
  return (
    processSeconds < LEAST_SECONDS &&
    !(quotaBytes !== null && usedBytes !== null && usedBytes >= quotaBytes * NEARLY_FULL)
  )
}
