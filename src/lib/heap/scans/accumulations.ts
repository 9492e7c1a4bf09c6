// Scans for suspects: what objects have below them in the dominator tree, and which strings repeat.
import type {Grouping, Retained} from '../../graph/retained.js'
import {ChildGroups} from './child-groups.js'
import {Scan} from './scan.js'

export type RepeatedTexts = {
  readonly members: Int32Array
  readonly texts: ReadonlyArray<{readonly objects: number; readonly memsize: number}>
}

export type SitesBelow = {readonly bytesBySite: Float64Array; readonly met: readonly number[]; readonly total: number}

export class Accumulations extends Scan {
  /** For use with many nodes. The caller has to release its columns (`Scratch.during`). */
  childGroups(retained: Retained, grouping: Grouping): ChildGroups {
    return new ChildGroups(this.code, this.scratch, retained, grouping)
  }

  /**
   * Bytes allocated after generation `bootEnd` below the nodes of the dominator tree that retain at least `leastBytes`
   * (src/wasm/scans/suspects.ts). An object of 4 GiB or more counts as 4 GiB.
   */
  newBytesBelow(
    {
      dominators,
      order,
      sizes,
    }: {readonly dominators: Int32Array; readonly order: Int32Array; readonly sizes: Float64Array | Uint32Array},
    explained: Uint8Array,
    leastBytes: number,
    bootEnd: number,
  ): Map<number, number> {
    return this.with(null, () => {
      const [nearest, large, weights] = [this.scratch.take(), this.scratch.take(), this.scratch.takeWide()]
      const at = (column: Float64Array | Int32Array | Uint8Array | Uint32Array) => this.scratch.at(column)
      const count = this.code.newBytesBelow(
        order.length,
        at(order),
        at(dominators),
        at(sizes),
        sizes instanceof Float64Array,
        at(explained),
        leastBytes,
        bootEnd,
        at(nearest),
        at(large),
        at(weights),
      )
      return new Map(Array.from(large.subarray(0, count), (node, number) => [node, weights[number]]))
    })
  }

  /**
   * Reachable strings (`strengths`) with values that at least `least` of them have, with numbers and sizes by value.
   * `counts`: number of all strings by value.
   */
  repeatedTexts(counts: Uint32Array, least: number, strengths: Uint8Array): RepeatedTexts {
    return this.with(null, () => {
      const [found, textOf] = [this.scratch.take(), this.scratch.take(counts.length)]
      const texts = this.code.numberLarge(this.scratch.at(counts), counts.length, least, textOf.byteOffset)
      const [copies, memsizes] = [this.scratch.take(texts + 1).fill(0), this.scratch.takeWide(texts + 1).fill(0)]
      const end = this.code.listRepeated(
        textOf.byteOffset,
        this.scratch.at(strengths),
        least,
        found.byteOffset,
        copies.byteOffset,
        memsizes.byteOffset,
      )
      const all = Array.from(copies, (objects, text) => ({memsize: memsizes[text], objects}))
      return {members: found.slice(0, end), texts: all.filter(({objects}) => objects >= least)}
    })
  }

  /**
   * Bytes by site of `nodes` and everything they dominate, starting with the last node, for at most `most` objects; and
   * the sites in the order of appearance. An object of 4 GiB or more counts as 4 GiB.
   */
  sitesBelow({counts, ends, order}: Retained, nodes: Int32Array, most: number): SitesBelow {
    return this.with(null, () => {
      const {
        count: objects,
        tables: {siteTable},
      } = this.heap
      const bytes = this.scratch.takeWide(siteTable.size).fill(0)
      // A site with objects of size 0 may be listed several times.
      const met = this.scratch.take(Math.max(siteTable.size, Math.min(most, objects)))
      const at = (column: Float64Array | Int32Array) => this.scratch.at(column)
      const count = this.code.tallySites(
        at(nodes),
        nodes.length,
        at(order),
        at(counts),
        at(ends),
        most,
        at(bytes),
        at(met),
      )
      return {bytesBySite: bytes.slice(), met: [...met.subarray(0, count)], total: this.code.tallied.value}
    })
  }
}
