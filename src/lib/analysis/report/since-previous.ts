// What grew since an earlier dump of the same process, without reading that one: by the report that is remembered of
// it, else by what the agent has recorded. Growth by class and line is what comparing the two is for (heapdump:diff).
import {formatBytes, formatCount, formatDuration} from '../../units.js'
import type {AnalysisReport} from './report.js'

export type SincePrevious = {
  readonly id: string
  readonly key: string
  readonly seconds: number
  /** `report`: of the earlier dump, which was analyzed before. `facts`: what the agent recorded of the process. */
  readonly comparedBy: 'report' | 'facts'
  /** Changes; null unknown. */
  readonly memoryBytes: number | null
  readonly liveBytes: number | null
  readonly oldObjects: number | null
  /** What holds more now than anything else that the earlier report knows. */
  readonly most: {readonly owner: string; readonly bytes: number} | null
}

/** What a list of dumps says of one. */
export type ListedDump = {
  readonly id: string
  readonly key: string
  readonly createdAt: string
  readonly memoryBytes: number | null
}

type Compared = Pick<AnalysisReport, 'history' | 'dominators' | 'suspects' | 'totals'>

/** Of what came, less is no answer to "where". */
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
    seconds: (Date.parse(dump.createdAt) - Date.parse(previous.createdAt)) / 1000,
  }
}

export function sincePreviousInWords({id, liveBytes, memoryBytes, most, oldObjects, seconds}: SincePrevious): string {
  const where = most === null ? '' : ` (${most.owner} ${signed(most.bytes, formatBytes)})`
  const changes = [
    memoryBytes === null ? null : `process ${signed(memoryBytes, formatBytes)}`,
    liveBytes === null ? null : `live objects ${signed(liveBytes, formatBytes)}${where}`,
    liveBytes !== null || oldObjects === null ? null : `old objects ${signed(oldObjects, formatCount)}`,
  ].filter(change => change !== null)
  const told = changes.length === 0 ? 'nothing is known of what changed' : changes.join(', ')
  return `Since ${id}, taken ${formatDuration(seconds)} earlier: ${told}.`
}

function signed(change: number, format: (value: number) => string): string {
  return `${change < 0 ? '−' : '+'}${format(Math.abs(change))}`
}

function liveOf({totals}: Compared): number {
  return totals.aliveMemsize
}

/** By address, which objects keep while their process lives, and by name: a report has the largest alone. */
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
    // Whoever holds all has grown by all: the last one that has most of it is the nearest.
    .filter(({bytes}) => bytes >= liveBytes * LEAST_SHARE)
  return (
    grown
      .toSorted((a, b) => b.bytes - a.bytes)
      .findLast(({bytes}) => bytes >= Math.max(...grown.map(one => one.bytes)) / 2) ?? null
  )
}

/** From the last major GC before the earlier dump to the last one before this. */
function oldObjectsSince({history}: Compared, {createdAt}: ListedDump): number | null {
  if (history === null) return null
  const then = (Date.parse(createdAt) - Date.parse(history.bootedAt)) / 1000
  const before = history.points.findLast(({oldObjects, seconds}) => oldObjects !== null && seconds <= then)
  const after = history.points.findLast(({oldObjects}) => oldObjects !== null)
  return before === undefined || after === undefined || after.majors === before.majors
    ? null
    : after.oldObjects! - before.oldObjects!
}
