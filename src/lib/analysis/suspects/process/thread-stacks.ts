// Stacks of many threads, as far as they were touched.
import {formatBytes, formatCount} from '../../../units.js'
import {bytesOfParts} from '../../tables/process-parts.js'
import type {Cause} from './cause.js'
import type {ProcessFacts} from './process-facts.js'

/** A server and its libraries have a few dozen. */
const MANY = 60
const LEAST_BYTES = 10e6
const LEAST_SHARE = 0.1
/** A pool for one process. */
const ENOUGH = 16

export function threadStacks({memory}: ProcessFacts): Cause | null {
  const {rssBytes, stacks} = memory
  const bytes = bytesOfParts(memory, 'stacks')
  if (stacks === null || stacks.count < MANY || bytes < LEAST_BYTES || bytes < rssBytes * LEAST_SHARE) return null
  // Fibers have stacks too.
  const threads = Math.min(stacks.count, stacks.threads ?? stacks.count)
  const each = bytes / stacks.count
  const gain = bytes - each * ENOUGH
  return {
    advice:
      'Use pools of fixed size: RAILS_MAX_THREADS for Puma, concurrency for Sidekiq, max_threads for Concurrent Ruby. ' +
      `With ${ENOUGH} threads the stacks would take about ${formatBytes(each * ENOUGH)}.`,
    assessment: {by: 'waste'},
    bytes,
    evidence: [
      `${formatCount(stacks.count)} stacks, ${formatBytes(each)} of each touched`,
      `${formatBytes(stacks.reservedBytes)} of addresses are reserved for them; that costs nothing`,
    ],
    gain,
    growth: 'settled',
    owner: 'threads',
    rule: 'thread-stacks',
    title: `The stacks of ${formatCount(threads)} threads take ${formatBytes(bytes)}`,
  }
}
