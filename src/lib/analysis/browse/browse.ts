// Browsing the heap: one object at a time, and lists of related objects, one page at a time. The first request for a
// list costs a pass or two over the objects; its pages then cost only what they show.
import {NONE} from '../../heap/columns.js'
import type {Heap} from '../../heap/heap.js'
import {referenceLabel, rootLabel} from '../objects/labels.js'
import {objectRow, type ObjectRow} from '../objects/object-rows.js'
import type {Subject} from '../objects/subject.js'
import {byClass, sitesBelow, type Group, type SiteTally} from './like-rows.js'
import {matching, withMatching} from './matching.js'
import {type ListSource, type MemberSource, membersOf} from './members.js'
import {largestMarked, largestOf, MOST_SORTED, type SizeName} from './rank.js'

export type {ListSource, RelatedSource} from './members.js'

export type ObjectQuery = {readonly address: string}

export type ObjectFacts = ObjectRow & {
  readonly retainedObjects: number
  /** False for garbage that has not been collected yet. */
  readonly alive: boolean
  /** `ROOT global variables`, if a root holds it directly. */
  readonly root: string | null
}

export type ListQuery = {
  readonly source: ListSource
  /** Part of a class name or an object's own name, or the start of an address; '' for all. */
  readonly filter: string
  readonly sort: SizeName | 'objects'
  /** One row for each class. */
  readonly isGrouped: boolean
  readonly offset: number
  readonly limit: number
}

export type LinkedRow = ObjectRow & {
  /** How it holds, or is held; null if there is no word for it. */
  readonly reference: string | null
  /** 1: the object itself; otherwise the number of objects of this class. Then the sizes are those of all of them. */
  readonly objects: number
}

export type ObjectPage = {
  readonly offset: number
  readonly rows: readonly LinkedRow[]
  /** Rows of the list: of more than 10,000, the largest 1,000. */
  readonly total: number
  /** Everything that matches the filter. */
  readonly matches: number
}

export type SitesQuery = {
  readonly address: string
  /** Part of a path or a line. */
  readonly filter: string
  readonly sort: 'objects' | 'shallow'
  readonly offset: number
  readonly limit: number
}

/** Where what an object keeps alive was allocated. The sizes of all rows add up to what it retains, if it was traced. */
export type SiteRow = {
  readonly file: string
  readonly line: number | null
  readonly objects: number
  readonly memsize: number
}

export type SitePage = {readonly offset: number; readonly rows: readonly SiteRow[]; readonly total: number}

/** null: the dump has no such object. */
export function objectFacts(subject: Subject, {address}: ObjectQuery): ObjectFacts | null {
  const {graph, heap} = subject
  const index = heap.find(address)
  if (index === NONE) return null
  return {
    ...objectRow(subject, index),
    alive: graph.isReachable(index),
    retainedObjects: graph.retainedCounts[index],
    root: rootLabel(heap, index),
  }
}

export function objectPage(subject: Subject, query: ListQuery): ObjectPage {
  const {source, offset, limit} = query
  const {rows, matches} = listOf(subject, query)
  const {heap, graph} = subject
  const before = (at: number, index: number) =>
    query.filter === '' ? rows[offset + at - 1]?.first : graph.pathFromRoot(index).at(-2)
  return {
    matches,
    offset,
    rows: rows.slice(offset, offset + limit).map(({first, objects, ...sizes}, at): LinkedRow => {
      const row = objectRow(subject, first)
      const reference = referenceOf(heap, source, first, before(at, first))
      return objects === 1
        ? {...row, objects, reference}
        : {...row, label: row.className, memsize: sizes.memsize, objects, reference, retainedSize: sizes.retainedSize}
    }),
    total: rows.length,
  }
}

export function sitePage(subject: Subject, {address, filter, sort, offset, limit}: SitesQuery): SitePage {
  const {siteTable} = subject.heap.tables
  let known = lastSites.get(subject)
  if (known?.address !== address) {
    known = {address, sites: sitesBelow(subject, subject.heap.find(address))}
    lastSites.set(subject, known)
  }

  const wanted = filter.toLowerCase()
  const rows = known.sites
    .toSorted((a, b) => (sort === 'objects' ? b.objects - a.objects : b.memsize - a.memsize) || a.site - b.site)
    .map(({site, memsize, objects}) => ({
      file: siteTable.file(site),
      line: siteTable.line(site),
      memsize,
      objects,
    }))
    .filter(({file, line}) => `${file}:${line ?? ''}`.toLowerCase().includes(wanted))
  return {offset, rows: rows.slice(offset, offset + limit), total: rows.length}
}

const lastSites = new WeakMap<Subject, {readonly address: string; readonly sites: readonly SiteTally[]}>()

function referenceOf(heap: Heap, source: ListSource, index: number, before: number | undefined): string | null {
  switch (source.kind) {
    case 'part':
      return referenceOf(heap, source.of, index, before)
    case 'path':
      return before === undefined ? rootLabel(heap, index) : referenceLabel(heap, before, index)
    case 'referrers':
      return referenceLabel(heap, index, heap.find(source.address))
    case 'references':
    case 'children':
      return referenceLabel(heap, heap.find(source.address), index)
    default:
      return null
  }
}

type Row = Pick<Group, 'first' | 'memsize' | 'objects' | 'retainedSize'>
type Listed = {readonly source: string; readonly members: Int32Array}
type Filtered = Listed & {readonly filter: string}
type Ranked = {readonly key: string; readonly rows: readonly Row[]; readonly matches: number}

type Known = {whole: Listed | null; filtered: Filtered | null; ranked: Ranked | null}

/** The last list: pages, filters and orders of the same list are requested one after another. */
const knownOf = new WeakMap<Subject, Known>()

function listOf(subject: Subject, query: ListQuery): Ranked {
  const known = knownOf.get(subject) ?? {filtered: null, ranked: null, whole: null}
  knownOf.set(subject, known)
  const {source, filter, sort, isGrouped} = query
  const key = JSON.stringify([source, filter, sort, isGrouped])
  if (known.ranked?.key === key) return known.ranked
  const rows = source.kind === 'all' ? searchAll(subject, query) : rank(subject, query, source, known)
  return (known.ranked = {...rows, key})
}

function searchAll(subject: Subject, {filter, sort}: ListQuery): Pick<Ranked, 'matches' | 'rows'> {
  const {heap} = subject
  const by = sort === 'shallow' ? 'shallow' : 'retained'
  const exact = /^0x/i.test(filter) ? heap.find(filter) : NONE
  if (exact !== NONE) return {matches: 1, rows: single(subject, [exact])}
  if (filter === '') return {matches: heap.count, rows: single(subject, largestMarked(subject, null, by))}
  return withMatching(subject, filter, marks => {
    const matches = heap.scans.marks.count(marks)
    if (matches > MOST_SORTED) return {matches, rows: single(subject, largestMarked(subject, marks, by))}
    const members = new Int32Array(matches)
    for (let index = marks.indexOf(1), at = 0; index !== -1; index = marks.indexOf(1, index + 1)) members[at++] = index
    return {matches, rows: single(subject, largestOf(subject, members, by))}
  })
}

function rank(
  subject: Subject,
  {filter, sort, isGrouped}: ListQuery,
  source: MemberSource,
  known: Known,
): Pick<Ranked, 'matches' | 'rows'> {
  const name = JSON.stringify(source)
  if (known.whole?.source !== name) known.whole = {members: membersOf(subject, source), source: name}
  if (known.filtered?.source !== name || known.filtered.filter !== filter)
    known.filtered = {filter, members: matching(subject, known.whole.members, filter), source: name}
  const {members} = known.filtered
  const matches = members.length
  if (source.kind === 'path') return {matches, rows: single(subject, members)}
  if (isGrouped) return {matches, rows: byClass(subject, members, sort)}
  return {matches, rows: single(subject, largestOf(subject, members, sort === 'shallow' ? 'shallow' : 'retained'))}
}

/** A row for each object. */
function single({graph, heap}: Subject, indexes: Iterable<number>): readonly Row[] {
  return Array.from(indexes, first => ({
    first,
    memsize: heap.memsize(first),
    objects: 1,
    retainedSize: graph.retainedSizes[first],
  }))
}
