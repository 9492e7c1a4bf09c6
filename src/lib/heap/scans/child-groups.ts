// The children of a node in the dominator tree by group: src/wasm/scans/child-groups.ts, with the columns that it needs
// for many nodes.
import {NO_NODE} from '../../graph/graph.js'
import type {Grouping, Retained} from '../../graph/retained.js'
import type {Scratch} from '../../wasm/scratch.js'
import type {ScanCode} from './scan-code.js'

export type ChildGroup = {
  readonly group: number
  readonly count: number
  /** Bytes that they retain. */
  readonly bytes: number
  /** The one that retains most; the first of several. */
  readonly largest: number
}

/** Valid inside the scratch's `during` in which it was created (`Accumulations.childGroups`). */
export class ChildGroups {
  readonly #code: ScanCode
  readonly #scratch: Scratch
  /** Addresses of the tree's columns. */
  readonly #tree: readonly [order: number, counts: number, ends: number]
  readonly #sizes: readonly [at: number, isWide: boolean]
  readonly #groupOf: number
  /** By group; zero between calls. */
  readonly #children: Int32Array
  readonly #bytes: Float64Array
  readonly #largest: Int32Array
  readonly #met: Int32Array
  /** By group; -1 between calls. */
  readonly #places: Int32Array

  constructor(
    code: ScanCode,
    scratch: Scratch,
    {counts, ends, order, sizes}: Retained,
    {groupCount, groupOf}: Grouping,
  ) {
    this.#code = code
    this.#scratch = scratch
    this.#tree = [scratch.at(order), scratch.at(counts), scratch.at(ends)]
    this.#sizes = [scratch.at(sizes), sizes instanceof Float64Array]
    this.#groupOf = scratch.at(groupOf)
    this.#children = scratch.take(groupCount).fill(0)
    this.#bytes = scratch.takeWide(groupCount).fill(0)
    this.#largest = scratch.take(groupCount)
    this.#met = scratch.take(groupCount)
    this.#places = scratch.take(groupCount).fill(-1)
  }

  /** Groups in order of their first child. Code is left out, except methods defined from blocks. */
  of(node: number): readonly ChildGroup[] {
    const [children, bytes, largest, met] = [this.#children, this.#bytes, this.#largest, this.#met]
    const count = this.#code.tallyChildren(
      node,
      ...this.#tree,
      ...this.#sizes,
      this.#groupOf,
      children.byteOffset,
      bytes.byteOffset,
      largest.byteOffset,
      met.byteOffset,
    )
    return Array.from(met.subarray(0, count), group => {
      const found = {bytes: bytes[group], count: children[group], group, largest: largest[group]}
      children[group] = 0
      bytes[group] = 0
      return found
    })
  }

  /** The children in some of these groups. `without`: a child to leave out, or NO_NODE. */
  membersOf(
    node: number,
    groups: ReadonlyArray<Pick<ChildGroup, 'count' | 'group'> & {readonly without: number}>,
  ): readonly Int32Array[] {
    if (groups.length === 0) return []
    return this.#scratch.during(() => {
      const out = this.#scratch.take(groups.reduce((sum, {count}) => sum + count, 0))
      let end = 0
      for (const {count, group, without} of groups) {
        this.#places[group] = end
        this.#largest[group] = without
        end += count
      }

      this.#code.listChildren(
        node,
        ...this.#tree,
        this.#groupOf,
        this.#places.byteOffset,
        this.#largest.byteOffset,
        out.byteOffset,
      )
      return groups.map(({count, group}) => {
        const last = this.#places[group]
        this.#places[group] = NO_NODE
        return out.slice(last - count, last)
      })
    })
  }
}
