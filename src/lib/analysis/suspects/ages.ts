// Whether a group of objects is still being added to, read from a single dump. Traced: by the generations (GC counts) in which its
// survivors were allocated. Untraced: by Ruby's own mark for what has survived three collections.
import type {HeapGraph} from '../../heap/heap-graph.js'
import {FLAG} from '../../heap/columns.js'
import type {Heap} from '../../heap/heap.js'
import {compiledCodeOf} from '../objects/compiled-code.js'
import {generations as generationRows} from '../tables/generations.js'

/**
 * `growing`: some are there from long ago, some are new, and there is proof that the first ones stayed. `mixed`: some old, some new, and
 * no such proof: it grows, or it is full and turns over. `turnover`: as entries come, others go. `recent`: all are new (a request in
 * flight, or a cache that turns over). `burst`: all came at one time, after boot. `levelled`: ever fewer come. `settled`: none is new.
 * `before`: none came since the tracing began. `boot`: all are as old as the code.
 */
export type Growth = 'growing' | 'mixed' | 'turnover' | 'recent' | 'burst' | 'levelled' | 'settled' | 'before' | 'boot'

export type AgeProfile = {
  readonly growth: Growth
  /** Generations after boot in which members were allocated, of those from which the dump has survivors; 0 of 0 when untraced. */
  readonly generations: number
  readonly activeGenerations: number
  readonly members: number
  /** Members that are not old, or were allocated in the last generations. */
  readonly fresh: number
  /** Members from before the tracing began. */
  readonly untraced: number
  /** Members from before the GCs that are counted: those, and what came at boot. */
  readonly before: number
  /** The GCs that are counted are those since the tracing began, as far as the dump tells; else those since boot. */
  readonly sinceTracing: boolean
  /** Where the history of the process has decided: how long it was level, or how fast it climbs. */
  readonly levelSeconds?: number | undefined
  readonly climbsPerHour?: number | undefined
  /** A thread that is at work holds it in its variables. */
  readonly isUnderWay?: boolean
  /** Members by all that would have come if they had come from the start as fast as of late, and stayed; null where the dump does not tell. */
  readonly ofAllThatCame: number | null
}

/** Share of the generations after boot that counts as "the last ones". */
const RECENT_SHARE = 0.15
/** Records of code: a traced app has far more of its own. */
const LEAST_CODE = 500
/** Where the last third of the clock brought less than this part of what is left from the first, it levels off. */
const LEVELLED_SHARE = 0.3

export class Ages {
  /** Whether generations say anything. */
  readonly traced: boolean
  /** The last generation in which code was loaded in earnest; -1 when everything before the tracing is boot. */
  readonly bootEnd: number
  /** Generations after boot from which objects are left, ascending. */
  readonly active: readonly number[]
  readonly #heap: Heap
  readonly #recentFrom: number
  /** The end of the clock's first third, and the beginning of its last. */
  readonly #earlyUntil: number
  readonly #lateFrom: number
  /** Objects from the first third. */
  readonly #earlyObjects: number

  /** `tracingFrom`: GCs that had run when the tracing began, where somebody wrote it down. */
  constructor(heap: Heap, tracingFrom: number | null = null) {
    this.#heap = heap
    const counts = new Map<number, number>()
    for (const {generation, objects} of generationRows(heap)) if (generation !== null) counts.set(generation, objects)
    const {code, untraced} = codeByGeneration(heap)
    const codeTotal = [...code.values()].reduce((sum, count) => sum + count, 0)
    this.traced = counts.size > 0
    this.bootEnd = endOfBoot(code, codeTotal, untraced)
    this.active = activeGenerations(counts, this.bootEnd)
    // The count of GCs is the clock: those that nothing is left from have passed all the same. It began with the first one that anything is left from.
    const afterBoot = [...counts.keys()].filter(generation => generation > this.bootEnd)
    const firstLeft = afterBoot.reduce((least, generation) => Math.min(least, generation), Infinity)
    const first = tracingFrom !== null && this.bootEnd === -1 ? Math.min(tracingFrom, firstLeft) : firstLeft
    const last = this.active.at(-1) ?? first
    const span = last - first + 1
    this.#recentFrom = last - Math.max(2, Math.ceil(span * RECENT_SHARE)) + 1
    this.#earlyUntil = first + Math.floor(span / 3)
    this.#lateFrom = last - Math.floor(span / 3) + 1
    this.#earlyObjects = afterBoot.reduce(
      (sum, generation) => (generation < this.#earlyUntil ? sum + (counts.get(generation) ?? 0) : sum),
      0,
    )
  }

  /**
   * Whether anything else than `members`, with all they dominate, has survived from the clock's first third. Where nothing has, it is their own
   * age that the clock goes by, and says nothing: a cache that turns over has a first third too.
   */
  hasWitness({retained: {counts, ends}}: HeapGraph, members: ArrayLike<number>): boolean {
    let own = 0
    for (let at = 0; at < members.length; at++) own += counts[members[at]]
    if (this.#earlyObjects > own) return true
    const {generations} = this.#heap.columns
    // All that a node dominates comes right after it, and members do not dominate each other: in order, they begin and
    // end in one order.
    const begins = new Int32Array(members.length)
    const finishes = new Int32Array(members.length)
    for (let at = 0; at < members.length; at++) {
      finishes[at] = ends[members[at]]
      begins[at] = finishes[at] - counts[members[at]]
    }

    begins.sort()
    finishes.sort()
    const isOwn = (place: number) => {
      let low = 0
      let high = finishes.length
      while (low < high) {
        const middle = (low + high) >> 1
        if (finishes[middle] <= place) low = middle + 1
        else high = middle
      }

      return low < finishes.length && place >= begins[low]
    }

    for (let index = 0; index < generations.length; index++) {
      if (generations[index] <= this.bootEnd || generations[index] >= this.#earlyUntil || counts[index] === 0) continue
      if (!isOwn(ends[index] - counts[index])) return true
    }

    return false
  }

  /** Allocated after boot, as far as the dump tells; false where it does not. */
  isAfterBoot(index: number): boolean {
    return this.#heap.columns.generations[index] > this.bootEnd
  }

  /** Traced, and where the tracing began at boot, not in the clock's first third. */
  isMadeLate(index: number): boolean {
    const generation = this.#heap.columns.generations[index]
    return this.bootEnd === -1 ? generation >= 0 : generation >= this.#earlyUntil
  }

  /** From the last generations; where the dump has none, not yet old. */
  isNew(index: number): boolean {
    const {generations, flags} = this.#heap.columns
    return this.tellsGenerations ? generations[index] >= this.#recentFrom : (flags[index] & FLAG.young) !== 0
  }

  /** Whether any of the members is from the last generations, and an object that lists them is not. */
  hasNewer(members: ArrayLike<number>, than: number): boolean {
    if (this.isNew(than)) return false
    for (let at = 0; at < members.length; at++) if (this.isNew(members[at])) return true
    return false
  }

  profile(members: ArrayLike<number>): AgeProfile {
    return this.tellsGenerations ? this.#byGeneration(members) : this.#byOldness(members)
  }

  /** The dump tells what came with the code. */
  get tellsBoot(): boolean {
    return this.tellsGenerations && this.bootEnd !== -1
  }

  /** Generations tell more than what is old and what is not. */
  get tellsGenerations(): boolean {
    return this.traced && this.active.length >= 2
  }

  #byGeneration(members: ArrayLike<number>): AgeProfile {
    const {generations} = this.#heap.columns
    const {active} = this
    const last = active[active.length - 1]
    /** Members by generation after boot. */
    const seen: number[] = []
    let before = 0
    let untraced = 0
    let fresh = 0
    let early = 0
    let late = 0
    for (let at = 0; at < members.length; at++) {
      const generation = generations[members[at]]
      if (generation < 0) untraced++
      if (generation <= this.bootEnd) {
        before++
        continue
      }

      seen[generation] = (seen[generation] ?? 0) + 1
      if (generation >= this.#recentFrom) fresh++
      if (generation < this.#earlyUntil) early++
      if (generation >= this.#lateFrom) late++
    }

    // A generation with a stray member is no supply: at least a tenth of an even share.
    const least = Math.max(1, (members.length - before) / Math.max(1, active.length) / 10)
    const supplied = active.filter(generation => (seen[generation] ?? 0) >= least)
    const after = members.length - before
    const came = (late / Math.max(1, last - this.#lateFrom + 1)) * last
    const facts = {
      activeGenerations: active.length,
      before,
      fresh,
      generations: supplied.length,
      members: members.length,
      ofAllThatCame: came === 0 ? null : members.length / came,
      sinceTracing: this.bootEnd === -1,
      untraced,
    }
    const growth = ((): Growth => {
      if (after < Math.max(1, members.length * 0.02)) return this.bootEnd === -1 ? 'before' : 'boot'
      if (supplied.length <= Math.max(2, active.length * 0.1)) return fresh > after / 2 ? 'recent' : 'burst'
      if (fresh === 0) return 'settled'
      // What turns over has nothing left from the first GCs of the clock.
      const old = supplied.filter(generation => generation < this.#earlyUntil).length
      if (old === 0) return untraced > members.length * 0.02 ? 'mixed' : 'recent'
      return late < early * LEVELLED_SHARE ? 'levelled' : 'growing'
    })()
    return {...facts, growth}
  }

  #byOldness(members: ArrayLike<number>): AgeProfile {
    const {flags} = this.#heap.columns
    let fresh = 0
    for (let at = 0; at < members.length; at++) if ((flags[members[at]] & FLAG.young) !== 0) fresh++
    return {
      activeGenerations: 0,
      before: 0,
      fresh,
      generations: 0,
      growth: byFresh(fresh, members.length),
      members: members.length,
      ofAllThatCame: null,
      sinceTracing: false,
      untraced: members.length,
    }
  }
}

/** Old and new ones together may be a collection that grows, or a full one that turns over: a single dump does not tell. */
function byFresh(fresh: number, members: number): Growth {
  if (fresh === members || fresh >= members * 0.7) return 'recent'
  return fresh >= Math.max(3, members * 0.003) ? 'mixed' : 'settled'
}

/** Compiled code by generation, and how much of it is older than the tracing. */
function codeByGeneration(heap: Heap): {readonly code: ReadonlyMap<number, number>; readonly untraced: number} {
  const {generations} = heap.columns
  const code = new Map<number, number>()
  let untraced = 0
  for (const index of compiledCodeOf(heap)) {
    const generation = generations[index]
    if (generation >= 0) code.set(generation, (code.get(generation) ?? 0) + 1)
    else untraced++
  }

  return {code, untraced}
}

/** Generations after boot, but for those (two GCs in a row) of which hardly anything is left. */
function activeGenerations(counts: ReadonlyMap<number, number>, bootEnd: number): number[] {
  const generations = [...counts.keys()].filter(generation => generation > bootEnd).toSorted((a, b) => a - b)
  const sizes = generations.map(generation => counts.get(generation) ?? 0).toSorted((a, b) => a - b)
  const median = sizes[sizes.length >> 1] ?? 0
  return generations.filter(generation => (counts.get(generation) ?? 0) > median * 0.05)
}

/** Nearly all code is compiled while the app boots; later come only what is loaded lazily and what `eval` makes. */
function endOfBoot(code: ReadonlyMap<number, number>, total: number, untraced: number): number {
  // Traced since after boot: there is hardly any code among what was traced, and most is older.
  if (total < LEAST_CODE || untraced > total) return -1
  const byAge = [...code].toSorted(([a], [b]) => a - b)
  const [first] = byAge[0]
  const [last] = byAge[byAge.length - 1]
  const nearlyAll = reached(byAge, total * 0.9)
  // Code that is made at run time, all the time, is no boot.
  return nearlyAll > first + (last - first) / 2 ? reached(byAge, total * 0.5) : nearlyAll
}

/** The generation by which so much was there. */
function reached(byAge: ReadonlyArray<readonly [generation: number, count: number]>, enough: number): number {
  let sum = 0
  for (const [generation, count] of byAge) {
    sum += count
    if (sum >= enough) return generation
  }

  return -1
}
