// Whether a group of objects still grows, read from a single dump. Traced: from the generations (GC counts) in which
// its survivors were allocated. Untraced: from Ruby's own flag for objects that have survived three collections.
import type {HeapGraph} from '../../heap/heap-graph.js'
import {FLAG} from '../../heap/columns.js'
import type {Heap} from '../../heap/heap.js'
import {compiledCodeOf} from '../objects/compiled-code.js'
import {generations as generationRows} from '../tables/generations.js'

/**
 * `growing`: some members are old, some are new, and there is proof that the first ones stayed. `mixed`: the same
 * without proof: it grows, or it is full and turns over. `turnover`: entries come and go. `recent`: all are new (a
 * request in progress, or a cache that turns over). `burst`: all were allocated at one time, after boot. `levelled`:
 * fewer and fewer are added. `settled`: none is new. `before`: none was added since tracing began. `boot`: all are as
 * old as the code.
 */
export type Growth = 'growing' | 'mixed' | 'turnover' | 'recent' | 'burst' | 'levelled' | 'settled' | 'before' | 'boot'

export type AgeProfile = {
  readonly growth: Growth
  /**
   * Generations after boot in which members were allocated, and all from which the dump has survivors; both 0 when
   * untraced.
   */
  readonly generations: number
  readonly activeGenerations: number
  readonly members: number
  /** Members that are not old, or were allocated in the latest generations. */
  readonly fresh: number
  /** Members allocated before tracing began. */
  readonly untraced: number
  /** Members allocated before the first counted GC: before tracing, or at boot. */
  readonly before: number
  /** GCs are counted since tracing began, as far as the dump shows; otherwise since boot. */
  readonly sinceTracing: boolean
  /** Set if the process's history decided: how long it was level, or how fast it climbs. */
  readonly levelSeconds?: number | undefined
  readonly climbsPerHour?: number | undefined
  /** A running thread holds it in its variables. */
  readonly isUnderWay?: boolean
  /**
   * The number of members relative to what it would be if they had been added at the recent rate from the start, and
   * stayed; null if the dump does not show it.
   */
  readonly ofAllThatCame: number | null
}

/** The share of the generations after boot that counts as the latest ones. */
const RECENT_SHARE = 0.15
/** Records of compiled code: a traced app has far more. */
const LEAST_CODE = 500
/** It levels off if the clock's last third added less than this share of what is left from the first third. */
const LEVELLED_SHARE = 0.3

export class Ages {
  /** Whether the dump has generations. */
  readonly traced: boolean
  /** The last generation in which much code was loaded; -1 if boot was over before tracing began. */
  readonly bootEnd: number
  /** Generations after boot with survivors, ascending. */
  readonly active: readonly number[]
  readonly #heap: Heap
  readonly #recentFrom: number
  /**
   * The end of the clock's first third, and the start and end of its last third. The generation that the dump cut short
   * is not part of it: with few GCs, it would make every leak level off.
   */
  readonly #earlyUntil: number
  readonly #lateFrom: number
  readonly #lateUntil: number
  /** Objects from the first third. */
  readonly #earlyObjects: number

  /** `tracingFrom`: the GC count when tracing began, if it was recorded. */
  constructor(heap: Heap, tracingFrom: number | null = null) {
    this.#heap = heap
    const counts = new Map<number, number>()
    for (const {generation, objects} of generationRows(heap)) if (generation !== null) counts.set(generation, objects)
    const {code, untraced} = codeByGeneration(heap)
    const codeTotal = [...code.values()].reduce((sum, count) => sum + count, 0)
    this.traced = counts.size > 0
    this.bootEnd = endOfBoot(code, codeTotal, untraced)
    this.active = activeGenerations(counts, this.bootEnd)
    // The GC count is the clock: GCs without survivors have passed too. It starts at the first GC with survivors.
    const afterBoot = [...counts.keys()].filter(generation => generation > this.bootEnd)
    const firstLeft = afterBoot.reduce((least, generation) => Math.min(least, generation), Infinity)
    const first = tracingFrom !== null && this.bootEnd === -1 ? Math.min(tracingFrom, firstLeft) : firstLeft
    const last = this.active.at(-1) ?? first
    const span = last - first + 1
    this.#recentFrom = last - Math.max(2, Math.ceil(span * RECENT_SHARE)) + 1
    this.#earlyUntil = first + Math.floor(span / 3)
    this.#lateUntil = span > 2 ? last : last + 1
    this.#lateFrom = this.#lateUntil - Math.floor(span / 3)
    this.#earlyObjects = afterBoot.reduce(
      (sum, generation) => (generation < this.#earlyUntil ? sum + (counts.get(generation) ?? 0) : sum),
      0,
    )
  }

  /**
   * Whether anything other than `members` and what they dominate has survived from the clock's first third. If nothing
   * has, the clock starts with the members themselves, which proves nothing: a cache that turns over has such a first
   * third too.
   */
  hasWitness({retained: {counts, ends}}: HeapGraph, members: ArrayLike<number>): boolean {
    let own = 0
    for (let at = 0; at < members.length; at++) own += counts[members[at]]
    if (this.#earlyObjects > own) return true
    const {generations} = this.#heap.columns
    // Everything a node dominates directly follows it, and members do not dominate each other: sorted by start, their
    // ranges are also sorted by end.
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

  /** Whether it was allocated after boot; false if the dump does not show it. */
  isAfterBoot(index: number): boolean {
    return this.#heap.columns.generations[index] > this.bootEnd
  }

  /** Traced and, if tracing began at boot, allocated after the clock's first third. */
  isMadeLate(index: number): boolean {
    const generation = this.#heap.columns.generations[index]
    return this.bootEnd === -1 ? generation >= 0 : generation >= this.#earlyUntil
  }

  /** From the latest generations; not yet old, if the dump has no generations. */
  isNew(index: number): boolean {
    const {generations, flags} = this.#heap.columns
    return this.tellsGenerations ? generations[index] >= this.#recentFrom : (flags[index] & FLAG.young) !== 0
  }

  /** Whether any member is from the latest generations while the object that lists them is not. */
  hasNewer(members: ArrayLike<number>, than: number): boolean {
    if (this.isNew(than)) return false
    for (let at = 0; at < members.length; at++) if (this.isNew(members[at])) return true
    return false
  }

  profile(members: ArrayLike<number>): AgeProfile {
    return this.tellsGenerations ? this.#byGeneration(members) : this.#byOldness(members)
  }

  /** Whether the dump shows what was loaded at boot. */
  get tellsBoot(): boolean {
    return this.tellsGenerations && this.bootEnd !== -1
  }

  /** Whether generations say more than the flag for old objects. */
  get tellsGenerations(): boolean {
    return this.traced && this.active.length >= 2
  }

  #byGeneration(members: ArrayLike<number>): AgeProfile {
    const {generations} = this.#heap.columns
    const {active} = this
    const last = active[active.length - 1]
    /** Number of members by generation after boot. */
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
      if (generation >= this.#lateFrom && generation < this.#lateUntil) late++
    }

    // A stray member does not count as supply: at least a tenth of an even share does.
    const least = Math.max(1, (members.length - before) / Math.max(1, active.length) / 10)
    const supplied = active.filter(generation => (seen[generation] ?? 0) >= least)
    const after = members.length - before
    const came = (late / Math.max(1, this.#lateUntil - this.#lateFrom)) * last
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
      // A collection that turns over has nothing left from the clock's first GCs.
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

/**
 * Old and new members together mean growth, or a full collection that turns over: a single dump does not show which.
 */
function byFresh(fresh: number, members: number): Growth {
  if (fresh === members || fresh >= members * 0.7) return 'recent'
  return fresh >= Math.max(3, members * 0.003) ? 'mixed' : 'settled'
}

/** Compiled code by generation, and how much of it was there before tracing. */
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

/** Generations after boot, except those (two GCs in a row) with almost no survivors. */
function activeGenerations(counts: ReadonlyMap<number, number>, bootEnd: number): number[] {
  const generations = [...counts.keys()].filter(generation => generation > bootEnd).toSorted((a, b) => a - b)
  const sizes = generations.map(generation => counts.get(generation) ?? 0).toSorted((a, b) => a - b)
  const median = sizes[sizes.length >> 1] ?? 0
  return generations.filter(generation => (counts.get(generation) ?? 0) > median * 0.05)
}

/** Nearly all code is compiled while the app boots; after that, only lazily loaded code and what `eval` creates. */
function endOfBoot(code: ReadonlyMap<number, number>, total: number, untraced: number): number {
  // Tracing began after boot: almost no code was traced, most is older.
  if (total < LEAST_CODE || untraced > total) return -1
  const byAge = [...code].toSorted(([a], [b]) => a - b)
  const [first] = byAge[0]
  const [last] = byAge[byAge.length - 1]
  const nearlyAll = reached(byAge, total * 0.9)
  // Code that is created steadily at run time does not belong to boot.
  return nearlyAll > first + (last - first) / 2 ? reached(byAge, total * 0.5) : nearlyAll
}

/** The generation by which the sum reached `enough`. */
function reached(byAge: ReadonlyArray<readonly [generation: number, count: number]>, enough: number): number {
  let sum = 0
  for (const [generation, count] of byAge) {
    sum += count
    if (sum >= enough) return generation
  }

  return -1
}
