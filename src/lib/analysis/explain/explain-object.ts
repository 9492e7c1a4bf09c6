// Explains one object: what it is, why it is alive, what would be freed with it, its referrers and its references.
import {NO_NODE} from '../../graph/graph.js'
import {FLAG, NONE} from '../../heap/columns.js'
import {TYPE} from '../../heap/object-types.js'
import {NO_SITE} from '../../heap/site-table.js'
import {STRENGTH, UNREACHED} from '../../heap/ownership.js'
import {isAgents} from '../objects/agent-objects.js'
import {type AlikeRow, AlikeRows} from '../objects/alike.js'
import {shares} from '../objects/alive.js'
import {asideOf} from '../objects/aside.js'
import {isModule} from '../objects/class-names.js'
import {dominatorChain, referenceLabel, rootLabels} from '../objects/labels.js'
import {type NamedObject, namedObject} from '../objects/object-rows.js'
import {takeTop} from '../objects/options.js'
import {type Path, pathSteps} from '../objects/path-steps.js'
import {type RetainedUnion, retainedUnion} from '../objects/retained-union.js'
import type {Subject} from '../objects/subject.js'
import {type Holding, holdingsOf} from './holdings.js'

export type StrengthName = keyof typeof STRENGTH

export type ReferenceRow = AlikeRow & {
  /** Whether it is on a strongest path to the referenced object (docs/heap-graph.md). */
  readonly owns: boolean
  readonly strength: StrengthName
  /** Of a referrer: the explained object itself keeps it alive, so it is no reason why that is alive. */
  readonly isBelow: boolean
}

export type ReferenceRows = {
  /** Distinct objects. */
  readonly objects: number
  readonly owning: number
  /** Owning ones first, then by retained size. */
  readonly rows: readonly ReferenceRow[]
}

/** What is below an object. */
export type Below = {
  /** From the object down, as long as one child retains most of the rest. */
  readonly descent: Path
  /** The objects that the last one of the descent (or the object itself) immediately dominates. */
  readonly children: readonly Holding[]
  /** The last one of the descent (or the object itself), if most of its memory is in many similar objects. */
  readonly accumulatesIn: NamedObject | null
}

export type ObjectExplanation = NamedObject &
  Below & {
    readonly kind: 'object'
    /**
     * Bytes of a string, elements of an array, entries of a hash, or number of instance variables; null for other types.
     */
    readonly size: number | null
    /** null: not traced. */
    readonly generation: number | null
    readonly site: {readonly file: string; readonly line: number | null; readonly method: string | null} | null
    readonly flags: readonly string[]
    /** Names of its instance variables, in the order of first assignment (Ruby 3.2 and later). */
    readonly variables: readonly string[]
    /**
     * A string's contents: only if requested, and only if they are in memory at least twice (the reader keeps no others).
     */
    readonly value: string | null
    readonly reachable: boolean
    /** The strength of its strongest path from ROOT; null for garbage. */
    readonly strength: StrengthName | null
    /** The root that holds it directly: `ROOT vm`. */
    readonly root: string | null
    /** Objects that would be freed with it, itself included. */
    readonly retainedObjects: number
    /** Retained size without the tracer, the agent and thread stacks. */
    readonly aliveRetainedSize: number
    /** Share of live memory. */
    readonly share: number
    readonly retainedByClass: RetainedUnion['byClass']
    readonly pathFromRoot: Path
    readonly dominators: Path
    readonly referrers: ReferenceRows
    /** What would keep it alive without its owner: roots, and owning referrers that it does not keep alive itself. */
    readonly otherOwners: number
    readonly references: ReferenceRows
  }

export type ExplainLimits = {
  /** Rows per table; 0 = all. */
  readonly top: number
  readonly showValues: boolean
}

/** A child that retains this share of its parent has the parent's memory. */
const MOST = 0.6
const MAX_DESCENT = 12
/** Fewer similar objects do not accumulate. */
const MANY = 10
const HALF = 0.5
const NAMES = Object.fromEntries(Object.entries(STRENGTH).map(([name, code]) => [code, name])) as Record<
  number,
  StrengthName
>
const FLAG_NAMES = ['frozen', 'embedded', 'shared', 'fstring', 'singleton', 'tooComplex', 'young'] as const
const SIZED = new Set<number>([TYPE.STRING, TYPE.SYMBOL, TYPE.ARRAY, TYPE.HASH, TYPE.OBJECT])

export function explainObject(subject: Subject, index: number, limits: ExplainLimits): ObjectExplanation {
  const {heap, graph} = subject
  const {columns, tables} = heap
  const site = columns.sites[index]
  const reachable = graph.isReachable(index)
  const listed = referrers(subject, index, limits)
  const root = rootLabels(heap).get(index) ?? null
  const aliveRetainedSize = graph.retainedSizes[index] - asideOf(heap).below(index)
  return {
    ...namedObject(graph, index),
    ...below(subject, index, limits.top),
    aliveRetainedSize,
    dominators: pathSteps(subject, reachable ? dominatorChain(graph, index) : []),
    flags: FLAG_NAMES.filter(name => (columns.flags[index] & FLAG[name]) !== 0),
    generation: columns.generations[index] === NONE ? null : columns.generations[index],
    kind: 'object',
    pathFromRoot: pathSteps(subject, reachable ? graph.pathFromRoot(index) : []),
    reachable,
    references: references(subject, index, limits),
    otherOwners: Math.max(0, listed.outside + (root === null ? 0 : 1) - 1),
    referrers: listed.rows,
    retainedByClass: reachable ? retainedUnion(subject, [index], limits.top).byClass : [],
    retainedObjects: graph.retainedCounts[index],
    root,
    share: shares(heap)(aliveRetainedSize),
    site:
      site === NO_SITE
        ? null
        : {file: tables.siteTable.file(site), line: tables.siteTable.line(site), method: tables.siteTable.method(site)},
    size: SIZED.has(columns.types[index]) ? columns.sizes[index] : null,
    strength: NAMES[graph.owned.strengths[index]] ?? null,
    value: limits.showValues ? textOf(subject, index) : null,
    variables: columns.shapes[index] === 0 ? [] : tables.shapeTable.variables(columns.shapes[index] - 1),
  }
}

function textOf({heap: {columns, tables}}: Subject, index: number): string | null {
  const string = columns.types[index] === TYPE.STRING || columns.types[index] === TYPE.SYMBOL
  return string && columns.details[index] !== NONE ? tables.values.text(columns.details[index]) : null
}

/** The largest immediate child, then its largest child, and so on; without the first object. */
function descend(subject: Subject, index: number): number[] {
  const {graph} = subject
  const isOthers = othersThan(subject, index)
  const steps: number[] = []
  for (let at = index; steps.length < MAX_DESCENT;) {
    let largest = NO_NODE
    for (const child of graph.childrenOf(at))
      if (isOthers(child) && (largest === NO_NODE || graph.retainedSizes[child] > graph.retainedSizes[largest]))
        largest = child

    // A leaf is better shown among its siblings.
    if (largest === NO_NODE || graph.retainedCounts[largest] === 1) break
    if (graph.retainedSizes[largest] < graph.retainedSizes[at] * MOST) break
    steps.push(largest)
    at = largest
  }

  return steps
}

/** What an object holds, down to where the memory is. */
export function below(subject: Subject, index: number, top: number): Below {
  const {graph} = subject
  const descent = descend(subject, index)
  const place = descent.at(-1) ?? index
  const children = holdingsOf(subject, place, top)
  return {
    accumulatesIn: isAccumulation(children, graph.retainedSizes[place]) ? namedObject(graph, place) : null,
    children,
    descent: pathSteps(subject, descent),
  }
}

function isAccumulation([largest]: readonly Holding[], retainedSize: number): boolean {
  return largest !== undefined && largest.objects >= MANY && largest.retainedSize >= retainedSize * HALF
}

/** `outside`: the owning ones that the object does not keep alive itself. */
function referrers(
  subject: Subject,
  index: number,
  {top}: ExplainLimits,
): {readonly rows: ReferenceRows; readonly outside: number} {
  const {heap, graph} = subject
  const {counts, ends} = graph.retained
  const rows = new ReferenceCollector(subject, top)
  const isOthers = othersThan(subject, index)
  let outside = 0
  for (const source of sourcesOf(subject, index)) {
    if (!isOthers(source)) continue
    let strongest = UNREACHED
    graph.eachReference(source, (target, strength) => {
      if (target === index && strength < strongest) strongest = strength
    })
    // A reference that keeps nothing alive is the agent's record of a stack: the thread itself has these references.
    if (strongest === UNREACHED) continue
    const isAfter = ends[source] - counts[source] >= ends[index] - counts[index]
    const isBelow = counts[source] > 0 && isAfter && ends[source] <= ends[index]
    const owns = graph.owns(source, index, strongest)
    if (owns && !isBelow) outside++
    rows.add(source, referenceLabel(heap, source, index), {isBelow, owns, strength: strongest})
  }

  return {outside, rows: rows.result()}
}

/** Objects with a reference to this one, in order: their own, that of an instance to its class, and those of stacks. */
function sourcesOf({heap, graph}: Subject, index: number): Int32Array {
  const {firstEdge, edges, classes} = heap.columns
  const listed = [...graph.owned.records.stacks].flatMap(([thread, list]) =>
    edges.subarray(firstEdge[list], firstEdge[list + 1]).includes(index) ? [thread] : [],
  )
  const instances = isModule(heap, index) ? heap.scans.select.placesOf(classes, index) : []
  return Int32Array.from(new Set([...heap.scans.select.referrersOf(index), ...instances, ...listed])).toSorted()
}

function references(subject: Subject, index: number, {top}: ExplainLimits): ReferenceRows {
  const {heap, graph} = subject
  const rows = new ReferenceCollector(subject, top)
  const strongest = new Map<number, number>()
  graph.eachReference(index, (target, strength) => {
    if (strength < (strongest.get(target) ?? UNREACHED)) strongest.set(target, strength)
  })
  const isOthers = othersThan(subject, index)
  for (const [target, strength] of strongest)
    if (isOthers(target))
      rows.add(target, referenceLabel(heap, index, target), {
        isBelow: false,
        owns: graph.owns(index, target, strength),
        strength,
      })
  return rows.result()
}

/** Filters the agent's objects out of an object's relations, unless the object itself is the agent's. */
function othersThan({heap}: Subject, index: number): (other: number) => boolean {
  const ofAgent = isAgents(heap, index)
  return other => ofAgent || !isAgents(heap, other)
}

type Kind = {readonly isBelow: boolean; readonly owns: boolean; readonly strength: number}

class ReferenceCollector {
  readonly #rows: AlikeRows<string>
  #objects = 0
  #owning = 0

  constructor(
    subject: Subject,
    readonly top: number,
  ) {
    this.#rows = new AlikeRows(subject, top)
  }

  add(index: number, reference: string | null, {isBelow, owns, strength}: Kind): void {
    this.#objects++
    if (owns) this.#owning++
    this.#rows.add(index, reference, [NAMES[strength], owns ? 'owns' : '', isBelow ? 'below' : ''].join(' '))
  }

  result(): ReferenceRows {
    const rows = this.#rows.numberedRows().map(({row, extra}): ReferenceRow => {
      const [strength, owns, isBelow] = extra.split(' ')
      return {...row, isBelow: isBelow === 'below', owns: owns === 'owns', strength: strength as StrengthName}
    })
    const ordered = rows.toSorted(
      (a, b) => Number(b.owns) - Number(a.owns) || STRENGTH[a.strength] - STRENGTH[b.strength],
    )
    return {objects: this.#objects, owning: this.#owning, rows: takeTop(ordered, {top: this.top})}
  }
}
