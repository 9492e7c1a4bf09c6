// Memory that native code uses beside all objects: it leaks, or it is large.
import {formatBytes, formatCount, formatShare} from '../../../units.js'
import {bytesOfParts} from '../../tables/process-parts.js'
import type {Cause} from './cause.js'
import type {NativeGem} from './native-gems.js'
import type {ProcessFacts} from './process-facts.js'

/** What Ruby and its libraries use in any process: tables of the VM, certificates, rounding. */
const USUAL_BYTES = 80e6
const LEAST_SHARE = 0.3
/** In a small process it is unusual from less on, if it is most of it. */
const UNUSUAL_BYTES = 40e6
const MOST_SHARE = 0.6
const LEAST_GROWTH = 20e6
const NAMED = 3

export function nativeMemory(facts: ProcessFacts): Cause | null {
  const {history, nativeGrowth, memory} = facts
  const bytes = bytesOfParts(memory, 'native', 'native-mapped')
  const free = bytesOfParts(memory, 'allocator-free')
  const share = bytes / memory.rssBytes
  const holders = gemsInWords(facts.nativeGems)
  const of = `${formatBytes(bytes)} (${formatShare(share)} of the process) is in use by native code, beside all objects`
  // Free memory in the allocator could explain the growth as well.
  if (nativeGrowth !== null && nativeGrowth >= LEAST_GROWTH && nativeGrowth - free >= nativeGrowth / 2) {
    const rate = history?.memory.perHour ?? null
    return {
      advice: fixNative(facts.nativeGems),
      assessment: {by: 'age'},
      bytes,
      evidence: [`at least ${formatBytes(nativeGrowth)} of the growth is neither objects nor free memory`, of, holders],
      gain: nativeGrowth,
      grownBytes: nativeGrowth,
      growth: 'growing',
      owner: 'native memory',
      rule: 'native-leak',
      title: `Native memory grows${rate === null ? '' : ` by ${formatBytes(rate)} an hour`}, and objects do not`,
    }
  }

  if (!(bytes >= USUAL_BYTES && share >= LEAST_SHARE) && !(bytes >= UNUSUAL_BYTES && share >= MOST_SHARE)) return null
  return {
    advice: `One dump cannot show whether it grows: compare it with a later one (heapdump:diff). ${prove(facts.nativeGems)}`,
    assessment: {by: 'age'},
    bytes,
    evidence: [of, holders],
    gain: bytes - UNUSUAL_BYTES,
    growth: 'settled',
    owner: 'native memory',
    rule: 'native-memory',
    title: `${formatBytes(bytes)} is in use outside Ruby's objects`,
  }
}

/** As a line of evidence. */
export function gemsInWords(gems: readonly NativeGem[]): string {
  if (gems.length === 0) return 'no C extension of a gem is loaded that allocates memory of its own'
  const named = gems.slice(0, NAMED).map(({gem, objects, version}) => {
    const [most] = objects
    const objectsInWords = most === undefined ? '' : `(${formatCount(most.count)} ${most.className})`
    return [gem, version, objectsInWords].filter(Boolean).join(' ')
  })
  const rest = gems.length - named.length
  const more = rest > 0 ? `, ${rest} more` : ''
  return `C extensions that allocate memory of their own, likeliest first: ${named.join(', ')}${more}`
}

/** How to find out which one it is. */
function prove(gems: readonly NativeGem[]): string {
  return (
    `To prove which: on a staging dyno, dump, run ${codeOf(gems)} a thousand times, dump again, and run heapdump:diff. ` +
    'If native memory grew and objects did not, it is that.'
  )
}

/** What to do about growth. */
export function fixNative(gems: readonly NativeGem[]): string {
  const [first] = gems
  const then =
    first === undefined || first.gem === 'fiddle'
      ? 'Then free what it allocates.'
      : `Then update ${first.gem}, search its issues for "leak", and close what it opens.`
  return `${prove(gems)} ${then} Until then, restart the dyno before it reaches its limit.`
}

function codeOf([first]: readonly NativeGem[]): string {
  if (first === undefined) return 'the suspected code'
  return first.gem === 'fiddle' ? 'the code that uses Fiddle' : `the code that uses ${first.gem}`
}
