// Live memory as stacks, for viewers of profiles: the owners above each object and its class, or the gem and the line that
// allocated it. Objects with the same stack are one sample.
import {groupRetainedSizes} from '../../graph/retained.js'
import type {Heap} from '../../heap/heap.js'
import {tallyAlive} from '../objects/alive.js'
import {asideOf} from '../objects/aside.js'
import {siteOrigins} from '../objects/site-origins.js'
import type {Subject} from '../objects/subject.js'
import {type DumpFacts, factsOf} from '../report/report.js'
import {ownerPaths} from './owner-paths.js'

export type StacksOptions = {readonly by: 'owner' | 'site'}

export type Frame = {
  readonly name: string
  /** null: not a line of code. */
  readonly file: string | null
  readonly line: number | null
}

export type Stack = {
  /** Positions in `frames`, the outermost first. */
  readonly frames: readonly number[]
  readonly objects: number
  readonly memsize: number
  /** What would be freed with all of its objects. Stacks can retain the same object only together, or one below another. */
  readonly retainedSize: number
}

export type Stacks = {
  readonly dump: DumpFacts
  readonly frames: readonly Frame[]
  /** Largest first. They add up to live memory. */
  readonly stacks: readonly Stack[]
}

/** The frames of each group of objects, and the group of each object: -1 for garbage, and without a site. */
export type Grouped = {
  readonly frames: readonly Frame[]
  readonly stacks: ReadonlyArray<readonly number[]>
  readonly groupOf: Int32Array
}

export function stacks(subject: Subject, {by}: StacksOptions): Stacks {
  const {graph, heap} = subject
  const {frames, groupOf, stacks: all} = by === 'site' ? sites(heap) : ownerPaths(subject)
  // The last of them is for live objects without a group.
  const groupCount = all.length - 1
  const {memsizes, objects} = tallyAlive(heap, groupOf, groupCount, {top: 0})
  const [retained] = groupRetainedSizes(graph.retained, [{groupCount, groupOf}], graph.scratch)
  const aside = asideOf(heap).byGroup(groupOf, groupCount, null)
  const rows = all.map((stack, group) => ({
    frames: stack,
    memsize: memsizes[group],
    objects: objects[group],
    retainedSize: group === groupCount ? memsizes[group] : Math.max(0, retained[group] - aside[group]),
  }))
  return {
    dump: factsOf(subject),
    frames,
    stacks: rows.filter(row => row.objects > 0).toSorted((a, b) => b.memsize - a.memsize || b.objects - a.objects),
  }
}

/** Gem, then line. The last stack is of objects that were not traced. */
function sites(heap: Heap): Grouped {
  const {siteTable} = heap.tables
  const origins = siteOrigins(heap)
  const frames: Frame[] = [{file: null, line: null, name: '(not traced)'}]
  const gems = new Map<string, number>()
  const all: number[][] = []
  for (let site = 0; site < siteTable.size; site++) {
    const {name} = origins[site]
    let gem = gems.get(name)
    if (gem === undefined) gems.set(name, (gem = frames.push({file: null, line: null, name}) - 1))
    const [file, line] = [siteTable.file(site), siteTable.line(site)]
    all.push([gem, frames.push({file, line, name: line === null ? file : `${file}:${line}`}) - 1])
  }

  return {frames, groupOf: heap.columns.sites, stacks: [...all, [0]]}
}
