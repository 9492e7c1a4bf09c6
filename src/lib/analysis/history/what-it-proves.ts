// What the past of a process proves of a collection that one dump leaves open.
import {type HistoryReport, LEAST_SECONDS, SETTLED_SECONDS} from './judge-history.js'

/** It may have slowed down to this part of how fast it came on the whole. */
const SLOWED = 1 / 3
/** A dyno that is this full has no time to wait and see. */
const NEARLY_FULL = 0.9

/**
 * Whether a collection with old and new members can still be growing: with all that they dominate, so many objects. Not
 * if old objects have been level, so closely that even a third of its pace would have shown.
 */
export function mayAccumulate({oldObjects: {ofGcs, spread, state}}: HistoryReport, objects: number): boolean {
  return state !== 'level' || ofGcs === null || spread === null || spread > objects * ofGcs * SLOWED
}

/**
 * Objects that have come while the heap climbed, if it did so for longer than a cache takes to fill; null if that is
 * not known.
 */
export function provenGain({oldObjects: {gain, state}, processSeconds}: HistoryReport): number | null {
  return state === 'climbing' && processSeconds >= SETTLED_SECONDS ? gain : null
}

/** It can not be told from a process that fills its caches, and there is time to find out. */
export function isTooYoung({processSeconds, quotaBytes, usedBytes}: HistoryReport): boolean {
  return (
    processSeconds < LEAST_SECONDS &&
    !(quotaBytes !== null && usedBytes !== null && usedBytes >= quotaBytes * NEARLY_FULL)
  )
}
