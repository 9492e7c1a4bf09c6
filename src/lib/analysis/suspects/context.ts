// What all rules look at: the piles of a heap with their owners and ages, computed once.
import type {HeapGraph} from '../../heap/heap-graph.js'
import {type Heap, NONE} from '../../heap/heap.js'
import {aliveBytes} from '../alive.js'
import {dominatorsOf} from '../dominators.js'
import {isThread} from '../owners.js'
import {processMemory} from '../process-memory.js'
import type {Subject} from '../subject.js'
import {reservedStack} from '../threads.js'
import {totals} from '../totals.js'
import {type Accumulation, accumulations, type GiantObject, giantObjects} from './accumulations.js'
import {type AgeProfile, Ages} from './ages.js'
import {type Below, growthBelow, type Look} from './growth-below.js'
import {type Owner, ownerOf} from './owner.js'

/** Of a pile, a group that holds less than this share of what its largest one does says nothing of its age: names that come and go with what they are names of. */
const LEAST_GROUP = 0.05
/** Piles below this share of what is alive are noise. */
const LEAST_SHARE = 0.004
const LEAST_BYTES = 60_000

export type Pile = Accumulation & {
  readonly owner: Owner
  /** Of the members; of what is below them, if that is where it grows. */
  readonly age: AgeProfile
  readonly below: Below | null
}

export type Giant = GiantObject & {readonly owner: Owner; readonly age: AgeProfile}

export class SuspectContext {
  readonly heap: Heap
  readonly graph: HeapGraph
  /** Bytes that are alive and the app's: without the tracer and the reserved stacks. */
  readonly liveBytes: number
  /** What holds less is noise. */
  readonly leastBytes: number
  readonly ages: Ages
  readonly piles: readonly Pile[]
  readonly giants: readonly Giant[]
  /** Piles, giants and other nodes that a rule has explained: those after it leave them alone. */
  readonly claimed = new Set<number>()

  constructor(readonly subject: Subject) {
    this.heap = subject.heap
    this.graph = subject.graph
    this.liveBytes = aliveBytes({memory: processMemory(subject), totals: totals(this.graph)})
    this.ages = new Ages(this.heap)
    this.leastBytes = Math.max(LEAST_BYTES, this.liveBytes * LEAST_SHARE)
    this.piles = accumulations(this.graph, subject.classes, this.leastBytes)
      .map(pile => ({...pile, bytes: pile.bytes - stacksIn(this.heap, pile)}))
      .filter(({bytes}) => bytes >= this.leastBytes)
      .map(pile => ({...pile, ...this.#ageOf(pile), owner: ownerOf(this.graph, pile.container)}))
      // The VM's own lists have no class.
      .filter(({container, owner}) => owner.kind !== 'root' || this.heap.columns.classes[container] !== NONE)
    const listed = new Set(this.piles.map(pile => pile.container))
    this.giants = giantObjects(this.graph, this.leastBytes * 2).filter(({index}) => !listed.has(index)).map(giant => ({
      ...giant,
      age: this.ages.profile([giant.index]),
      owner: ownerOf(this.graph, giant.index),
    }))
  }

  get look(): Look {
    return {ages: this.ages, classes: this.subject.classes, graph: this.graph}
  }

  /** Members that are not added to may still grow themselves. */
  #ageOf(pile: Accumulation): Pick<Pile, 'age' | 'below'> {
    const members = weighty(pile)
    const age = this.ages.profile(members)
    const below = age.growth === 'growing' || age.growth === 'recent' ? null : growthBelow(this.look, members)
    return {age: below?.age ?? age, below}
  }

  share(bytes: number): number {
    return this.liveBytes === 0 ? 0 : bytes / this.liveBytes
  }

  /** Name of a class whose objects are the members, by most bytes. */
  memberClass(pile: Accumulation): string {
    return pile.groups[0].className
  }

  claim(...nodes: number[]): void {
    for (const node of nodes) if (node !== NONE) this.claimed.add(node)
  }

  /** Whether a rule has explained this object, or something that dominates it. */
  isClaimed(index: number): boolean {
    for (const node of dominatorsOf(this.graph, index)) if (this.claimed.has(node)) return true
    return false
  }
}

/** The members of a pile's large groups, which come first. */
function weighty({groups, members}: Accumulation): Int32Array {
  const large = groups.filter(({bytes}) => bytes >= groups[0].bytes * LEAST_GROUP)
  return members.subarray(0, large.reduce((sum, {count}) => sum + count, 0))
}

/** Bytes that are set aside for the stacks of a pile's threads, or of the one that holds it: no part of what is alive. */
function stacksIn(heap: Heap, {container, groups, members}: Accumulation): number {
  let bytes = isThread(heap, container) ? reservedStack(heap, container) : 0
  let start = 0
  // What is of one class is all threads, or none of it is.
  for (const {count} of groups) {
    if (isThread(heap, members[start])) bytes += members.subarray(start, start + count).reduce((sum, thread) => sum + reservedStack(heap, thread), 0)
    start += count
  }

  return bytes
}
