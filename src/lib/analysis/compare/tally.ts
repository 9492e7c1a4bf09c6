// Object counts by class, allocation site and owner, which can be compared between dumps that share no addresses. About
// 10,000 rows for a Rails process.
import {HashIndex} from '../../heap/hash-index.js'
import {NONE} from '../../heap/columns.js'
import {isTracer} from '../../heap/ownership.js'
import {NO_SITE} from '../../heap/site-table.js'
import {agentObjects} from '../objects/agent-objects.js'
import {GARBAGE} from './garbage.js'
import {NO_OWNER, type Owners} from './owners.js'
import type {Subject} from '../objects/subject.js'

/** The allocation tracer is in the dump but is not part of the app, so it gets its own class. */
const TRACER_CLASS = '(allocation tracer)'

export type Amount = {readonly objects: number; readonly memsize: number}

export type Site = {readonly file: string; readonly line: number | null}

/**
 * Row i: class `classNames[classes[i]]`, site `sites[siteIds[i]]` (NO_SITE without), owner `owners[ownerIds[i]]`
 * (NO_OWNER: garbage).
 */
export type Tally = {
  readonly classNames: readonly string[]
  readonly sites: readonly Site[]
  readonly owners: readonly string[]
  readonly classes: Int32Array
  readonly siteIds: Int32Array
  readonly ownerIds: Int32Array
  readonly objects: Float64Array
  readonly memsizes: Float64Array
}

/**
 * Counts the objects marked by `only`, or all without it, except the agent's. `rowOf`: the row of each object, NONE for
 * those left out.
 */
export function tallyObjects(
  {heap, classes: {names, groupOf}}: Subject,
  {names: owners, ownerOf}: Owners,
  only: Uint8Array | null = null,
): {readonly tally: Tally; readonly rowOf: Int32Array} {
  const {sites} = heap.columns
  const {siteTable} = heap.tables
  // Two exact 64-bit keys in turn: (class, site), then (that, owner).
  const pairs = new HashIndex()
  const rows = new HashIndex()
  const classes: number[] = []
  const siteIds: number[] = []
  const ownerIds: number[] = []
  const objects: number[] = []
  const memsizes: number[] = []
  const rowOf = new Int32Array(heap.count).fill(NONE)
  const {mask: agents} = agentObjects(heap)
  for (let index = 0; index < heap.count; index++) {
    if ((only !== null && only[index] === 0) || agents?.[index] === 1) continue
    const group = isTracer(heap, index) ? names.length : groupOf[index]
    const pair = pairs.idOf(mix(group, sites[index]), sites[index])
    const row = rows.idOf(mix(pair, ownerOf[index]), ownerOf[index])
    if (row === objects.length) {
      classes.push(group)
      siteIds.push(sites[index])
      ownerIds.push(ownerOf[index])
      objects.push(0)
      memsizes.push(0)
    }

    rowOf[index] = row
    objects[row]++
    memsizes[row] += heap.memsize(index)
  }

  const tally: Tally = {
    classNames: [...names, TRACER_CLASS],
    classes: Int32Array.from(classes),
    memsizes: Float64Array.from(memsizes),
    objects: Float64Array.from(objects),
    ownerIds: Int32Array.from(ownerIds),
    owners,
    siteIds: Int32Array.from(siteIds),
    sites: Array.from({length: siteTable.size}, (_, id) => ({file: siteTable.file(id), line: siteTable.line(id)})),
  }
  return {rowOf, tally}
}

/** Distinct for distinct `a` if `b` is the same. */
function mix(a: number, b: number): number {
  return (Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b)) | 0
}

/** The tracer's class is the last one. */
export function isTracerRow({classes, classNames}: Tally, row: number): boolean {
  return classes[row] === classNames.length - 1
}

/** The owner of a row. */
export function ownerName(tally: Tally, row: number): string {
  return tally.ownerIds[row] === NO_OWNER ? GARBAGE : tally.owners[tally.ownerIds[row]]
}

/**
 * Sums of rows with the same name; rows named null are left out. So is the tracer's own memory: it does not count as
 * growth.
 */
export function amountsBy(tally: Tally, nameOf: (tally: Tally, row: number) => string | null): Map<string, Amount> {
  const amounts = new Map<string, {objects: number; memsize: number}>()
  for (let row = 0; row < tally.objects.length; row++) {
    const name = isTracerRow(tally, row) ? null : nameOf(tally, row)
    if (name === null) continue
    const amount = amounts.get(name) ?? {memsize: 0, objects: 0}
    amount.objects += tally.objects[row]
    amount.memsize += tally.memsizes[row]
    amounts.set(name, amount)
  }

  return amounts
}

/** Identifies a row of one tally in another. */
export function rowKey(tally: Tally, row: number): string {
  const site = tally.siteIds[row] === NO_SITE ? null : tally.sites[tally.siteIds[row]]
  return [
    tally.classNames[tally.classes[row]],
    site?.file ?? '',
    site?.line ?? '',
    tally.owners[tally.ownerIds[row]] ?? '',
  ].join('\0')
}
