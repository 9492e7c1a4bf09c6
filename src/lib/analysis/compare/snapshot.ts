// What is kept of an earlier dump to compare it with a later one: objects and their addresses in typed arrays, 27 bytes
// per object, and their sums. It is plain data, so it can be sent out of the worker and the whole heap can be freed.
import type {Heap} from '../../heap/heap.js'
import {NONE} from '../../heap/columns.js'
import {TYPE} from '../../heap/object-types.js'
import {isNamedModule, moduleName} from '../objects/class-names.js'
import {findOwners} from './owners.js'
import {type DumpFacts, factsOf} from '../report/report.js'
import type {Subject} from '../objects/subject.js'
import {type GroupBytes, groupsOf} from '../tables/part-groups.js'
import {type Totals, totals} from '../tables/totals.js'
import {tallyObjects, type Tally} from './tally.js'

export type Snapshot = {
  readonly facts: DumpFacts
  readonly totals: Totals
  /** The process's memory by part; null: not recorded. */
  readonly parts: GroupBytes | null
  readonly tally: Tally
  readonly alignmentBits: 2 | 3
  /** AddressCodes.pages; `addresses` are codes by it. */
  readonly pages: Int32Array
  readonly addresses: Int32Array
  readonly typeNames: readonly string[]
  readonly types: Uint8Array
  /** Positions in `tally.classNames`. */
  readonly classes: Int32Array
  /** Positions in `tally.sites`. */
  readonly sites: Int32Array
  readonly generations: Int32Array
  readonly flags: Uint8Array
  /** 1 for objects that were not reachable. */
  readonly garbage: Uint8Array
  /** HeapColumns.memsizes. */
  readonly memsizes: Uint32Array
  readonly landmarks: Landmarks
}

/** Objects that can be recognized at any address. */
export type Landmarks = {
  /** Classes and modules with a unique name: address codes by name. */
  readonly modules: ReadonlyArray<readonly [name: string, code: number]>
  /**
   * Strings with a unique value: its hash, and the address code. Only hashes with zeros in their low bits: `low & mask
   * === 0`.
   */
  readonly mask: number
  readonly low: Int32Array
  readonly high: Int32Array
  readonly codes: Int32Array
}

/** Enough to show a pattern, few enough to cost nothing. */
const MAX_LANDMARKS = 1 << 16

export function takeSnapshot(subject: Subject): Snapshot {
  const {heap, graph, classes} = subject
  const {addresses, types, sites, generations, flags, memsizes} = heap.columns
  return {
    addresses: addresses.slice(),
    alignmentBits: heap.codes.alignmentBits,
    classes: classes.groupOf,
    facts: factsOf(subject),
    flags: flags.slice(),
    garbage: Uint8Array.from(types, (_, index) => Number(!graph.isReachable(index))),
    generations: generations.slice(),
    landmarks: findLandmarks(heap),
    memsizes: memsizes.slice(),
    pages: heap.codes.pages.slice(),
    parts: groupsOf(subject),
    sites: sites.slice(),
    tally: tallyObjects(subject, findOwners(graph)).tally,
    totals: totals(graph),
    typeNames: heap.tables.typeNames,
    types: types.slice(),
  }
}

/** `mask`: that of the other heap, to select the same strings. */
export function findLandmarks(heap: Heap, mask?: number): Landmarks {
  const {types, details, addresses} = heap.columns
  const {values} = heap.tables
  const modules = new Map<string, number | null>()
  const first = new Int32Array(values.size).fill(NONE)
  const repeated = new Uint8Array(values.size)
  for (let index = 0; index < heap.count; index++) {
    if (types[index] === TYPE.STRING && details[index] !== NONE) {
      if (first[details[index]] !== NONE) repeated[details[index]] = 1
      first[details[index]] = index
    } else if (isNamedModule(heap, index)) {
      const name = moduleName(heap, index)
      modules.set(name, modules.has(name) ? null : addresses[index])
    }
  }

  const isUnique = (value: number) => first[value] !== NONE && repeated[value] === 0
  let uniques = 0
  for (let value = 0; value < first.length; value++) if (isUnique(value)) uniques++
  const ownMask = mask ?? maskFor(uniques)
  const kept: number[] = []
  for (let value = 0; value < first.length; value++)
    if (isUnique(value) && (values.hash(value).low & ownMask) === 0) kept.push(value)
  return {
    codes: Int32Array.from(kept, value => addresses[first[value]]),
    high: Int32Array.from(kept, value => values.hash(value).high),
    low: Int32Array.from(kept, value => values.hash(value).low),
    mask: ownMask,
    modules: [...modules].filter((entry): entry is [string, number] => entry[1] !== null),
  }
}

function maskFor(count: number): number {
  let mask = 0
  while (count / (mask + 1) > MAX_LANDMARKS) mask = mask * 2 + 1
  return mask
}
