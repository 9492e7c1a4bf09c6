// The strengths of paths, and the graph of owning references (lib/heap/ownership.ts has the rules). Both visit every
// reference in the heap.
import {get, NONE, set} from '../words-of-memory'

/** Strengths, weakest last, and the value for unreached objects. */
const OWNING: i32 = 1
const INCIDENTAL: i32 = 2
const CACHE: i32 = 3
export const UNREACHED: i32 = 255

/** Kinds of records, as in lib/heap/ownership.ts. */
const NAMED_MODULE: i32 = 1
const INLINE_CACHE: i32 = 2
const STACK: i32 = 3
const UNNAMED_MODULE: i32 = 4
const STACK_RECORD: i32 = 5

/** The heap: columns, and kinds by record. */
let kinds: usize = 0
let classes: usize = 0
let firstEdge: usize = 0
let edges: usize = 0
/** Pairs of a thread and the list that records its stack. */
let stacks: usize = 0
let stackCount: i32 = 0
/** Pairs of a class and its superclass, in the order of the classes. */
let superclasses: usize = 0
let superclassCount: i32 = 0

export function setHeap(
  kindsAt: usize, classesAt: usize, firstEdgeAt: usize, edgesAt: usize, stacksAt: usize, stackPairs: i32, superclassesAt: usize, superclassPairs: i32,
): void {
  kinds = kindsAt
  classes = classesAt
  firstEdge = firstEdgeAt
  edges = edgesAt
  stacks = stacksAt
  stackCount = stackPairs
  superclasses = superclassesAt
  superclassCount = superclassPairs
}

@inline
function kindOf(record: i32): i32 {
  return <i32>load<u8>(kinds + <usize>record)
}

/** The second value of the pair that begins with `key`; NONE without one. */
function paired(pairs: usize, count: i32, key: i32): i32 {
  let low = 0
  let high = count
  while (low < high) {
    const middle = (low + high) >> 1
    if (get(pairs, middle << 1) < key) low = middle + 1
    else high = middle
  }

  return low < count && get(pairs, low << 1) == key ? get(pairs, (low << 1) + 1) : NONE
}

/** The strength of a single reference; 255 for one that does not count. */
@inline
function strengthOf(kind: i32, source: i32, target: i32): i32 {
  if (kind == 0) return kindOf(target) == NAMED_MODULE ? INCIDENTAL : OWNING
  return strengthOfOther(kind, source, target)
}

function strengthOfOther(kind: i32, source: i32, target: i32): i32 {
  switch (kind) {
    case STACK_RECORD: return UNREACHED
    case INLINE_CACHE: return CACHE
    case STACK: return INCIDENTAL
    case NAMED_MODULE: case UNNAMED_MODULE:
      return kindOf(target) == NAMED_MODULE && paired(superclasses, superclassCount, source) == target ? INCIDENTAL : OWNING
    default:
      return kindOf(target) == NAMED_MODULE ? INCIDENTAL : OWNING
  }
}

/** Added to the strength of a record that was reached through a reference too weak for the current pass. */
const WAITS: i32 = 250

let strengths: usize = 0
let queue: usize = 0
let queueEnd: i32 = 0
let least: i32 = OWNING

@inline
function meet(target: i32, strength: i32): void {
  const known = <i32>load<u8>(strengths + <usize>target)
  if (known <= CACHE) return
  if (strength <= least) {
    store<u8>(strengths + <usize>target, <u8>least)
    set(queue, queueEnd++, target)
  } else if (strength + WAITS < known) store<u8>(strengths + <usize>target, <u8>(strength + WAITS))
}

/**
 * Writes the strength of each record's strongest path, one byte each. Breadth-first along owning references, from what
 * the roots own; a record reached through a weaker reference waits until everything reachable through stronger ones is
 * done. `roots`: pairs of a record and the strength of its root's reference. Overwrites `queueAt`, which has an entry
 * per record.
 */
export function pathStrengths(count: i32, roots: usize, rootCount: i32, strengthsAt: usize, queueAt: usize): void {
  strengths = strengthsAt
  queue = queueAt
  queueEnd = 0
  least = OWNING
  memory.fill(strengths, <u8>UNREACHED, count)
  for (let at = 0; at < rootCount; at++) meet(get(roots, at << 1), get(roots, (at << 1) + 1))
  for (let at = 0; ; ) {
    for (; at < queueEnd; at++) meetReferences(get(queue, at))
    if (least == CACHE) break
    least++
    for (let record = 0; record < count; record++) if (<i32>load<u8>(strengths + <usize>record) == least + WAITS) meet(record, least)
  }

  for (let record = 0; record < count; record++) if (<i32>load<u8>(strengths + <usize>record) > CACHE) store<u8>(strengths + <usize>record, <u8>UNREACHED)
}

function meetReferences(source: i32): void {
  const kind = kindOf(source)
  const last = get(firstEdge, source + 1)
  for (let at = get(firstEdge, source); at < last; at++) {
    const target = get(edges, at)
    if (target == NONE) continue
    const strength = strengthOf(kind, source, target)
    if (strength != UNREACHED) meet(target, strength)
  }

  if (kind == STACK) {
    const list = paired(stacks, stackCount, source)
    if (list != NONE) for (let at = get(firstEdge, list); at < get(firstEdge, list + 1); at++) if (get(edges, at) != NONE) meet(get(edges, at), INCIDENTAL)
  }

  const owner = get(classes, source)
  if (owner != NONE) meet(owner, kindOf(owner) == NAMED_MODULE ? INCIDENTAL : OWNING)
}

/**
 * Writes the owning references as a graph in compressed sparse rows, without the last entry of `first`. Returns how
 * many there are. A reference owns if it is on a strongest path: the weaker of the source's strength and its own equals
 * the target's.
 */
export function owningEdges(count: i32, strengthsAt: usize, first: usize, targets: usize): i32 {
  strengths = strengthsAt
  let end = 0
  for (let source = 0; source < count; source++) {
    set(first, source, end)
    const own = <i32>load<u8>(strengths + <usize>source)
    if (own == UNREACHED) continue
    const kind = kindOf(source)
    const last = get(firstEdge, source + 1)
    for (let at = get(firstEdge, source); at < last; at++) {
      const target = get(edges, at)
      if (target == NONE) continue
      const strength = strengthOf(kind, source, target)
      if (strength != UNREACHED && max(own, strength) == <i32>load<u8>(strengths + <usize>target)) set(targets, end++, target)
    }

    if (kind == STACK) {
      const list = paired(stacks, stackCount, source)
      if (list != NONE) {
        for (let at = get(firstEdge, list); at < get(firstEdge, list + 1); at++) {
          const target = get(edges, at)
          if (target != NONE && max(own, INCIDENTAL) == <i32>load<u8>(strengths + <usize>target)) set(targets, end++, target)
        }
      }
    }

    const owner = get(classes, source)
    if (owner == NONE) continue
    const strength = kindOf(owner) == NAMED_MODULE ? INCIDENTAL : OWNING
    if (max(own, strength) == <i32>load<u8>(strengths + <usize>owner)) set(targets, end++, owner)
  }

  return end
}
