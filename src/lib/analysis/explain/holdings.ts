// What an object holds, similar objects in one row, and what those hold: three levels, down to where the memory is.
import {type AlikeRow, AlikeRows} from '../objects/alike.js'
import {isAgents} from '../objects/agent-objects.js'
import {referenceLabel} from '../objects/labels.js'
import {takeTop} from '../objects/options.js'
import type {Subject} from '../objects/subject.js'
import {NO_SITE} from '../../heap/site-table.js'

export type Holding = AlikeRow & {
  /** Where most of them were allocated; null: not traced. */
  readonly site: {readonly file: string; readonly line: number | null} | null
  /** What they hold; empty if that is little, or below the third level. */
  readonly holds: readonly Holding[]
}

const LEVELS = 3
/** Rows below the first level, with at least this part of the memory above. */
const ROWS_BELOW = 2
const LEAST_SHARE = 0.1
/** Objects to visit at each level. */
const MOST_OBJECTS = 300_000

/** What an object immediately dominates; without the agent's objects, unless it is one itself. */
export function holdingsOf(subject: Subject, index: number, top: number): readonly Holding[] {
  const isOfAgent = isAgents(subject.heap, index)
  const isOthers = (child: number) => isOfAgent || !isAgents(subject.heap, child)
  return holdingsBelow(subject, [index], {isOthers, level: 1, top})
}

type Level = {readonly level: number; readonly top: number; readonly isOthers: (child: number) => boolean}

function holdingsBelow(subject: Subject, above: readonly number[], {isOthers, level, top}: Level): readonly Holding[] {
  const {heap, graph} = subject
  const {counts, ends, order} = graph.retained
  const rows = new AlikeRows(subject, level === 1 ? top : 1)
  const members = new Map<number, number[]>()
  let visited = 0
  for (const holder of above) {
    for (let at = ends[holder] - counts[holder] + 1; at < ends[holder]; at += counts[order[at]]) {
      const child = order[at]
      if (!isOthers(child)) continue
      const row = rows.add(child, referenceLabel(heap, holder, child), null)
      const list = members.get(row)
      if (list === undefined) members.set(row, [child])
      else list.push(child)
    }

    visited += counts[holder]
    if (level > 1 && visited > MOST_OBJECTS) return []
  }

  const whole = above.reduce((sum, holder) => sum + graph.retainedSizes[holder], 0)
  const large = rows.numberedRows().filter(({row}) => level === 1 || row.retainedSize >= whole * LEAST_SHARE)
  return takeTop(large, {top: level === 1 ? top : ROWS_BELOW}).map(({number, row}) => {
    const own = members.get(number) ?? []
    const goesOn = level < LEVELS && row.retainedSize >= whole * LEAST_SHARE
    const holds = goesOn ? holdingsBelow(subject, own, {isOthers, level: level + 1, top}) : []
    return {...row, holds, site: mainSite(subject, own)}
  })
}

/** The site with most of the objects; the first of several. */
function mainSite({heap}: Subject, members: readonly number[]): Holding['site'] {
  const {sites} = heap.columns
  const {siteTable} = heap.tables
  const counts = new Map<number, number>()
  for (const member of members)
    if (sites[member] !== NO_SITE) counts.set(sites[member], (counts.get(sites[member]) ?? 0) + 1)
  const [main] = [...counts].toSorted(([, a], [, b]) => b - a)
  return main === undefined ? null : {file: siteTable.file(main[0]), line: siteTable.line(main[0])}
}
