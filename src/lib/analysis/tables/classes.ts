// Objects by class: how many, how large, and what they retain together.
import {isAgentName} from '../objects/agent-objects.js'
import {shares, tallyAlive} from '../objects/alive.js'
import {asideOf} from '../objects/aside.js'
import {type AnalysisOptions, largest, onlyOf, takeTop} from '../objects/options.js'
import type {Subject} from '../objects/subject.js'
import {type NameOrigin, originOfName} from '../objects/frameworks.js'

export type ClassRow = {
  readonly name: string
  /** Where the class comes from, judged by its name. `core`: Ruby's own, and classes without a name to search for. */
  readonly origin: NameOrigin
  readonly objects: number
  readonly memsize: number
  /** The live ones among these, without the agent's. */
  readonly aliveObjects: number
  readonly aliveMemsize: number
  /** Share of live memory. */
  readonly share: number
  /** Of all its objects together; nothing is counted twice. */
  readonly retainedSize: number
  /** Retained size without the tracer, the agent and thread stacks. */
  readonly aliveRetainedSize: number
}

/**
 * By retained size; without the tracer, the agent and stacks if only live objects are requested. `retained`: the
 * retained size of each class group, for the selected objects.
 */
export function classes(
  {heap, classes: {names, groupOf}}: Subject,
  retained: Float64Array,
  options: AnalysisOptions,
): readonly ClassRow[] {
  const {objects, memsizes} = heap.scans.tallies.by(groupOf, names.length, {only: onlyOf(heap, options)})
  const alive = tallyAlive(heap, groupOf, names.length, options)
  const aside = asideOf(heap).byGroup(groupOf, names.length, onlyOf(heap, options))
  const aliveRetained = retained.map((bytes, group) => Math.max(0, bytes - aside[group]))
  const share = shares(heap)
  const isAlive = options.aliveOnly === true
  const sizes = isAlive ? aliveRetained : retained
  // Garbage retains nothing and comes last.
  const order = largest(sizes, 0).filter(
    group =>
      (isAlive ? alive : {objects}).objects[group] > 0 && (options.ofAgent === true || !isAgentName(names[group])),
  )
  order.sort((a, b) => sizes[b] - sizes[a] || memsizes[b] - memsizes[a] || (names[a] < names[b] ? -1 : 1))
  const rows = order.map((group): ClassRow => ({
    aliveMemsize: alive.memsizes[group],
    aliveObjects: alive.objects[group],
    aliveRetainedSize: aliveRetained[group],
    memsize: memsizes[group],
    name: names[group],
    objects: objects[group],
    origin: originOfName(names[group]),
    retainedSize: retained[group],
    share: share(alive.memsizes[group]),
  }))
  return isAlive ? takeTopClasses(rows, options.top) : takeTop(rows, options)
}

/** Whether these objects have no class of their own: `(IMEMO iseq)`. */
export function isInternal({name}: Pick<ClassRow, 'name'>): boolean {
  return name.startsWith('(')
}

/** The part of a table that Ruby's own classes get, if the app and its gems have enough of theirs. */
const OF_RUBY = 0.4

/** The largest rows, in their order: `top` of them (0: all), at most 40 % of them Ruby's own unless others are few. */
export function takeTopClasses(rows: readonly ClassRow[], top: number): readonly ClassRow[] {
  if (top === 0 || rows.length <= top) return rows
  const own = rows.filter(({origin}) => origin !== 'core')
  const core = rows.filter(({origin}) => origin === 'core')
  const ofRuby = Math.max(top - own.length, Math.floor(top * OF_RUBY))
  const shown = new Set([...core.slice(0, ofRuby), ...own.slice(0, top - Math.min(core.length, ofRuby))])
  return rows.filter(row => shown.has(row))
}
