// Garbage that is most of the process. Objects that have survived three GCs are freed by a major GC only, so that
// garbage can stay for long; young garbage goes with the next GC.
import {formatBytes, formatCount, formatShare} from '../../../units.js'
import {bytesOfParts} from '../../tables/process-parts.js'
import {type Cause, isMuch} from './cause.js'
import type {ProcessFacts} from './process-facts.js'

/** Between collections, a busy app has up to a third. */
const LEAST_SHARE = 0.4
/** The part of it that is old, if that is why it is there. */
const OLD_SHARE = 0.5

export function garbage({garbage: {objects, oldBytes}, memory}: ProcessFacts): Cause | null {
  const bytes = bytesOfParts(memory, 'garbage-slots', 'garbage-memory')
  if (!isMuch(bytes, memory) || bytes < memory.rssBytes * LEAST_SHARE) return null
  const isOld = oldBytes >= bytes * OLD_SHARE
  return {
    advice: isOld
      ? 'A major GC frees it, and Ruby then reuses the memory. If dumps keep showing this, find what keeps many objects for a while and drops them at once, and work in batches (find_each, CSV.foreach).'
      : 'No action needed: the next GC frees it, and Ruby reuses the memory. If dumps keep showing this, find what allocates so much at once, and work in batches.',
    assessment: {by: isOld ? 'waste' : 'normal'},
    bytes,
    evidence: [
      `${formatCount(objects)} objects that nothing refers to are ${formatShare(bytes / memory.rssBytes)} of the process`,
      oldBytes === 0
        ? 'none of it has survived three GCs'
        : `${formatBytes(oldBytes)} of it has survived three GCs: only a major GC frees that`,
    ],
    gain: isOld ? bytes : 0,
    growth: 'settled',
    owner: 'garbage',
    rule: 'garbage',
    title: `${formatBytes(bytes)} of the process is garbage`,
  }
}
