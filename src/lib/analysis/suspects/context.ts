// What all rules look at: the piles of a heap with their owners and ages, computed once.
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
import {reservedStack} from '../objects/threads.js'
import {type Accumulation, accumulations, type GiantObject, giantObjects} from './accumulations.js'
import {type AlikePile, alikePiles} from './alike-piles.js'
import {type AgeProfile, Ages, type Growth} from './ages.js'
import type {HistoryReport} from '../history/judge-history.js'
import {mayAccumulate, provenGain} from '../history/what-it-proves.js'
import {allBelow, type Below, growsBelow, isSpread} from './growth-below.js'
import {type Owner, ownerOf} from '../objects/owner.js'
import {isTakenFrom, removalsFrom, type Removals} from './removals.js'
import {isUnderWay} from './under-way.js'

/** Of a pile, a group that holds less than this share of what its largest one does says nothing of its age: names that come and go with what they are names of. */
const LEAST_GROUP = 0.05
/** A collection that has this part of all that came since the process began keeps what comes. */
const LEAST_OF_ALL = 0.3
/** One that takes some of it out again is full, or loses a part and keeps the rest: from here on it is the latter. */
const MOST_OF_ALL = 0.6
/** Of a dump that is not traced: so many members that are not old are no coincidence. */
const FEW_NEW = 8
/** A collection that is what makes the heap climb holds this part of what has come. */
const OF_THE_GAIN = 0.6
/** A class has a variable for this and one for that. */
const HOLDS_MANY: ReadonlySet<number> = new Set([TYPE.CLASS, TYPE.ICLASS, TYPE.MODULE])
/** Nothing new in it. */
export const STILL: ReadonlySet<Growth> = new Set(['before', 'boot', 'burst', 'settled'])
/** Piles below this share of what is alive are noise. */
const LEAST_SHARE = 0.004
const LEAST_BYTES = 60_000
/** Parts of this size of such a pile are looked at: many may be one story, if they hold this share together. */
const PARTS = 8
const LEAST_SPREAD_SHARE = 0.02
/** Of many parts, whose own ages and shapes are looked at. */
const MOST_PARTS = 50

export type Pile = AlikePile & {
  /** Of the members; of what is below them, if that is where it grows. */
  readonly age: AgeProfile
  readonly below: Below | null
  /** Of members that are as many as ever and not said to grow: what is newer below many of them. */
  readonly newBelow: number
  readonly removals: Removals
}

export type Giant = GiantObject & {readonly owner: Owner; readonly age: AgeProfile}

export class SuspectContext {
  readonly heap: Heap
  readonly graph: HeapGraph
  /** Bytes that are alive and the app's (alive.ts). */
  readonly liveBytes: number
  /** What holds less is noise. */
  readonly leastBytes: number
  readonly ages: Ages
  /** null: nobody recorded it. */
  readonly history: HistoryReport | null
  readonly piles: readonly Pile[]
  readonly giants: readonly Giant[]
  /** Piles, giants and other nodes that a rule has explained: those after it leave them alone. */
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
    const found = accumulations(this.graph, subject.classes, this.leastBytes, partBytes)
      .filter(({container}) => !isAgents(this.heap, container))
      .map(pile => ({...pile, bytes: pile.bytes - this.#asideIn(pile)}))
      .filter(({bytes}) => bytes >= partBytes)
      .map(pile => ({...pile, owner: ownerOf(this.graph, pile.container)}))
      // The VM's own lists have no class.
      .filter(({container, owner}) => owner.kind !== 'root' || this.heap.columns.classes[container] !== NONE)
    const piles = alikePiles(this.graph, found, {
      leastBytes: this.leastBytes,
      leastSpread: Math.max(this.leastBytes, this.liveBytes * LEAST_SPREAD_SHARE),
    })
      .map(pile => ({...pile, ...this.#ageOf(pile)}))
      .toSorted((a, b) => b.bytes - a.bytes)
    this.piles = this.#withClimbing(piles)
    const listed = new Set(this.piles.flatMap(({parts}) => parts.map(({container}) => container)))
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

  /** Members that are not added to may still grow themselves. */
  #ageOf(pile: AlikePile): Pick<Pile, 'age' | 'below' | 'newBelow' | 'removals'> {
    const members = pile.parts.length === 1 ? weighty(pile) : pile.members
    const parts = pile.parts.slice(0, MOST_PARTS)
    const all = parts.map(part => this.#removalsOf(part))
    const removals = all.every(one => one === all[0]) ? all[0] : null
    let age = this.ageOf(members, {removals, tops: topsOf(pile)})
    // Where only old and new are told apart, the requests of several threads, begun at several times, are no growth;
    // one that has both is.
    if (parts.length > 1 && age.growth === 'mixed' && !this.ages.tellsGenerations) {
      const ages = parts.map((part, at) =>
        this.ageOf(weighty(part), {removals: all[at], tops: topsOf({...part, parts: [part]})}),
      )
      if (ages.every(({growth}) => growth !== 'mixed')) age = ages[0]
    }

    if (age.growth === 'growing' && isUnderWay(this.graph, this.ages, pile.container))
      age = {...age, growth: 'mixed', isUnderWay: true}
    const inside = STILL.has(age.growth) ? allBelow(this, members) : null
    if (inside === null) return {age, below: null, newBelow: 0, removals}
    if (growsBelow(this, members, inside)) return {age: inside.age, below: inside, newBelow: 0, removals}
    const {fresh} = inside.age
    const isNewBelow = age.growth !== 'boot' && fresh >= FEW_NEW && isSpread(inside, members)
    return {age, below: null, newBelow: isNewBelow ? fresh : 0, removals}
  }

  #removalsOf(pile: Accumulation): Removals {
    return removalsFrom(this.graph, pile.container, () => this.ages.hasNewer(weighty(pile), pile.container))
  }

  /**
   * `removals`: from the collection that lists the members, as far as its shape tells. `tops`: those that dominate all members and not each other;
   * the members themselves unless told.
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
        return isTakenFrom(removals) && !this.#keepsMuch(age, removals) ? 'turnover' : 'mixed'
      case 'levelled':
      case 'recent':
        return isTakenFrom(removals) ? 'turnover' : growth
      case 'settled':
        // Too few to go by alone; beside a table that nothing was taken out of they say that entries still come in.
        if (removals === 'none' && !this.ages.tellsGenerations && age.fresh >= FEW_NEW)
          return this.#isCleared(tops) ? 'turnover' : 'mixed'
        return isTakenFrom(removals) ? 'turnover' : growth
      default:
        return growth
    }
  }

  /**
   * Whether what has old and new members grows. A full cache that turns over has them too, but is small beside all that ever came; it has taken
   * things out; and if it turns over fast, its own first members are all that tells of the first third of the clock.
   * What has a fixed length has its bound, however little came before.
   */
  #isProven(age: AgeProfile, removals: Removals, tops: ArrayLike<number>): boolean {
    if (removals === 'replaced') return false
    if ((age.ofAllThatCame ?? 0) >= (removals === 'some' ? MOST_OF_ALL : LEAST_OF_ALL)) return true
    if (removals === 'some' || removals === 'maybe') return false
    return (removals === 'none' && age.untraced > 0) || this.ages.hasWitness(this.graph, tops)
  }

  /** It lets entries go, but has so much of all that came that it may have no bound. */
  #keepsMuch({growth, ofAllThatCame}: AgeProfile, removals: Removals): boolean {
    return growth === 'growing' && removals === 'some' && (ofAllThatCame ?? 0) >= LEAST_OF_ALL
  }

  /**
   * Where the heap has climbed for long, and there is one collection alone that takes new objects in, never let one go
   * and has as many as have come: it is what climbs.
   */
  #withClimbing(piles: readonly Pile[]): readonly Pile[] {
    const gain = this.history === null ? null : provenGain(this.history)
    if (gain === null) return piles
    const isAddedTo = ({age}: Pile) => age.growth === 'mixed' || age.growth === 'growing'
    const able = piles.filter(pile => isAddedTo(pile) && pile.objects >= gain * OF_THE_GAIN)
    const [one] = able
    const {types} = this.heap.columns
    if (able.length !== 1 || one.age.growth === 'growing' || one.removals === 'maybe') return piles
    if (types[one.container] === TYPE.HASH && one.removals !== 'none') return piles
    const climbsPerHour = this.history!.oldObjects.perHour ?? undefined
    const climbing: Pile = {...one, age: {...one.age, climbsPerHour, growth: 'growing'}}
    return piles.map(pile => (pile === one ? climbing : pile))
  }

  #isCleared(tops: ArrayLike<number>): boolean {
    return this.history?.oldObjects.state === 'level' && !mayAccumulate(this.history, this.#objectsBelow(tops))
  }

  /** Of nodes that may dominate each other: links of a chain. */
  #objectsBelow(nodes: ArrayLike<number>): number {
    return this.outermost(Array.from(nodes)).reduce((objects, node) => objects + this.graph.retained.counts[node], 0)
  }

  share(bytes: number): number {
    return this.liveBytes === 0 ? 0 : bytes / this.liveBytes
  }

  /** Name of a class whose objects are the members, by most bytes. */
  memberClass(pile: Accumulation): string {
    return pile.groups[0].className
  }

  /** Of some nodes those that no other one of them dominates. */
  outermost(nodes: readonly number[]): readonly number[] {
    const {counts, ends} = this.graph.retained
    // All that a node dominates comes right after it.
    const inOrder = nodes.toSorted((a, b) => ends[a] - counts[a] - (ends[b] - counts[b]))
    let end = -1
    return inOrder.filter(node => {
      if (ends[node] <= end) return false
      end = ends[node]
      return true
    })
  }

  /** Bytes that are alive because of any of some nodes: nothing is counted twice. */
  retainedBy(nodes: readonly number[]): number {
    return this.outermost(nodes).reduce(
      (sum, node) => sum + this.graph.retainedSizes[node] - this.#aside.below(node),
      0,
    )
  }

  /** Its collection is counted with its own memory alone, unless it dominates the members. */
  #asideIn({container, dominator, members}: Accumulation): number {
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
      // Of a class that holds several things, one was explained.
      if (this.claimed.has(node) && (node === index || !HOLDS_MANY.has(this.heap.columns.types[node]))) return true
    }

    return false
  }
}

/** What dominates all of a pile: the collections themselves, if they do. */
function topsOf({parts}: Pick<AlikePile, 'parts'>): ArrayLike<number> {
  return parts.length === 1 ? topsOfPart(parts[0]) : parts.flatMap(part => [...topsOfPart(part)])
}

function topsOfPart({container, dominator, members}: Accumulation): readonly number[] | Int32Array {
  return container === dominator ? [container] : members
}

/** The members of a pile's large groups, which come first. */
function weighty({groups, members}: Accumulation): Int32Array {
  const large = groups.filter(({bytes}) => bytes >= groups[0].bytes * LEAST_GROUP)
  return members.subarray(
    0,
    large.reduce((sum, {count}) => sum + count, 0),
  )
}
