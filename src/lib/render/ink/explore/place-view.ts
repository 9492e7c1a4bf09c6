// What a place shows: its lists, and the rows of the current one. The rows of the home screen come from the report; all
// others are requested from the analysis when they become visible.
import type {ListSource} from '../../../analysis/browse/browse.js'
import type {AnalysisReport} from '../../../analysis/report/report.js'
import {formatShortCount} from '../../../units.js'
import type {ObjectLists} from './object-lists.js'
import {
  filterRows,
  GROUP_HEADERS,
  type Headers,
  HOME_HEADERS,
  type homeLists,
  likeRow,
  OBJECT_HEADERS,
  objectRow,
  type Row,
  SITE_HEADERS,
  siteRow,
  sortRows,
} from './rows.js'
import {HOME_TABS, listOf, type ListState, OBJECT_TABS, type Place, sortNames} from './state.js'
import type {Tab} from './Tabs.js'

export type PlaceView = {
  readonly tabs: readonly Tab[]
  readonly headers: Headers
  /** The number of columns by which it can be sorted. */
  readonly sortable: number
  /** null while unknown. */
  readonly total: number | null
  /** Everything that matches; more than `total` if only the largest are listed. */
  readonly matches: number | null
  rowAt(index: number): Row | null
}

const NAMES: Readonly<Record<(typeof OBJECT_TABS)[number], string>> = {
  children: 'Keeps alive',
  path: 'Path',
  references: 'References',
  referrers: 'Held by',
  sites: 'Allocation sites',
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
  const {place, home} = input
  const {target} = place
  if (target === null) {
    const tabs = HOME_TABS.map(name => ({
      count: formatShortCount(home[name].length),
      name: name.charAt(0).toUpperCase() + name.slice(1),
    }))
    return homeView(input, HOME_TABS[place.tab] ?? 'suspects', tabs)
  }

  switch (target.kind) {
    case 'suspect':
      return fromRows([], {numbers: [], text: ''}, [])
    case 'group':
      return objectsView(input, target.source, [])
    case 'object': {
      const tabs = OBJECT_TABS.map(name => ({count: '', name: NAMES[name]}))
      const tab = OBJECT_TABS[place.tab] ?? 'path'
      return tab === 'sites'
        ? sitesView(input, target.address, tabs)
        : objectsView(input, {address: target.address, kind: tab}, tabs)
    }
  }
}

function homeView({home, place}: ViewInput, tab: (typeof HOME_TABS)[number], tabs: readonly Tab[]): PlaceView {
  const {filter, sort} = listOf(place)
  const rows = filterRows(home[tab], filter)
  const headers = HOME_HEADERS[tab]
  if (home[tab][0]?.sizes === undefined) return fromRows(rows, headers, tabs)
  return {...fromRows(sortRows(rows, sort), sorted(headers, sort), tabs), sortable: headers.numbers.length}
}

/** Marks the column that a list is sorted by. */
function sorted(headers: Headers, column: number): Headers {
  return {...headers, numbers: headers.numbers.map((name, at) => (at === column ? `▾${name}` : name))}
}

const STEPS = 8

/** Indents each step of a path a little more, up to STEPS. */
function onStairs(row: Row, index: number): Row {
  return index === 0 ? row : {...row, before: `${'  '.repeat(Math.min(index, STEPS) - 1)}└ ${row.before}`.trimEnd()}
}

function fromRows(rows: readonly Row[], headers: Headers, tabs: readonly Tab[]): PlaceView {
  return {
    headers,
    matches: rows.length,
    rowAt: index => rows[index] ?? null,
    sortable: 0,
    tabs,
    total: rows.length,
  }
}

function objectsView({lists, first, last, place}: ViewInput, source: ListSource, tabs: readonly Tab[]): PlaceView {
  const state: ListState = listOf(place)
  const {filter, isGrouped, sort} = state
  const list = lists.list(
    {of: 'objects', query: {filter, isGrouped, sort: sortNames(state)[sort] ?? 'retained', source}},
    first,
    last,
  )
  const rowAt = (index: number): Row | null => {
    const row = list.row(index)
    if (row === null || !('label' in row)) return null
    if (source.kind === 'path') return onStairs(objectRow(row), index)
    return isGrouped && 'address' in source ? likeRow(row, source) : objectRow(row)
  }
  const headers = isGrouped ? GROUP_HEADERS : OBJECT_HEADERS
  if (source.kind === 'path') return {...list, headers, rowAt, sortable: 0, tabs}
  // The rows are classes, but the matches are objects.
  const matches = isGrouped ? list.total : list.matches
  return {...list, headers: sorted(headers, sort), matches, rowAt, sortable: headers.numbers.length, tabs}
}

/** In the order of SITE_HEADERS. */
const SITE_SORTS = ['shallow', 'objects'] as const

function sitesView({lists, first, last, place}: ViewInput, address: string, tabs: readonly Tab[]): PlaceView {
  const {filter, sort} = listOf(place)
  const query = {address, filter, sort: SITE_SORTS[sort] ?? 'shallow'}
  const list = lists.list({of: 'sites', query}, first, last)
  return {
    ...list,
    headers: sorted(SITE_HEADERS, sort),
    rowAt: index => {
      const row = list.row(index)
      return row === null || 'label' in row ? null : siteRow(row, address)
    },
    sortable: SITE_SORTS.length,
    tabs,
  }
}
