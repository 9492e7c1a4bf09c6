// Growth of a process outside its Ruby objects.
import type {ProcessMemory} from '../tables/process-memory.js'
import type {HistoryReport} from './judge-history.js'

/** Below this share of the growth it is not reported. */
const LEAST_SHARE = 0.5

/**
 * The bytes of the memory growth that are certainly not in Ruby objects: all new heap pages, and everything objects
 * have outside their slots today, are attributed to objects. null: memory does not climb, or objects may account for
 * most of it.
 */
export function nativeGrowth(
  {memory, points, processSeconds}: HistoryReport,
  process: ProcessMemory,
  pageBytes: number,
): number | null {
  if (memory.state !== 'climbing' || memory.gain === null || memory.seconds === null) return null
  const from = processSeconds - memory.seconds
  const before =
    points.findLast(({pages, seconds}) => pages !== null && seconds <= from)?.pages ?? points[0]?.pages ?? 0
  const after = points.findLast(({pages}) => pages !== null)?.pages ?? before
  const ofObjects = Math.max(0, after - before) * pageBytes + process.besideBytes - process.threadStackBytes
  const native = Math.round(memory.gain - ofObjects)
  return native >= memory.gain * LEAST_SHARE ? native : null
}
