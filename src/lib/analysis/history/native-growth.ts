// Growth of a process that is not its Ruby objects'.
import type {ProcessMemory} from '../tables/process-memory.js'
import type {HistoryReport} from './judge-history.js'

/** Less than this part of the growth is nothing to speak of. */
const LEAST_SHARE = 0.5

/**
 * Of what memory has grown by, bytes that are surely no Ruby objects': as if all that objects have beside their slots
 * today had come meanwhile, and all new heap pages too. null: memory does not climb, or objects may be the most of it.
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
