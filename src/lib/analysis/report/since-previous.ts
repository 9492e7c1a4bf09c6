// What grew since an earlier dump of the same process, without reading that dump: from its cached report, otherwise
// from what the agent recorded. heapdump:diff shows growth by class and line.
import {formatBytes, formatCount, formatDuration, formatSigned} from '../../units.js'
import {memoryGrowth, PART_NOUNS} from '../tables/memory-growth.js'
import {groupBytes, type PartGroup} from '../tables/part-groups.js'
import type {ProcessParts} from '../tables/process-parts.js'
import type {AnalysisReport} from './report.js'

export type SincePrevious = {
  readonly id: string
  readonly key: string
  readonly seconds: number
  /** `report`: the cached report of the earlier dump. `facts`: what the agent recorded about the process. */
  readonly comparedBy: 'report' | 'facts'
  /** Changes; null: unknown. */
  readonly memoryBytes: number | null
  readonly liveBytes: number | null
  readonly oldObjects: number | null
  /** The part of the process that most of its growth is in; null: unknown, or it did not grow noticeably. */
  readonly part: {readonly group: PartGroup; readonly bytes: number} | null
  /** The owner that gained most, of those in the earlier report. */
  readonly most: {readonly owner: string; readonly bytes: number} | null
}

/** A dump as the list shows it. */
export type ListedDump = {
  readonly id: string
  readonly key: string
  readonly createdAt: string
  readonly memoryBytes: number | null
}

type Compared = Pick<AnalysisReport, 'history' | 'dominators' | 'suspects' | 'totals'> & {
  readonly process: ProcessParts | null
}

/** Below this share of the growth, an owner does not explain it. */
const LEAST_SHARE = 0.2

export function sincePrevious(
  previous: ListedDump,
  dump: ListedDump,
  report: Compared,
  earlier: Compared | null,
): SincePrevious {
  const liveBytes = earlier === null ? null : liveOf(report) - liveOf(earlier)
  return {
    comparedBy: earlier === null ? 'facts' : 'report',
    id: previous.id,
    key: previous.key,
    liveBytes,
    memoryBytes:
      previous.memoryBytes === null || dump.memoryBytes === null ? null : dump.memoryBytes - previous.memoryBytes,
    most: earlier === null || liveBytes === null || liveBytes <= 0 ? null : mostGrown(report, earlier, liveBytes),
    oldObjects: oldObjectsSince(report, previous),
    part: earlier === null ? null : mostGrownPart(report, earlier),
    seconds: (Date.parse(dump.createdAt) - Date.parse(previous.createdAt)) / 1000,
  }
}

export function sincePreviousInWords({id, part, ...since}: SincePrevious): string {
  const {liveBytes, memoryBytes, most, oldObjects, seconds} = since
  const grown = part === null ? '' : ` (${formatBytes(part.bytes)} ${PART_NOUNS[part.group]})`
  const where = most === null ? '' : ` (${most.owner} ${formatSigned(most.bytes)})`
  const changes = [
    memoryBytes === null ? null : `process ${formatSigned(memoryBytes)}${grown}`,
    liveBytes === null ? null : `live objects ${formatSigned(liveBytes)}${where}`,
    liveBytes !== null || oldObjects === null ? null : `old objects ${formatSigned(oldObjects, formatCount)}`,
  ].filter(change => change !== null)
  const summary = changes.length === 0 ? 'changes unknown' : changes.join(', ')
  return `Since ${id}, taken ${formatDuration(seconds)} earlier: ${summary}.`
}

function liveOf({totals}: Compared): number {
  return totals.aliveMemsize
}

/** Cached reports of older versions do not have the parts. */
function mostGrownPart({process: now}: Compared, {process: before}: Compared): SincePrevious['part'] {
  if (!now || !before) return null
  const {cause, changes} = memoryGrowth(groupBytes(before), groupBytes(now)) ?? {cause: null}
  return cause === null ? null : {bytes: changes[cause], group: cause}
}

/**
 * Compares objects by address, which they keep while their process lives, and by name. A report has only the largest.
 */
function mostGrown(now: Compared, before: Compared, liveBytes: number): SincePrevious['most'] {
  const sizes = (report: Compared) => [
    ...report.dominators.map(({address, label, retainedSize}) => ({address, bytes: retainedSize, owner: label})),
    ...report.suspects.flatMap(({owner, path, retainedSize}) =>
      path.slice(-1).map(({address}) => ({address, bytes: retainedSize, owner})),
    ),
  ]
  const known = new Map(sizes(before).map(({address, bytes, owner}) => [`${address} ${owner}`, bytes]))
  const grown = sizes(now)
    .flatMap(({address, bytes, owner}) => {
      const size = known.get(`${address} ${owner}`)
      return size === undefined ? [] : [{bytes: bytes - size, owner}]
    })
    // An object near the root gains everything: the last one with most of the gain is the nearest.
    .filter(({bytes}) => bytes >= liveBytes * LEAST_SHARE)
  return (
    grown
      .toSorted((a, b) => b.bytes - a.bytes)
      .findLast(({bytes}) => bytes >= Math.max(...grown.map(one => one.bytes)) / 2) ?? null
  )
}

/** From the last major GC before the earlier dump to the last one before this dump. */
function oldObjectsSince({history}: Compared, {createdAt}: ListedDump): number | null {
  if (history === null) return null
  const then = (Date.parse(createdAt) - Date.parse(history.bootedAt)) / 1000
  const before = history.points.findLast(({oldObjects, seconds}) => oldObjects !== null && seconds <= then)
  const after = history.points.findLast(({oldObjects}) => oldObjects !== null)
  return before === undefined || after === undefined || after.majors === before.majors
    ? null
    : after.oldObjects! - before.oldObjects!
}
