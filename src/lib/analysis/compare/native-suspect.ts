// The suspect of a comparison whose growth is in no object.
import {formatBytes, formatShare} from '../../units.js'
import type {Suspect} from '../suspects/finding.js'
import type {NativeGem} from '../suspects/process/native-gems.js'
import {fixNative, gemsInWords} from '../suspects/process/native-memory.js'
import {rateInWords} from './rate.js'
import type {MemoryGrowth} from '../tables/memory-growth.js'

const HIGH_BYTES = 20e6
/** Free memory that native code took over. */
const LEAST_PAID = 5e6

/** Native memory that grew while objects did not: no owner is to blame, but a C extension may be. */
export function nativeSuspect(
  {bytes, cause, changes}: MemoryGrowth,
  gems: readonly NativeGem[],
  hours: number | null,
): Suspect | null {
  if (cause !== 'native') return null
  const {allocator, native, objects} = changes
  const paid = Math.min(native, -allocator)
  const rate = rateInWords(native, hours)
  const share = bytes <= 0 ? 1 : Math.min(1, native / bytes)
  return {
    advice: fixNative(gems),
    evidence: [
      `the process grew by ${formatBytes(Math.max(0, bytes))}, its live objects by ${formatBytes(Math.max(0, objects))}`,
      ...(paid >= LEAST_PAID ? [`${formatBytes(paid)} of it was free in malloc before`] : []),
      gemsInWords(gems),
    ],
    grownBytes: native,
    kind: 'leak',
    owner: 'native memory',
    ownerAddress: null,
    path: [],
    retainedSize: native,
    rule: 'native-leak',
    severity: native >= HIGH_BYTES ? 'high' : 'medium',
    share,
    sites: [],
    title:
      `Native memory grew by ${formatBytes(native)}${rate === null ? '' : `, ${rate}`}` +
      (share < 1 ? `, ${formatShare(share)} of the growth` : ''),
  }
}
