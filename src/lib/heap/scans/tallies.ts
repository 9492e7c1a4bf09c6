// Numbers and bytes of objects by any column.
import {LARGE_MEMSIZE, NONE} from '../columns.js'
import {maskOf, type Only, Scan} from './scan.js'

/** By group; objects without a group come last. */
export type Counts = {readonly objects: Uint32Array; readonly memsizes: Float64Array}

type TallyOptions = {
  /** The lowest number. */
  readonly first?: number
  readonly only?: Only
  readonly types?: readonly number[]
}

const ALL_TYPES = 0

export class Tallies extends Scan {
  /** Bytes of all objects. */
  get memsize(): number {
    const {
      columns: {memsizes},
      tables: {largeMemsizes},
    } = this.heap
    let sum = this.code.sumOfWords(this.scratch.at(memsizes), memsizes.length)
    for (const memsize of largeMemsizes.values()) sum += memsize - LARGE_MEMSIZE
    return sum
  }

  /** By a column of numbers from `first` on (-1: none), for objects of some types. */
  by(keys: Int32Array, groups: number, {first = 0, only = null, types}: TallyOptions = {}): Counts {
    const mask = types === undefined ? ALL_TYPES : maskOf(types)
    return this.#counted(
      groups,
      only,
      (objects, memsizes) => this.code.tally(this.scratch.at(keys), first, groups, mask, objects, memsizes),
      index => {
        if (types !== undefined && !types.includes(this.heap.columns.types[index])) return groups + 1
        return keys[index] === NONE ? groups : keys[index] - first
      },
    )
  }

  /** By type code. */
  byType(only: Only = null): Counts {
    return this.#counted(
      this.heap.tables.typeNames.length,
      only,
      (objects, memsizes) => this.code.tallyTypes(objects, memsizes),
      index => this.heap.columns.types[index],
    )
  }

  /** Outgoing references by site; those of objects without a site come last. */
  references(only: Only = null): Uint32Array {
    const groups = this.heap.tables.siteTable.size
    return this.with(only, () => {
      const references = this.scratch.take(groups + 1).fill(0)
      this.code.tallyReferences(groups, references.byteOffset)
      return Uint32Array.from(references)
    })
  }

  flagged(flag: number, only: Only = null): number {
    return this.with(only, () => this.code.countFlagged(flag))
  }

  #counted(
    groups: number,
    only: Only,
    count: (objects: number, memsizes: number) => void,
    groupOf: (index: number) => number,
  ): Counts {
    return this.with(only, () => {
      const [objects, memsizes] = [this.scratch.take(groups + 1).fill(0), this.scratch.takeWide(groups + 1).fill(0)]
      count(objects.byteOffset, memsizes.byteOffset)
      for (const [index, memsize] of this.large(only))
        if (groupOf(index) <= groups) memsizes[groupOf(index)] += memsize - LARGE_MEMSIZE
      return {memsizes: memsizes.slice(), objects: Uint32Array.from(objects)}
    })
  }
}
