// Whether a group of objects is still being added to, read from a single dump. Traced: by the generations (GC counts) in which its
// survivors were allocated. Untraced: by Ruby's own mark for what has survived three collections.
import {FLAG, type Heap, NONE} from '../../heap/heap.js'
import {TYPE} from '../../heap/object-types.js'
import {generations as generationRows} from '../generations.js'

/**
 * `growing`: some are there from long ago and some are new. `recent`: all are new (a request in flight, or a bounded cache that
 * turns over). `burst`: all came at one time, after boot. `settled`: none is new. `boot`: all are as old as the code.
 */
export type Growth = 'growing' | 'recent' | 'burst' | 'settled' | 'boot'

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
  /** The GCs that are counted are those since the tracing began, as far as the dump tells; else those since boot. */
  readonly sinceTracing: boolean
  /** The tracing began while the process was running, and all members came since. */
  readonly allSinceTracing: boolean
}

/** Share of the generations after boot that counts as "the last ones". */
const RECENT_SHARE = 0.15
/** A collection that has members from this share of the generations gets them all the time. */
const STEADY_SHARE = 0.4

export class Ages {
  /** Whether generations say anything. */
  readonly traced: boolean
  /** The last generation in which code was loaded in earnest; -1 when everything before the tracing is boot. */
  readonly bootEnd: number
  /** Generations after boot from which objects are left, ascending. */
  readonly active: readonly number[]
  readonly #heap: Heap
  readonly #recentFrom: number
  readonly #earlyUntil: number

  constructor(heap: Heap) {
    this.#heap = heap
    const counts = new Map<number, number>()
    for (const {generation, objects} of generationRows(heap)) if (generation !== null) counts.set(generation, objects)
    const code = codeByGeneration(heap)
    const codeTotal = [...code.values()].reduce((sum, count) => sum + count, 0)
    this.traced = counts.size > 0
    this.bootEnd = endOfBoot(code, codeTotal)
    this.active = activeGenerations(counts, this.bootEnd)
    const [first = Infinity] = this.active
    const last = this.active.at(-1) ?? first
    // The count of GCs is the clock: those that nothing is left from have passed all the same.
    const span = last - first + 1
    this.#recentFrom = last - Math.max(2, Math.ceil(span * RECENT_SHARE)) + 1
    this.#earlyUntil = first + Math.floor(span / 3)
  }

  /** Allocated after boot, as far as the dump tells; false where it does not. */
  isAfterBoot(index: number): boolean {
    return this.#heap.columns.generations[index] > this.bootEnd
  }

  /** From the last generations; where the dump has none, not yet old. */
  isNew(index: number): boolean {
    const {generations, flags} = this.#heap.columns
    return this.tellsGenerations ? generations[index] >= this.#recentFrom : (flags[index] & FLAG.young) !== 0
  }

  profile(members: ArrayLike<number>): AgeProfile {
    return this.tellsGenerations ? this.#byGeneration(members) : this.#byOldness(members)
  }

  /** Generations tell more than what is old and what is not. */
  get tellsGenerations(): boolean {
    return this.traced && this.active.length >= 2
  }

  #byGeneration(members: ArrayLike<number>): AgeProfile {
    const {generations} = this.#heap.columns
    const {active} = this
    const seen = new Map<number, number>()
    let before = 0
    let untraced = 0
    let fresh = 0
    for (let at = 0; at < members.length; at++) {
      const generation = generations[members[at]]
      if (generation < 0) untraced++
      if (generation <= this.bootEnd) {
        before++
        continue
      }

      seen.set(generation, (seen.get(generation) ?? 0) + 1)
      if (generation >= this.#recentFrom) fresh++
    }

    // A generation with a stray member is no supply: at least a tenth of an even share.
    const least = Math.max(1, (members.length - before) / Math.max(1, active.length) / 10)
    const supplied = active.filter(generation => (seen.get(generation) ?? 0) >= least)
    const sinceTracing = this.bootEnd === -1
    const allSinceTracing = sinceTracing && untraced <= members.length * 0.02
    const facts = {activeGenerations: active.length, allSinceTracing, fresh, generations: supplied.length, members: members.length, sinceTracing, untraced}
    const growth = ((): Growth => {
      const after = members.length - before
      if (after < Math.max(1, members.length * 0.02)) return 'boot'
      const early = supplied.filter(generation => generation < this.#recentFrom).length
      if (before > members.length * 0.02 && untraced > 0 && fresh > 0 && supplied.length >= Math.max(2, active.length * STEADY_SHARE)) return 'growing'
      if (supplied.length <= Math.max(2, active.length * 0.1)) return fresh > after / 2 ? 'recent' : 'burst'
      // A bounded cache that turns over has nothing left from the first generations after boot.
      const old = supplied.filter(generation => generation < this.#earlyUntil).length
      if (supplied.length >= active.length * STEADY_SHARE && old > 0 && fresh > 0) return 'growing'
      if (fresh === 0) return 'settled'
      return old === 0 || early === 0 ? 'recent' : 'growing'
    })()
    return {...facts, growth}
  }

  #byOldness(members: ArrayLike<number>): AgeProfile {
    const {flags} = this.#heap.columns
    let fresh = 0
    for (let at = 0; at < members.length; at++) if ((flags[members[at]] & FLAG.young) !== 0) fresh++
    const growth: Growth =
      fresh === members.length ? 'recent' : fresh >= Math.max(3, members.length * 0.003) && fresh < members.length * 0.7 ? 'growing' : fresh >= members.length * 0.7 ? 'recent' : 'settled'
    return {activeGenerations: 0, allSinceTracing: false, fresh, generations: 0, growth, members: members.length, sinceTracing: false, untraced: members.length}
  }
}

function codeByGeneration(heap: Heap): ReadonlyMap<number, number> {
  const {columns: {details, generations: column}, sweeps} = heap
  const code = new Map<number, number>()
  const iseq = heap.tables.texts.find('iseq')
  if (iseq === NONE) return code
  const {firsts, objects} = sweeps.pairs(sweeps.ofTypes([TYPE.IMEMO]), details, column)
  for (const [pair, index] of firsts.entries()) if (details[index] === iseq && column[index] >= 0) code.set(column[index], objects[pair])
  return code
}

/** Generations after boot, but for those (two GCs in a row) of which hardly anything is left. */
function activeGenerations(counts: ReadonlyMap<number, number>, bootEnd: number): number[] {
  const generations = [...counts.keys()].filter(generation => generation > bootEnd).toSorted((a, b) => a - b)
  const sizes = generations.map(generation => counts.get(generation) ?? 0).toSorted((a, b) => a - b)
  const median = sizes[sizes.length >> 1] ?? 0
  return generations.filter(generation => (counts.get(generation) ?? 0) > median * 0.05)
}

/** Nearly all code is compiled while the app boots; later come only what is loaded lazily and what `eval` makes. */
function endOfBoot(code: ReadonlyMap<number, number>, total: number): number {
  // Traced since after boot: there is hardly any code among what was traced.
  if (total < 500) return -1
  let sum = 0
  for (const generation of [...code.keys()].toSorted((a, b) => a - b)) {
    sum += code.get(generation) ?? 0
    if (sum >= total * 0.9) return generation
  }

  return -1
}
