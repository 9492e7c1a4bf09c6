// The lines that a pile came from: those of the app's own code first, for these a person can change. Where gems and Ruby allocated
// everything, the nearest line of the app is that of what holds it.
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
/** Objects of a pile that are looked at; sites repeat. */
const OBJECT_LIMIT = 400_000
/** Below this share of the pile a line is by the way. */
const LEAST_SHARE = 0.02
const SAMPLE = 2000
/** What holds the pile was allocated somewhere too: told after the lines that matter most. */
const PLACE_OF_HOLDER = 2

type Row = AllocatedAt & {readonly site: number}

type Allocated = {
  readonly members: ArrayLike<number>
  /** Those of the members that dominate all others. */
  readonly tops: ArrayLike<number>
  /** Asked where the pile itself has no line of the app; it is told where it was allocated, too. */
  readonly holder: number
  readonly membersFirst: boolean
}

/** The app's before others'; of these where the members were allocated (`membersFirst`), then what is in them by bytes. Never the agent's. */
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
    // However little of a pile the app itself allocated, that line is the one to change.
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
 * Of all the lines those that may be told: of the app's, and of others', the few with most bytes, and that of the
 * members. Ruby's own, which
 * nobody can change, only if there are no others.
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

/** Where the members that hold most were allocated: what they are made at says more than where their texts come from. Of a chain, where most were. */
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
