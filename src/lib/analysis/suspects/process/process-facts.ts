// What the rules about a process's memory look at: its parts, Ruby's heap pages, its history, and who could use native
// memory.
import {FLAG, NONE} from '../../../heap/columns.js'
import type {Heap} from '../../../heap/heap.js'
import {TYPE} from '../../../heap/object-types.js'
import type {MemoryRecord} from '../../../memory-record.js'
import type {HistoryReport} from '../../history/judge-history.js'
import {nativeGrowth} from '../../history/native-growth.js'
import {isAgents} from '../../objects/agent-objects.js'
import {aliveMask} from '../../objects/alive.js'
import type {Subject} from '../../objects/subject.js'
import {heapPages, type HeapPages} from '../../tables/heap-pages.js'
import {sortMappings} from '../../tables/mappings.js'
import {objectBytes} from '../../tables/object-bytes.js'
import {processMemory} from '../../tables/process-memory.js'
import {processParts, type ProcessParts} from '../../tables/process-parts.js'
import {type NativeGem, nativeGems} from './native-gems.js'

export type ProcessFacts = {
  readonly memory: ProcessParts
  readonly pages: HeapPages
  readonly history: HistoryReport | null
  /** The part of the memory growth that is certainly not in Ruby objects; null: none, or unknown. */
  readonly nativeGrowth: number | null
  /** Live objects that have survived three GCs, except those that keep growing: most of them exist since boot. */
  readonly oldBytes: number
  /** Its objects, and the bytes of those that have survived three GCs. */
  readonly garbage: {readonly objects: number; readonly oldBytes: number}
  /** Version of Ruby; null: unknown. */
  readonly ruby: string | null
  /** Those that may use memory of their own, the likeliest first. */
  readonly nativeGems: readonly NativeGem[]
  /** The largest mapped file that is no library. */
  readonly largestFile: {readonly name: string; readonly bytes: number} | null
}

/** null: nothing was recorded about the process's memory. `growingBytes`: live objects that keep growing. */
export function processFacts(subject: Subject, growingBytes = 0): ProcessFacts | null {
  const {heap, history, record} = subject
  const memory = processParts(subject)
  if (memory === null || record === null) return null
  const {live, unreachable} = oldBytes(heap)
  return {
    garbage: {objects: objectBytes(heap).garbage.objects, oldBytes: unreachable},
    history,
    largestFile: largestFile(record, heap),
    nativeGems: nativeGemsOf(subject, record),
    nativeGrowth: history === null ? null : nativeGrowth(history, processMemory(subject), 2 ** heap.pageBits),
    oldBytes: Math.max(0, live - growingBytes),
    pages: heapPages(heap, {top: 1}),
    memory,
    ruby: record.vm.version,
  }
}

/** From 3.0 on: `[3, 1]`; unknown versions are taken for new ones. */
export function isBefore(ruby: string | null, major: number, minor: number): boolean {
  const [, first, second] = /^(\d+)\.(\d+)/.exec(ruby ?? '') ?? []
  return first !== undefined && (Number(first) < major || (Number(first) === major && Number(second) < minor))
}

function oldBytes(heap: Heap): {readonly live: number; readonly unreachable: number} {
  const alive = aliveMask(heap, {top: 0})
  const {flags, types} = heap.columns
  let live = 0
  let unreachable = 0
  for (let index = 0; index < heap.count; index++) {
    // Objects without a write barrier are never old, nor marked as young; few of them are large.
    if ((flags[index] & FLAG.young) !== 0 || types[index] === TYPE.DATA) continue
    if (alive[index] === 1) live += heap.memsize(index)
    else unreachable += heap.memsize(index)
  }

  return {live, unreachable}
}

/** Those that may use memory of their own, the likeliest first. */
export function nativeGemsOf(subject: Subject, record: MemoryRecord): readonly NativeGem[] {
  return nativeGems(record, nativeObjects(subject))
}

/** Live objects of C extensions by class. */
function nativeObjects({classes: {groupOf, names}, heap}: Subject): ReadonlyMap<string, number> {
  const alive = aliveMask(heap, {top: 0})
  const {classes, types} = heap.columns
  const counts = new Map<string, number>()
  for (let index = 0; index < heap.count; index++) {
    if (types[index] !== TYPE.DATA || alive[index] !== 1 || classes[index] === NONE || isAgents(heap, index)) continue
    const name = names[groupOf[index]]
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }

  return counts
}

function largestFile(record: MemoryRecord, heap: Heap): ProcessFacts['largestFile'] {
  const bytesByName = new Map<string, number>()
  for (const {kind, name, rss} of sortMappings(record, heap).mappings)
    if (kind === 'file' && name !== null) bytesByName.set(name, (bytesByName.get(name) ?? 0) + rss)
  const [largest] = [...bytesByName].toSorted(([, a], [, b]) => b - a)
  return largest === undefined ? null : {bytes: largest[1], name: largest[0]}
}
