// Which objects of a dump already existed in an earlier one. Slots of freed objects are reused, so an equal address is
// not enough: type, class, allocation site and generation have to agree too, and no irreversible change may be
// reversed.
import {AddressCodes, NO_CODE} from '../../heap/address-codes.js'
import {AddressIndex} from '../../heap/address-index.js'
import {FLAG, NONE} from '../../heap/columns.js'
import type {Heap} from '../../heap/heap.js'
import {TYPE} from '../../heap/object-types.js'
import {NO_SITE} from '../../heap/site-table.js'
import type {Subject} from '../objects/subject.js'
import type {Site} from './tally.js'
import type {Snapshot} from './snapshot.js'

export type Matches = {
  /** By object of the later dump: its index in the earlier one; NONE if it was not there. */
  readonly before: Int32Array
  /** The number of the earlier dump's objects with an allocation site that still exist. */
  readonly tracedCount: number
  /** The tracer lost its data between the dumps: objects without a site were matched with ones that had one. */
  readonly tracingRestarted: boolean
}

/** Maps an address code of the later heap to the index of the earlier heap's object at that address, or NONE. */
export class EarlierAddresses {
  readonly #pageNumbers: Int32Array
  readonly #index: AddressIndex
  readonly #slotBits: number

  constructor(heap: Heap, {alignmentBits, pages, addresses}: Snapshot) {
    const codes = AddressCodes.ofPages(alignmentBits, pages)
    this.#slotBits = codes.slotBits
    this.#index = new AddressIndex(codes, addresses)
    // Heaps of Ruby builds with different alignments share no objects.
    const comparable = heap.codes.alignmentBits === alignmentBits
    this.#pageNumbers = comparable ? heap.codes.pages.map(page => codes.pageNumber(page)) : new Int32Array(0)
  }

  /** Converts an address code of the later heap to one of the earlier heap. */
  translate(code: number): number {
    const page = this.#pageNumbers[code >>> this.#slotBits] ?? NO_CODE
    return page === NO_CODE || code === NO_CODE
      ? NO_CODE
      : (page << this.#slotBits) | (code & ((1 << this.#slotBits) - 1))
  }

  indexOf(code: number): number {
    return this.#index.indexOf(this.translate(code))
  }
}

/** Types that can get a singleton class or a name after creation. */
const MODULES: ReadonlySet<number> = new Set([TYPE.CLASS, TYPE.ICLASS, TYPE.MODULE])

/** Takes time linear in the number of the later dump's objects. */
export function matchObjects(
  subject: Subject,
  earlier: Snapshot,
  addresses = new EarlierAddresses(subject.heap, earlier),
): Matches {
  const {heap, classes, graph} = subject
  const columns = heap.columns
  const {siteTable, typeNames} = heap.tables
  const typeIds = earlier.typeNames.map(name => typeNames.indexOf(name))
  const classIds = translate(earlier.tally.classNames, classes.names)
  const ownSites = Array.from({length: siteTable.size}, (_, id) =>
    siteKey({file: siteTable.file(id), line: siteTable.line(id)}),
  )
  const siteIds = translate(earlier.tally.sites.map(siteKey), ownSites)

  const matched = new Int32Array(heap.count).fill(NONE)
  /** Objects that differ only in tracing: the earlier one has a site, this one has none. */
  const forgotten: number[] = []
  let tracedCount = 0
  for (let index = 0; index < heap.count; index++) {
    const before = addresses.indexOf(columns.addresses[index])
    if (before === NONE) continue
    const type = columns.types[index]
    if (typeIds[earlier.types[before]] !== type) continue
    if (classIds[earlier.classes[before]] !== classes.groupOf[index] && !MODULES.has(type)) continue
    // Unreachable objects can't become reachable again.
    if (earlier.garbage[before] === 1 && graph.isReachable(index)) continue
    const flagsBefore = earlier.flags[before]
    // An interned string stays interned, and an old object never becomes young again.
    if (
      (flagsBefore & ~columns.flags[index] & FLAG.fstring) !== 0 ||
      (columns.flags[index] & ~flagsBefore & FLAG.young) !== 0
    )
      continue
    const site = earlier.sites[before]
    const traced = site !== NO_SITE || earlier.generations[before] !== NONE
    if (traced && columns.sites[index] === NO_SITE && columns.generations[index] === NONE) {
      forgotten.push(index)
      continue
    }

    if (
      (site === NO_SITE ? NO_SITE : siteIds[site]) !== columns.sites[index] ||
      earlier.generations[before] !== columns.generations[index]
    )
      continue
    matched[index] = before
    if (traced) tracedCount++
  }

  const tracingRestarted = tracedCount === 0 && forgotten.length > 0
  if (tracingRestarted) for (const index of forgotten) matched[index] = addresses.indexOf(columns.addresses[index])
  return {before: matched, tracedCount, tracingRestarted}
}

/** Position in `to` by position in `from`; -2 if it is missing, a value that no column has. */
function translate(from: readonly string[], to: readonly string[]): Int32Array {
  const positions = new Map(to.map((text, position) => [text, position]))
  return Int32Array.from(from, text => positions.get(text) ?? -2)
}

function siteKey({file, line}: Site): string {
  return `${file}\0${line ?? ''}`
}
