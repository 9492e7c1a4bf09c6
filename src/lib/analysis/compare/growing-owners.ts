// Growth by owner, worst first, with the place below the owner where it accumulates.
import type {HeapGraph} from '../../heap/heap-graph.js'
import {NONE} from '../../heap/columns.js'
import {TYPE} from '../../heap/object-types.js'
import type {Heap} from '../../heap/heap.js'
import {formatBytes, formatCount, formatObjects, formatSigned} from '../../units.js'
import {originOf} from '../objects/code-origin.js'
import {collectionLabel} from '../objects/shared-arrays.js'
import type {Emptied} from './emptied.js'
import {isNamedModule, moduleName} from '../objects/class-names.js'
import {labelOf} from '../objects/labels.js'
import {isThread} from '../objects/owners.js'
import {NO_OWNER, type Owners} from './owners.js'
import type {Subject} from '../objects/subject.js'
import {endsOf, type Suspect} from '../suspects/finding.js'
import {instanceName, threadName} from '../objects/owner.js'
import type {GrowthRow} from './growth.js'
import {GARBAGE} from './garbage.js'
import {groupRows} from './group-rows.js'
import {rateInWords} from './rate.js'
import {type Amount, amountsBy, ownerName, type Tally} from './tally.js'

type Comparison = {
  readonly subject: Subject
  readonly owners: Owners
  /** By owner name, if objects can be identified. */
  readonly emptied: ReadonlyMap<string, Emptied>
  /** Oldest first, the subject's last. */
  readonly tallies: readonly Tally[]
  readonly rows: readonly GrowthRow[]
  /** Bytes of growth by node of the subject's graph. */
  readonly weights: Float64Array
  readonly hours: ReadonlyArray<number | null>
  /** Two processes differ in many small ways that mean nothing. */
  readonly isOneProcess: boolean
}

/** The growth of an owner, as a share of the heap, for each severity. docs/growth.md. */
const LOW = 0.001
const MEDIUM = 0.01
const HIGH = 0.05
/** In a large heap this many bytes are enough, whatever their share. */
const HIGH_BYTES = 20e6
/** Growth at less than this part of the earlier rate is leveling off; the second value applies if times are unknown. */
const LEVELLED_OFF = 0.25
const HARDLY_MORE = 0.05
/** New objects may exceed the gain, since others were freed. But a gain far beyond the new objects is not growth. */
const PLAUSIBLE = 2
const MAX_SUSPECTS = 20
const MAX_SITES = 3

export function growingOwners({
  subject,
  owners,
  emptied,
  tallies,
  rows,
  weights,
  hours,
  isOneProcess,
}: Comparison): Suspect[] {
  const {graph} = subject
  const amounts = tallies.map(tally => amountsBy(tally, ownerName))
  const liveBytes = [...amounts[amounts.length - 1]].reduce(
    (bytes, [owner, {memsize}]) => (owner === GARBAGE ? bytes : bytes + memsize),
    0,
  )
  const below = weightsBelow(graph, weights)
  const gathered = entries(graph, owners, below)
  const rowsByOwner = groupRows(rows, row => row.owner)
  const suspects: Array<{readonly growth: number; readonly suspect: Suspect}> = []
  for (const [number, owner] of owners.names.entries()) {
    const steps = amounts.map(one => one.get(owner) ?? {memsize: 0, objects: 0})
    const growth = Math.min(steps[steps.length - 1].memsize - steps[0].memsize, gathered.weights[number] * PLAUSIBLE)
    const share = growth / Math.max(1, liveBytes)
    if (share < (isOneProcess ? LOW : MEDIUM) || owner === GARBAGE) continue
    const levelled = hasLevelledOff(steps, hours)
    const chain = gathered.entries[number] === NONE ? [] : descend(graph, below, gathered.entries[number])
    const top = chain.at(-1) ?? NONE
    const wasEmptied = emptied.get(owner) ?? null
    const appended = appendedTo(graph, weights, top, growth)
    // In two dumps, a buffer that is sometimes emptied looks like one that never is.
    const isUnclear = levelled || wasEmptied !== null || (appended && steps.length === 2)
    const severity = severityOf(share, growth, isUnclear)
    const ownRows = rowsByOwner.get(owner) ?? []
    const path = top === NONE ? [] : graph.pathFromRoot(chain[0]).concat(chain.slice(1))
    const named = path.find(node => isNamed(subject.heap, node, owner))
    const suspect: Suspect = {
      advice: adviceFor({appended, emptied: wasEmptied, levelled}),
      evidence: evidenceOf({
        appended,
        chain,
        emptied: wasEmptied,
        graph,
        hours,
        levelled,
        rows: ownRows,
        steps,
        weights,
      }),
      grownBytes: growth,
      kind: isUnclear || severity === 'low' ? 'large' : 'leak',
      owner,
      ownerAddress: named === undefined ? null : subject.heap.address(named),
      path: endsOf(subject.heap, path),
      retainedSize: top === NONE ? growth : graph.retainedSizes[top],
      rule: 'growing-owner',
      severity,
      share,
      sites: appSites(ownRows),
      title: `${owner} holds ${formatBytes(growth)} more${whereabouts(graph, owner, chain)}${perHour(growth, hours)}`,
    }
    suspects.push({growth, suspect})
  }

  return suspects
    .toSorted((a, b) => b.growth - a.growth)
    .slice(0, MAX_SUSPECTS)
    .map(one => one.suspect)
}

/** Whether a node has the owner's name. */
function isNamed(heap: Heap, node: number, owner: string): boolean {
  if (isNamedModule(heap, node)) return moduleName(heap, node) === owner
  return (isThread(heap, node) ? threadName(heap, node) : instanceName(heap, node)) === owner
}

/** The instance in which growth accumulates, if that is not the owner. */
function whereabouts({heap}: HeapGraph, owner: string, chain: readonly number[]): string {
  const nearest = chain
    .toReversed()
    .map(node => instanceName(heap, node))
    .find(name => name !== null)
  return nearest === undefined || nearest === null || nearest === owner ? '' : ` in ${nearest}`
}

/** Growth of each node and everything it dominates. */
function weightsBelow({retained: {order}, tree: {dominators}}: HeapGraph, weights: Float64Array): Float64Array {
  const below = weights.slice()
  for (let at = order.length - 1; at > 0; at--) below[dominators[order[at]]] += below[order[at]]
  return below
}

/** For each owner its own growth, and its topmost node with most of it. */
function entries(
  {heap, retained: {order}, tree: {dominators}}: HeapGraph,
  {names, ownerOf}: Owners,
  below: Float64Array,
): {readonly weights: Float64Array; readonly entries: Int32Array} {
  const weights = new Float64Array(names.length)
  const topmost = new Int32Array(names.length).fill(NONE)
  for (let at = 1; at < order.length; at++) {
    const node = order[at]
    const owner = ownerOf[node]
    const dominator = dominators[node]
    const above = dominator < heap.count ? ownerOf[dominator] : NO_OWNER
    if (above === owner) continue
    weights[owner] += below[node]
    if (above !== NO_OWNER) weights[above] -= below[node]
    if (topmost[owner] === NONE || below[node] > below[topmost[owner]]) topmost[owner] = node
  }

  return {entries: topmost, weights}
}

/** The path from a node down to where its growth accumulates: as long as one child has more than half of it. */
function descend(graph: HeapGraph, below: Float64Array, node: number): number[] {
  const chain = [node]
  for (let at = node; ;) {
    let largest = NONE
    for (const child of graph.childrenOf(at)) if (largest === NONE || below[child] > below[largest]) largest = child

    if (largest === NONE || below[largest] <= below[at] / 2) return chain
    chain.push(largest)
    at = largest
  }
}

/** Whether it is a single String that existed before and has become larger. */
function appendedTo({heap}: HeapGraph, weights: Float64Array, top: number, growth: number): boolean {
  if (top === NONE || heap.columns.types[top] !== TYPE.STRING) return false
  return weights[top] < heap.memsize(top) && weights[top] > growth / 2
}

function severityOf(share: number, growth: number, levelled: boolean): Suspect['severity'] {
  if (share >= HIGH || growth >= HIGH_BYTES) return levelled ? 'medium' : 'high'
  return share >= MEDIUM && !levelled ? 'medium' : 'low'
}

/** Three dumps: whether it almost stopped growing, per hour, from the second to the third. */
function hasLevelledOff(steps: readonly Amount[], hours: ReadonlyArray<number | null>): boolean {
  if (steps.length < 3) return false
  const isTimed = hours.every(one => one !== null && one > 0)
  const [early, late] = [0, 1].map(at => (steps[at + 1].memsize - steps[at].memsize) / (isTimed ? (hours[at] ?? 1) : 1))
  return late < early * (isTimed ? LEVELLED_OFF : HARDLY_MORE)
}

type Evidence = {
  readonly graph: HeapGraph
  readonly chain: readonly number[]
  readonly weights: Float64Array
  readonly steps: readonly Amount[]
  readonly rows: readonly GrowthRow[]
  readonly hours: ReadonlyArray<number | null>
  readonly levelled: boolean
  readonly emptied: Emptied | null
  readonly appended: boolean
}

function evidenceOf({graph, chain, weights, steps, rows, hours, levelled, emptied, appended}: Evidence): string[] {
  const [first, last] = [steps[0], steps[steps.length - 1]]
  const evidence = [
    `${formatObjects(first.objects)} before, ${formatCount(last.objects)} now; ${formatBytes(first.memsize)} before, ${formatBytes(last.memsize)} now`,
  ]
  if (emptied !== null) {
    const {before, className, left} = emptied
    evidence.push(
      `${left === 0 ? 'none' : formatCount(left)} of the ${formatCount(before)} ${className} in the first dump ${left === 0 ? 'is' : 'are'} left: it was emptied and refilled`,
    )
  }

  if (steps.length > 2) {
    const gains = steps
      .slice(1)
      .map(
        (step, at) =>
          formatSigned(step.memsize - steps[at].memsize) +
          perHour(step.memsize - steps[at].memsize, [hours[at] ?? null]),
      )
    evidence.push(`${levelled ? 'leveling off' : 'still growing'}: first ${gains.join(', then ')}`)
  }

  const top = chain.at(-1)
  if (top !== undefined && appended) {
    const {heap} = graph
    return [...evidence, `${labelOf(heap, top)}: one object, ${formatBytes(weights[top])} larger than before`]
  }

  if (top !== undefined) {
    const children = graph.childrenOf(top)
    const held = children.length
    const grown = children.filter(child => weights[child] >= graph.heap.memsize(child)).length
    if (held > 1 && grown > 0)
      evidence.push(
        `${collectionLabel(graph, top)}: ${grown === held ? `all ${formatCount(held)}` : `${formatCount(grown)} of the ${formatCount(held)}`} objects that only it holds are new`,
      )
  }

  const classes = [...groupRows(rows, row => row.className)]
    .map(([name, own]) => ({
      memsize: own.reduce((sum, row) => sum + row.memsize, 0),
      name,
      objects: own.reduce((sum, row) => sum + row.objects, 0),
    }))
    .filter(({objects}) => objects > 0)
    .toSorted((a, b) => b.memsize - a.memsize)
  if (classes.length > 0) {
    const named = classes
      .slice(0, 3)
      .map(({name, objects, memsize}) => `${formatCount(objects)} ${name} (${formatBytes(memsize)})`)
    evidence.push(
      `new: ${named.join(', ')}${classes.length > 3 ? `, and ${formatCount(classes.length - 3)} more ${classes.length === 4 ? 'class' : 'classes'}` : ''}`,
    )
  }

  return evidence
}

function perHour(bytes: number, hours: ReadonlyArray<number | null>): string {
  const total = hours.reduce<number | null>((sum, one) => (sum === null || one === null ? null : sum + one), 0)
  const rate = rateInWords(bytes, total)
  return rate === null ? '' : `: ${rate}`
}

/** The app's own lines first: a gem allocates on behalf of the app. */
function appSites(rows: readonly GrowthRow[]): Suspect['sites'] {
  const sites = rows.flatMap(({file, line, memsize}) =>
    file === null ? [] : [{app: originOf(file).kind === 'app', file, line, memsize}],
  )
  const merged = [...groupRows(sites, ({file, line}) => `${file}:${line}`).values()].map(same => ({
    ...same[0],
    memsize: same.reduce((sum, one) => sum + one.memsize, 0),
  }))
  return merged
    .toSorted((a, b) => Number(b.app) - Number(a.app) || b.memsize - a.memsize)
    .slice(0, MAX_SITES)
    .map(({file, line}) => ({file, line}))
}

type Ends = {readonly levelled: boolean; readonly emptied: Emptied | null; readonly appended: boolean}

function adviceFor({levelled, emptied, appended}: Ends): string {
  if (emptied !== null)
    return 'Clear it sooner if it holds too much at its peak. It was emptied between the dumps, so it is not a leak by this comparison.'
  if (levelled) return 'Take another dump later and compare again: it may have been warming up.'
  return appended
    ? 'Write this String out and clear it sooner: code appends to it. A third dump shows whether it is ever emptied.'
    : 'Find the code that adds to it. Cap its size, expire entries, or hold them no longer than a request.'
}
