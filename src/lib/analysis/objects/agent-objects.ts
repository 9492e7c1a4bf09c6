// The agent's own objects in the dump of a process that it runs in: its modules and their instances, its threads, what
// its files allocated, and everything that only these hold. They do not belong to the app, so no table, suspect,
// comparison, map or next step shows them unless they are requested by name. Totals count them. Only this file decides
// what belongs to the agent.
import {NONE} from '../../heap/columns.js'
import type {Heap} from '../../heap/heap.js'
import {TYPE} from '../../heap/object-types.js'
import {recordsOf} from '../../heap/ownership.js'
import {onceAHeap} from '../../heap/once-a-heap.js'
import {classesOf} from './class-groups.js'
import {isNamedModule, moduleName} from './class-names.js'
import type {AnalysisOptions} from './options.js'
import {givenName} from './thread-names.js'

const MODULE = 'Heapdump'
const NAME = /^Heapdump(?:::|$)/
/** `heapdump leader`: its threads are named after their task. */
const THREAD = /^heapdump\b/
/** Its files, as installed by the buildpack, outside Heroku, and by `setup --vendor`. */
const FILE = /\/(?:\.heroku\/heapdump|\.heapdump\/agent|vendor\/heapdump)\//

/** What ObjectSpace.reachable_objects_from returns for an internal object. */
const WRAPPER = 'ObjectSpace::InternalObjectWrapper'

export type AgentObjects = {
  /** Includes garbage. */
  readonly indexes: readonly number[]
  /** 1 for each of them; null if there are none. */
  readonly mask: Uint8Array | null
}

export function isAgentName(name: string): boolean {
  return NAME.test(name)
}

export function isAgentFile(file: string): boolean {
  return FILE.test(file)
}

/** At most one pass over two columns, and one byte per object if there are any. */
export const agentObjects = onceAHeap((heap): AgentObjects => {
  const sites = agentSites(heap)
  const hasSites = sites.includes(1)
  // A dump that was not taken by the agent has none of its objects.
  if (heap.tables.texts.find(MODULE) === NONE && !hasSites) return {indexes: [], mask: null}
  const allocated = hasSites ? membersOf(heap.columns.sites, sites) : []
  const tops = [...modules(heap), ...instances(heap), ...allocated, ...wrappers(heap)]
  if (tops.length === 0) return {indexes: [], mask: null}
  const mask = new Uint8Array(heap.count)
  for (const top of tops) mask[top] = 1
  for (const thread of heap.natives('VM/thread')) {
    if (mask[thread] === 1 || !(runsOf(heap, thread, mask) || THREAD.test(givenName(heap, thread) ?? ''))) continue
    mask[thread] = 1
    tops.push(thread)
  }

  const {counts, ends, order} = heap.graph.retained
  let done = 0
  // Everything a node dominates directly follows it.
  for (const top of tops.toSorted((a, b) => ends[a] - counts[a] - (ends[b] - counts[b]))) {
    if (counts[top] === 0) continue
    for (let place = Math.max(done, ends[top] - counts[top]); place < ends[top]; place++) mask[order[place]] = 1
    done = Math.max(done, ends[top])
  }

  const indexes: number[] = []
  for (let index = mask.indexOf(1); index !== NONE; index = mask.indexOf(1, index + 1)) indexes.push(index)
  return {indexes, mask}
})

export function isAgents(heap: Heap, index: number): boolean {
  return agentObjects(heap).mask?.[index] === 1
}

/** Options that leave out the agent's objects; the same options if there are none. */
export function withoutAgents(heap: Heap, options: AnalysisOptions): AnalysisOptions {
  const {indexes, mask} = agentObjects(heap)
  if (mask === null) return options
  const only = options.only?.slice() ?? new Uint8Array(heap.count).fill(1)
  for (const index of indexes) only[index] = 0
  return {...options, only}
}

function modules(heap: Heap): number[] {
  const named = [...heap.scans.select.ofTypes([TYPE.CLASS, TYPE.MODULE])].filter(index => isNamedModule(heap, index))
  return named.filter(index => isAgentName(moduleName(heap, index)))
}

function instances(heap: Heap): number[] {
  const {groupOf, names} = classesOf(heap)
  return membersOf(
    groupOf,
    Uint8Array.from(names, name => (isAgentName(name) ? 1 : 0)),
  )
}

/** Objects that Ruby created for the record of a stack, instead of internal objects. An app may create others. */
function wrappers(heap: Heap): number[] {
  const {edges, firstEdge} = heap.columns
  const {groupOf, names} = classesOf(heap)
  const group = names.indexOf(WRAPPER)
  if (group === -1) return []
  return [...recordsOf(heap).stacks.values()].flatMap(list =>
    [...edges.subarray(firstEdge[list], firstEdge[list + 1])].filter(item => item !== NONE && groupOf[item] === group),
  )
}

/** 1 for each site in one of the agent's files. */
export const agentSites = onceAHeap(({tables: {siteTable}}): Uint8Array => {
  const {files, size} = siteTable
  const areAgents = new Uint8Array(size)
  const ofFile = Array.from({length: files.size}, (_, file) => isAgentFile(files.text(file)))
  if (!ofFile.includes(true)) return areAgents
  return areAgents.map((_, site) => (ofFile[siteTable.fileId(site)] ? 1 : 0))
})

/** `isWanted`: 1 for each wanted group. */
function membersOf(groupOf: Int32Array, isWanted: Uint8Array): number[] {
  const members: number[] = []
  for (let index = 0; index < groupOf.length; index++) {
    if (groupOf[index] !== NONE && isWanted[groupOf[index]] === 1) members.push(index)
  }

  return members
}

/** Whether the thread runs a block of the agent: it refers to the block, and the block to its `self`. */
function runsOf(heap: Heap, thread: number, mask: Uint8Array): boolean {
  const {edges, firstEdge} = heap.columns
  const targetsOf = (index: number) => edges.subarray(firstEdge[index], firstEdge[index + 1])
  const isOf = (block: number) => targetsOf(block).some(self => self !== NONE && mask[self] === 1)
  return targetsOf(thread).some(block => block !== NONE && heap.detail(block) === 'proc' && isOf(block))
}
