// What a place shows: its lists, and the rows of the current one. The rows of the home screen come from the report; all
// others are requested from the analysis when they become visible.
import type {ListSource} from '../../../analysis/browse/browse.js'
import type {AnalysisReport} from '../../../analysis/report/report.js'
import {formatShortCount} from '../../../units.js'
import type {ObjectLists} from './object-lists.js'
import {
  filterRows,
  type Headers,
  HOME_HEADERS,
  type homeLists,
  OBJECT_HEADERS,
  objectRow,
  pathRows,
  type Row,
} from './rows.js'
import {HOME_TABS, listOf, type ListState, OBJECT_TABS, type Place} from './state.js'
import type {Tab} from './Tabs.js'

export type PlaceView = {
  readonly tabs: readonly Tab[]
  readonly headers: Headers
  /** null while unknown. */
  readonly total: number | null
  rowAt(index: number): Row | null
}

const NAMES: Readonly<Record<(typeof OBJECT_TABS)[number], string>> = {
  children: 'Dominates',
  path: 'Path to root',
  references: 'References',
  referrers: 'Referrers',
}

export type ViewInput = {
  readonly place: Place
  readonly report: AnalysisReport
  /** The report's lists, built once. */
  readonly home: ReturnType<typeof homeLists>
  readonly lists: ObjectLists
  /** Visible rows. */
  readonly first: number
  readonly last: number
}

export function placeView(input: ViewInput): PlaceView {
  const {place, home, report} = input
  const list = listOf(place)
  const {target} = place
  if (target === null) {
    const tabs = HOME_TABS.map(name => ({
      count: formatShortCount(home[name].length),
      name: name.charAt(0).toUpperCase() + name.slice(1),
    }))
    const tab = HOME_TABS[place.tab] ?? 'suspects'
    return fromRows(filterRows(home[tab], list.filter), HOME_HEADERS[tab], tabs)
  }

  switch (target.kind) {
    case 'suspect': {
      const open = report.suspects.slice(target.index, target.index + 1)
      return fromRows(
        filterRows(open.flatMap(pathRows).map(onStairs), list.filter),
        {numbers: [], text: 'Path to root'},
        [],
      )
    }

    case 'group':
      return fromLists(input, target.source, list, [])
    case 'object': {
      const tabs = OBJECT_TABS.map(name => ({count: '', name: NAMES[name]}))
      return fromLists(input, {address: target.address, kind: OBJECT_TABS[place.tab] ?? 'path'}, list, tabs)
    }
  }
}

const STEPS = 8

/** Indents each step of a path a little more, up to STEPS. */
function onStairs(row: Row, index: number): Row {
  return index === 0 ? row : {...row, before: `${'  '.repeat(Math.min(index, STEPS) - 1)}└ ${row.before}`.trimEnd()}
}

function fromRows(rows: readonly Row[], headers: Headers, tabs: readonly Tab[]): PlaceView {
  return {headers, rowAt: index => rows[index] ?? null, tabs, total: rows.length}
}

function fromLists(
  {lists, first, last}: ViewInput,
  source: ListSource,
  {filter}: ListState,
  tabs: readonly Tab[],
): PlaceView {
  const list = lists.list(source, filter, first, last)
  return {
    headers: OBJECT_HEADERS,
    rowAt: index => {
      const row = list.row(index)
      if (row === null) return null
      return source.kind === 'path' ? onStairs(objectRow(row), index) : objectRow(row)
    },
    tabs,
    total: list.total,
  }
}
