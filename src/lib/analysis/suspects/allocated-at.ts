// The allocation sites of an accumulation, the app's own code first, because that is what the reader can change. If
// gems and Ruby allocated everything, the nearest site in the app is that of an object above it.
import type {HeapGraph} from '../../heap/heap-graph.js'
import {NONE} from '../../heap/columns.js'
import type {Heap} from '../../heap/heap.js'
import {NO_SITE} from '../../heap/site-table.js'
import {agentSites} from '../objects/agent-objects.js'
import {dominatorChain} from '../objects/labels.js'
import {siteOrigins} from '../objects/site-origins.js'
import {sampleOf} from '../objects/sample.js'

export type AllocatedAt = {
  readonly file: string
  readonly line: number | null
  readonly bytes: number
  readonly ofApp: boolean
}

const SITES_SHOWN = 5
/** The number of objects examined; sites repeat. */
const OBJECT_LIMIT = 400_000
/** Sites below this share of the accumulation are left out. */
const LEAST_SHARE = 0.02
const SAMPLE = 2000
/** The holder's own allocation site comes after the most important ones. */
const PLACE_OF_HOLDER = 2

type Row = AllocatedAt & {readonly site: number}

type Allocated = {
  readonly members: ArrayLike<number>
  /** The members that dominate all others. */
  readonly tops: ArrayLike<number>
  /** Its own site is reported too, and those above it if no member was allocated in the app. */
  readonly holder: number
  readonly membersFirst: boolean
}

/** The app's sites first; then the site of the members (`membersFirst`), then by bytes. Never the agent's. */
export function allocatedAt(
  graph: HeapGraph,
  {members, tops, holder, membersFirst}: Allocated,
): readonly AllocatedAt[] {
  const {heap} = graph
  const {sites} = heap.columns
  const {bytesBySite, met, total} = heap.scans.accumulations.sitesBelow(
    graph.retained,
    Int32Array.from(tops),
    OBJECT_LIMIT,
  )
  const ofMembers = membersFirst ? siteOfMembers(graph, members, tops) : NO_SITE
  const rows = tellingSites(heap, met, bytesBySite, ofMembers).map(site => row(graph, site, bytesBySite[site]))
  const isOfMembers = ({site}: Row) => site === ofMembers
  rows.sort(
    (a, b) => Number(b.ofApp) - Number(a.ofApp) || Number(isOfMembers(b)) - Number(isOfMembers(a)) || b.bytes - a.bytes,
  )
  const large = rows.filter(one => one.bytes >= total * LEAST_SHARE || isOfMembers(one))
  const [nearest] = rows
  if (holder === NONE || nearest?.ofApp) {
    // However little the app itself allocated, that is the line to change.
    const shown = large.some(({ofApp}) => ofApp) || !nearest?.ofApp ? large : [nearest, ...large]
    return withHolder(graph, shown.length > 0 ? shown : rows, holder).slice(0, SITES_SHOWN)
  }

  const above = dominatorChain(graph, holder)
    .toReversed()
    .filter(node => sites[node] !== NO_SITE)
    .map(node => row(graph, sites[node], 0))
    .filter(({ofApp}) => ofApp)
  return [...above.slice(0, 1), ...large].slice(0, SITES_SHOWN)
}

/**
 * Candidates to report: the sites with most bytes in the app and in gems, and the site of the members. Ruby's own code,
 * which nobody can change, only if there is nothing else.
 */
function tellingSites(
  heap: Heap,
  met: readonly number[],
  bytesBySite: Float64Array,
  ofMembers: number,
): readonly number[] {
  const {
    tables: {siteTable},
  } = heap
  const origins = siteOrigins(heap)
  const ofAgent = agentSites(heap)
  const [ofApp, ofOthers, ofRuby]: number[][] = [[], [], []]
  const keep = (most: number[], site: number) => {
    let place = most.length
    while (place > 0 && bytesBySite[most[place - 1]] < bytesBySite[site]) place--
    if (place === SITES_SHOWN) return
    most.splice(place, 0, site)
    if (most.length > SITES_SHOWN) most.pop()
  }

  for (const site of met) {
    if (ofAgent[site] === 1) continue
    const {kind} = origins[site]
    keep(
      kind === 'app' ? ofApp : kind === 'boot' && siteTable.file(site).startsWith('<internal:') ? ofRuby : ofOthers,
      site,
    )
  }

  const told = [...ofApp, ...ofOthers]
  if (told.length === 0) return ofRuby
  return told.includes(ofMembers) ||
    !met.includes(ofMembers) ||
    ofAgent[ofMembers] === 1 ||
    siteTable.file(ofMembers).startsWith('<internal:')
    ? told
    : [...told, ofMembers]
}

/**
 * The site of the members that retain most: it says more than the site of the strings inside them. For a chain, the
 * most frequent site.
 */
function siteOfMembers(
  {
    heap: {
      columns: {sites},
    },
    retainedSizes,
  }: HeapGraph,
  members: ArrayLike<number>,
  tops: ArrayLike<number>,
): number {
  const held = new Map<number, number>()
  const isChain = tops.length < members.length
  for (const node of sampleOf(members, SAMPLE))
    held.set(sites[node], (held.get(sites[node]) ?? 0) + (isChain ? 1 : retainedSizes[node]))
  return [...held].reduce((most, one) => (one[0] !== NO_SITE && one[1] > most[1] ? one : most), [NO_SITE, 0])[0]
}

function withHolder(graph: HeapGraph, rows: readonly Row[], holder: number): readonly Row[] {
  const site = holder === NONE ? NO_SITE : graph.heap.columns.sites[holder]
  if (site === NO_SITE || rows.some(one => one.site === site)) return rows
  const own = row(graph, site, 0)
  return own.ofApp ? rows.toSpliced(PLACE_OF_HOLDER, 0, own) : rows
}

function row({heap}: HeapGraph, site: number, bytes: number): Row {
  const file = heap.tables.siteTable.file(site)
  return {bytes, file, line: heap.tables.siteTable.line(site), ofApp: siteOrigins(heap)[site].kind === 'app', site}
}
