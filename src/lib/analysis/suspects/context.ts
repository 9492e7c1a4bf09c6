// The input of all rules: the accumulations of a heap with their owners and ages, computed once.
import type {HeapGraph} from '../../heap/heap-graph.js'
import {NONE} from '../../heap/columns.js'
import type {Heap} from '../../heap/heap.js'
import {TYPE} from '../../heap/object-types.js'
import {isAgents} from '../objects/agent-objects.js'
import {aliveOf} from '../objects/alive.js'
import {type Aside, asideOf} from '../objects/aside.js'
import type {ClassGroups} from '../objects/class-groups.js'
import {dominatorsOf} from '../objects/dominators.js'
import {isThread} from '../objects/owners.js'
import type {Subject} from '../objects/subject.js'
import {reservedStack} from '../objects/reserved-stack.js'
import {type AccumulationPoint, accumulationPoints, type GiantObject, giantObjects} from './accumulation-points.js'
import {type MergedAccumulation, mergeAlike} from './merge-alike.js'
import {type AgeProfile, Ages, type Growth} from './ages.js'
import type {HistoryReport} from '../history/judge-history.js'
import {mayAccumulate, provenGain} from '../history/what-it-proves.js'
import {allBelow, type Below, growsBelow, isSpread} from './growth-below.js'
import {type Owner, ownerOf} from '../objects/owner.js'
import {hasRemovals, removalsFrom, type Removals} from './removals.js'
import {isUnderWay} from './under-way.js'

/**
 * A group with less than this share of the largest group's bytes does not count for the age: names that come and go
 * with their objects.
 */
const LEAST_GROUP = 0.05
/** A collection with this share of everything added since the process started keeps what it gets. */
const LEAST_OF_ALL = 0.3
/** A collection with removals is either full or loses only a part. From this share on it is the latter. */
const MOST_OF_ALL = 0.6
/** In an untraced dump, this many members that are not old are not a coincidence. */
const FEW_NEW = 8
/** The collection that makes the heap climb holds at least this share of the gain. */
const OF_THE_GAIN = 0.6
/** A class holds unrelated things in its variables. */
const HOLDS_MANY: ReadonlySet<number> = new Set([TYPE.CLASS, TYPE.ICLASS, TYPE.MODULE])
/** Growth values without new members. */
export const STILL: ReadonlySet<Growth> = new Set(['before', 'boot', 'burst', 'settled'])
/** Accumulations below this share of live memory are noise. */
const LEAST_SHARE = 0.004
const LEAST_BYTES = 60_000
/** Parts down to an eighth of that size are collected: many of them count if together they hold the share below. */
const PARTS = 8
const LEAST_SPREAD_SHARE = 0.02
/** The number of parts for which ages and removals are examined. */
const MOST_PARTS = 50

export type Accumulation = MergedAccumulation & {
  /** Of the members; of the objects below them, if it grows there. */
  readonly age: AgeProfile
  readonly below: Below | null
  /**
   * The number of newer objects below many of the members, if the members' number is constant and growth is not proven.
   */
  readonly newBelow: number
  readonly removals: Removals
}

export type Giant = GiantObject & {readonly owner: Owner; readonly age: AgeProfile}

export class SuspectContext {
  readonly heap: Heap
  readonly graph: HeapGraph
  /** Live bytes of the app (alive.ts). */
  readonly liveBytes: number
  /** Anything that holds less is noise. */
  readonly leastBytes: number
  readonly ages: Ages
  /** null: not recorded. */
  readonly history: HistoryReport | null
  readonly accumulations: readonly Accumulation[]
  readonly giants: readonly Giant[]
  /** Accumulations, giants and other nodes that a rule has explained: later rules leave them alone. */
  readonly claimed = new Set<number>()
  readonly #aside: Aside

  constructor(readonly subject: Subject) {
    this.heap = subject.heap
    this.graph = subject.graph
    this.liveBytes = aliveOf(this.graph).memsize
    this.history = subject.history
    this.ages = new Ages(this.heap, subject.history?.gcAtTracing)
    this.#aside = asideOf(this.heap)
    this.leastBytes = Math.max(LEAST_BYTES, this.liveBytes * LEAST_SHARE)
    const partBytes = this.leastBytes / PARTS
    const found = accumulationPoints(this.graph, subject.classes, this.leastBytes, partBytes)
      .filter(({container}) => !isAgents(this.heap, container))
      .map(accumulation => ({...accumulation, bytes: accumulation.bytes - this.#asideIn(accumulation)}))
      .filter(({bytes}) => bytes >= partBytes)
      .map(accumulation => ({...accumulation, owner: ownerOf(this.graph, accumulation.container)}))
      // The VM's own lists have no class.
      .filter(({container, owner}) => owner.kind !== 'root' || this.heap.columns.classes[container] !== NONE)
    const accumulations = mergeAlike(this.graph, found, {
      leastBytes: this.leastBytes,
      leastSpread: Math.max(this.leastBytes, this.liveBytes * LEAST_SPREAD_SHARE),
    })
      .map(accumulation => ({...accumulation, ...this.#ageOf(accumulation)}))
      .toSorted((a, b) => b.bytes - a.bytes)
    this.accumulations = this.#withClimbing(accumulations)
    const listed = new Set(this.accumulations.flatMap(({parts}) => parts.map(({container}) => container)))
    this.giants = giantObjects(this.graph, this.leastBytes * 2)
      .filter(({index}) => !listed.has(index) && !isAgents(this.heap, index))
      .map(giant => ({
        ...giant,
        age: this.ageOf([giant.index]),
        owner: ownerOf(this.graph, giant.index),
      }))
  }

  get classes(): ClassGroups {
    return this.subject.classes
  }

  /** If no members are added, the members themselves may still grow. */
  #ageOf(accumulation: MergedAccumulation): Pick<Accumulation, 'age' | 'below' | 'newBelow' | 'removals'> {
    const members = accumulation.parts.length === 1 ? weighty(accumulation) : accumulation.members
    const parts = accumulation.parts.slice(0, MOST_PARTS)
    const all = parts.map(part => this.#removalsOf(part))
    const removals = all.every(one => one === all[0]) ? all[0] : null
    let age = this.ageOf(members, {removals, tops: topsOf(accumulation)})
    // If the dump distinguishes only old and new, requests that several threads started at different times are not
    // growth; a single part with both old and new members is.
    if (parts.length > 1 && age.growth === 'mixed' && !this.ages.tellsGenerations) {
      const ages = parts.map((part, at) =>
        this.ageOf(weighty(part), {removals: all[at], tops: topsOf({...part, parts: [part]})}),
      )
      if (ages.every(({growth}) => growth !== 'mixed')) age = ages[0]
    }

    if (age.growth === 'growing' && isUnderWay(this.graph, this.ages, accumulation.container))
      age = {...age, growth: 'mixed', isUnderWay: true}
    const inside = STILL.has(age.growth) ? allBelow(this, members) : null
    if (inside === null) return {age, below: null, newBelow: 0, removals}
    if (growsBelow(this, members, inside)) return {age: inside.age, below: inside, newBelow: 0, removals}
    const {fresh} = inside.age
    const isNewBelow = age.growth !== 'boot' && fresh >= FEW_NEW && isSpread(inside, members)
    return {age, below: null, newBelow: isNewBelow ? fresh : 0, removals}
  }

  #removalsOf(accumulation: AccumulationPoint): Removals {
    return removalsFrom(this.graph, accumulation.container, () =>
      this.ages.hasNewer(weighty(accumulation), accumulation.container),
    )
  }

  /**
   * `removals`: of the collection that lists the members, as far as its capacity shows. `tops`: nodes that dominate all
   * members but not each other; the members themselves by default.
   */
  ageOf(
    members: ArrayLike<number>,
    {removals = null, tops = members}: {readonly removals?: Removals; readonly tops?: ArrayLike<number>} = {},
  ): AgeProfile {
    const age = this.ages.profile(members)
    const growth = this.#growthOf(age, removals, tops)
    const level = this.history?.oldObjects
    const isLevel = growth === 'turnover' && level?.state === 'level'
    return isLevel ? {...age, growth, levelSeconds: level.seconds ?? undefined} : {...age, growth}
  }

  #growthOf(age: AgeProfile, removals: Removals, tops: ArrayLike<number>): Growth {
    const {growth} = age
    switch (growth) {
      case 'growing':
      case 'mixed':
        if (this.#isCleared(tops)) return 'turnover'
        if (growth === 'growing' && this.#isProven(age, removals, tops)) return 'growing'
        return hasRemovals(removals) && !this.#keepsMuch(age, removals) ? 'turnover' : 'mixed'
      case 'levelled':
      case 'recent':
        return hasRemovals(removals) ? 'turnover' : growth
      case 'settled':
        // Too few to count alone, but together with a table without removals they show that entries are still being
        // added.
        if (removals === 'none' && !this.ages.tellsGenerations && age.fresh >= FEW_NEW)
          return this.#isCleared(tops) ? 'turnover' : 'mixed'
        return hasRemovals(removals) ? 'turnover' : growth
      default:
        return growth
    }
  }

  /**
   * Whether a collection with old and new members grows. A full cache that turns over has both too, but it is small
   * compared with everything ever added; it shows removals; and if it turns over fast, its own first members are the
   * only witnesses of the clock's first third. A fixed length is a limit, however little was added before.
   */
  #isProven(age: AgeProfile, removals: Removals, tops: ArrayLike<number>): boolean {
    if (removals === 'replaced') return false
    if ((age.ofAllThatCame ?? 0) >= (removals === 'some' ? MOST_OF_ALL : LEAST_OF_ALL)) return true
    if (removals === 'some' || removals === 'maybe') return false
    return (removals === 'none' && age.untraced > 0) || this.ages.hasWitness(this.graph, tops)
  }

  /** It removes entries, but has so much of everything added that it may have no limit. */
  #keepsMuch({growth, ofAllThatCame}: AgeProfile, removals: Removals): boolean {
    return growth === 'growing' && removals === 'some' && (ofAllThatCame ?? 0) >= LEAST_OF_ALL
  }

  /**
   * If the heap has climbed for long, and exactly one collection gets new objects, shows no removals and is large
   * enough for the gain, then that collection is what climbs.
   */
  #withClimbing(accumulations: readonly Accumulation[]): readonly Accumulation[] {
    const gain = this.history === null ? null : provenGain(this.history)
    if (gain === null) return accumulations
    const isAddedTo = ({age}: Accumulation) => age.growth === 'mixed' || age.growth === 'growing'
    const able = accumulations.filter(
      accumulation => isAddedTo(accumulation) && accumulation.objects >= gain * OF_THE_GAIN,
    )
    const [one] = able
    const {types} = this.heap.columns
    if (able.length !== 1 || one.age.growth === 'growing' || one.removals === 'maybe') return accumulations
    if (types[one.container] === TYPE.HASH && one.removals !== 'none') return accumulations
    const climbsPerHour = this.history!.oldObjects.perHour ?? undefined
    const climbing: Accumulation = {...one, age: {...one.age, climbsPerHour, growth: 'growing'}}
    return accumulations.map(accumulation => (accumulation === one ? climbing : accumulation))
  }

  #isCleared(tops: ArrayLike<number>): boolean {
    return this.history?.oldObjects.state === 'level' && !mayAccumulate(this.history, this.#objectsBelow(tops))
  }

  /** The nodes may dominate each other, as links of a chain do. */
  #objectsBelow(nodes: ArrayLike<number>): number {
    return this.outermost(Array.from(nodes)).reduce((objects, node) => objects + this.graph.retained.counts[node], 0)
  }

  share(bytes: number): number {
    return this.liveBytes === 0 ? 0 : bytes / this.liveBytes
  }

  /** The class with most bytes among the members. */
  memberClass(accumulation: AccumulationPoint): string {
    return accumulation.groups[0].className
  }

  /** The nodes that no other given node dominates. */
  outermost(nodes: readonly number[]): readonly number[] {
    const {counts, ends} = this.graph.retained
    // In this order, everything a node dominates directly follows it.
    const inOrder = nodes.toSorted((a, b) => ends[a] - counts[a] - (ends[b] - counts[b]))
    let end = -1
    return inOrder.filter(node => {
      if (ends[node] <= end) return false
      end = ends[node]
      return true
    })
  }

  /** Bytes kept alive by any of the nodes; nothing is counted twice. */
  retainedBy(nodes: readonly number[]): number {
    return this.outermost(nodes).reduce(
      (sum, node) => sum + this.graph.retainedSizes[node] - this.#aside.below(node),
      0,
    )
  }

  /** A collection that does not dominate the members counts with its shallow size only. */
  #asideIn({container, dominator, members}: AccumulationPoint): number {
    if (container === dominator) return this.#aside.below(container)
    const own = isThread(this.heap, container) ? reservedStack(this.heap, container) : 0
    return members.reduce((sum, member) => sum + this.#aside.below(member), own)
  }

  claim(nodes: Iterable<number>): void {
    for (const node of nodes) if (node !== NONE) this.claimed.add(node)
  }

  /** Whether a rule has explained this object, or something that dominates it. */
  isClaimed(index: number): boolean {
    for (const node of dominatorsOf(this.graph, index)) {
      // A class holds several things, and only one of them was explained.
      if (this.claimed.has(node) && (node === index || !HOLDS_MANY.has(this.heap.columns.types[node]))) return true
    }

    return false
  }
}

/** Nodes that dominate the whole accumulation: the collections themselves, if they do. */
function topsOf({parts}: Pick<MergedAccumulation, 'parts'>): ArrayLike<number> {
  return parts.length === 1 ? topsOfPart(parts[0]) : parts.flatMap(part => [...topsOfPart(part)])
}

function topsOfPart({container, dominator, members}: AccumulationPoint): readonly number[] | Int32Array {
  return container === dominator ? [container] : members
}

/** The members of the large groups, which come first. */
function weighty({groups, members}: AccumulationPoint): Int32Array {
  const large = groups.filter(({bytes}) => bytes >= groups[0].bytes * LEAST_GROUP)
  return members.subarray(
    0,
    large.reduce((sum, {count}) => sum + count, 0),
  )
}
