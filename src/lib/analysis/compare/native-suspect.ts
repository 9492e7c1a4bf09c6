// The suspect of a comparison whose growth is in no object.
import {formatBytes, formatShare} from '../../units.js'
import type {Suspect} from '../suspects/finding.js'
import type {NativeGem} from '../suspects/process/native-gems.js'
import {fixNative, gemsInWords} from '../suspects/process/native-memory.js'
import type {MemoryGrowth} from '../tables/memory-growth.js'

const HIGH_BYTES = 20e6

/** Native memory that grew while objects did not: no owner is to blame, but a C extension may be. */
export function nativeSuspect(
  {bytes, cause, changes}: MemoryGrowth,
  gems: readonly NativeGem[],
  hours: number | null,
): Suspect | null {
  if (cause !== 'native') return null
  const {native, objects} = changes
  const rate = hours === null || hours <= 0 ? '' : `, ${formatBytes(native / hours)} an hour`
  return {
    advice: fixNative(gems),
    evidence: [
      `the process grew by ${formatBytes(bytes)}, its live objects by ${formatBytes(Math.max(0, objects))}`,
      gemsInWords(gems),
    ],
    kind: 'leak',
    owner: 'native memory',
    ownerAddress: null,
    path: [],
    retainedSize: native,
    rule: 'native-leak',
    severity: native >= HIGH_BYTES ? 'high' : 'medium',
    share: Math.min(1, native / bytes),
    sites: [],
    title: `Native memory grew by ${formatBytes(native)}${rate}, ${formatShare(Math.min(1, native / bytes))} of the growth`,
  }
}
