// Whether the addresses of two dumps can be compared. They can't after a restart, between processes, or after a
// compaction (GC.compact, GC.auto_compact), which moves objects from one end of the heap to free slots at the other.
import {UserError} from '../../errors.js'
import {NO_CODE} from '../../heap/address-codes.js'
import {HashIndex} from '../../heap/hash-index.js'
import {NONE} from '../../heap/columns.js'
import {TYPE} from '../../heap/object-types.js'
import type {Subject} from '../objects/subject.js'
import type {EarlierAddresses, Matches} from './identity.js'
import {findLandmarks, type Landmarks, type Snapshot} from './snapshot.js'

export type Movement =
  | 'none'
  /** Some objects have moved. */
  | 'compacted'
  /** Almost everything has moved. */
  | 'other-process'

/** One class in a hundred may have moved for other reasons, such as reloaded code. */
const MOVED_MODULES = 0.01
const MANY_MOVED_MODULES = 0.5
/** Fewer may be a coincidence. */
const FEW = 20
const FEW_STRINGS = 50
const FEW_PAGES = 3
const PAGE_BYTES = 65_536
/**
 * The share of pairs of moved strings that are in reverse order after a compaction. For strings that were freed and
 * created again, measured on 2.7, 3.1, 3.3 and 3.4: up to 0.5 within pages, even if they were created in reverse order;
 * up to 0.9 at one distance, never at all of them.
 */
const REVERSED = 0.9

/** Throws UserError `wrong_order` if the earlier dump is the later one. */
export function detectMovement(
  subject: Subject,
  earlier: Snapshot,
  addresses: EarlierAddresses,
  matches: Matches,
): Movement {
  const now = findLandmarks(subject.heap, earlier.landmarks.mask)
  const modules = movedModules(earlier.landmarks, now, addresses)
  const share = modules.both === 0 ? 0 : modules.moved / modules.both
  if (share > MANY_MOVED_MODULES) return 'other-process'
  if (modules.both >= FEW && share > MOVED_MODULES) return 'compacted'
  if (movedTraced(subject, earlier, matches) || movedStrings(subject, earlier, now, addresses)) return 'compacted'
  return 'none'
}

function wrongOrder(first: string, second: string): UserError {
  return new UserError(
    `${second} was taken before ${first}: it has objects that were freed before ${first}, and none allocated later.`,
    {
      code: 'wrong_order',
      exit: 2,
      hint: 'Name the older dump first. Two processes cannot be compared like this, even if one was forked from the other: each counts its own GCs.',
    },
  )
}

function movedModules(before: Landmarks, now: Landmarks, addresses: EarlierAddresses): {both: number; moved: number} {
  const codes = new Map(before.modules)
  let both = 0
  let moved = 0
  for (const [name, code] of now.modules) {
    const earlier = codes.get(name)
    if (earlier === undefined) continue
    both++
    if (addresses.translate(code) !== earlier) moved++
  }

  return {both, moved}
}

/**
 * If everything is traced, each object that was not in the earlier dump has a generation after the earlier dump's last
 * one. Ruby moves objects but not the tracer's data about them, so moved objects have none (seen in 3.1).
 */
function movedTraced({heap, source}: Subject, earlier: Snapshot, {before, tracedCount}: Matches): boolean {
  if (tracedCount === 0 || earlier.facts.truncated) return false
  const last = earlier.generations.reduce((a, b) => Math.max(a, b), NONE)
  const {generations, classes, types} = heap.columns
  let moved = 0
  let traced = 0
  let older = 0
  for (let index = 0; index < heap.count; index++) {
    // Some of Ruby's own objects are never traced.
    if (before[index] !== NONE || classes[index] === NONE || types[index] === TYPE.IMEMO) continue
    if (generations[index] >= last) traced++
    else moved++
    if (generations[index] < last && generations[index] !== NONE) older++
  }

  // Some are older than the earlier dump but not in it, and none is newer.
  if (older >= FEW && (heap.scans.select.spanOf(generations)?.most ?? NONE) < last)
    throw wrongOrder(earlier.facts.source, source)
  return moved >= FEW && moved > (moved + traced) / 100
}

/**
 * Strings with a unique value can be recognized. Ruby moves objects from one end of the heap into free slots at the
 * other, so the order of moved objects is reversed: the order of the pages in 3.1; the order within each page in 2.7
 * and from 3.2 on, where the order of the pages is arbitrary. Strings that were freed and created again show no such
 * order.
 */
function movedStrings({heap}: Subject, earlier: Snapshot, now: Landmarks, addresses: EarlierAddresses): boolean {
  const before = earlier.landmarks
  const index = new HashIndex()
  for (let at = 0; at < before.low.length; at++) index.idOf(before.low[at], before.high[at])
  const slotBits = 16 - earlier.alignmentBits
  const offset = (code: number) => (code & ((1 << slotBits) - 1)) << earlier.alignmentBits
  const position = (pages: Int32Array, code: number) => (pages[code >>> slotBits] >>> 0) * PAGE_BYTES + offset(code)
  const moved: Move[] = []
  for (let at = 0; at < now.low.length; at++) {
    const id = index.idOf(now.low[at], now.high[at])
    if (id >= before.low.length) continue
    const [from, to] = [before.codes[id], now.codes[at]]
    if (from === NO_CODE || to === NO_CODE || addresses.translate(to) === from) continue
    moved.push([position(earlier.pages, from), position(heap.codes.pages, to)])
  }

  if (moved.length < FEW_STRINGS || pageCount(moved, 0) < FEW_PAGES || pageCount(moved, 1) < FEW_PAGES) return false
  moved.sort(([a], [b]) => a - b)
  return arePagesReversed(moved) || areSlotsReversed(moved)
}

type Move = readonly [from: number, to: number]

const pageOf = (position: number): number => Math.floor(position / PAGE_BYTES)

function pageCount(moved: readonly Move[], end: 0 | 1): number {
  return new Set(moved.map(ends => pageOf(ends[end]))).size
}

/** Compares strings far apart, since 3.1 keeps the order within a page. */
function arePagesReversed(moved: readonly Move[]): boolean {
  return [10, 4, 2].every(part => {
    const distance = Math.floor(moved.length / part)
    const reversed = moved.slice(distance).filter(([, to], at) => to < moved[at][1]).length
    return reversed >= (moved.length - distance) * REVERSED
  })
}

/** Compares strings that were neighbors in a page and moved to the same page. */
function areSlotsReversed(moved: readonly Move[]): boolean {
  let together = 0
  let reversed = 0
  for (let at = 1; at < moved.length; at++) {
    const [[fromBefore, toBefore], [from, to]] = [moved[at - 1], moved[at]]
    if (pageOf(fromBefore) !== pageOf(from) || pageOf(toBefore) !== pageOf(to)) continue
    together++
    if (to < toBefore) reversed++
  }

  return together >= FEW_STRINGS && reversed >= together * REVERSED
}
