// What is in the last of two or three dumps but not in the first: the document of `heapdump:diff --json`.
import {NONE} from '../../heap/columns.js'
import {NO_SITE} from '../../heap/site-table.js'
import {agentObjects} from '../objects/agent-objects.js'
import {findOwners} from './owners.js'
import {type DumpFacts, factsOf} from '../report/report.js'
import type {Subject} from '../objects/subject.js'
import type {Suspect} from '../suspects/finding.js'
import {nativeGemsOf} from '../suspects/process/process-facts.js'
import {type GroupBytes, groupsOf} from '../tables/part-groups.js'
import {type MemoryGrowth, memoryGrowth} from '../tables/memory-growth.js'
import {type Totals, totals} from '../tables/totals.js'
import {keptByApp, takeTopOfBoth} from './garbage.js'
import {type Emptied, emptiedOwners} from './emptied.js'
import {EarlierAddresses, type Matches, matchObjects} from './identity.js'
import {growingOwners} from './growing-owners.js'
import {nativeSuspect} from './native-suspect.js'
import {detectMovement, type Movement} from './movement.js'
import {type OwnedClasses, ownedClasses} from './owned-classes.js'
import type {Snapshot} from './snapshot.js'
import {type Amount, isTracerRow, ownerName, rowKey, type Tally, tallyObjects} from './tally.js'
import type {Role} from '../objects/roles.js'

export type GrowthRow = Amount & {
  /** `tracer`: the allocation tracer's own memory, which does not count as growth. */
  readonly role: Extract<Role, 'tracer' | 'object'>
  readonly className: string
  /** null: not traced. */
  readonly file: string | null
  readonly line: number | null
  readonly owner: string
  /** All objects of this class, line and owner in the first dump, and in the last. */
  readonly before: Amount
  readonly now: Amount
}

export type GrowthReport = {
  readonly dumps: ReadonlyArray<
    DumpFacts & {
      readonly totals: Totals
      /** The process's memory by part; null: not recorded. */
      readonly parts: GroupBytes | null
    }
  >
  /** `counts`: addresses can't be compared, so each row shows by how much it grew. */
  readonly comparedBy: 'identity' | 'counts'
  readonly movement: Movement
  /** Tracing was restarted between the dumps, and the sites known in the first one were lost. */
  readonly tracingRestarted: boolean
  readonly totals: Amount
  /** The part of these totals that the app keeps: without garbage, and without the allocation tracer. */
  readonly kept: Amount
  /** What the process grew by; null: not recorded, or two processes. */
  readonly memoryGrowth: MemoryGrowth | null
  readonly growth: readonly GrowthRow[]
  readonly suspects: readonly Suspect[]
}

export type GrowthOptions = {
  /** One or two, oldest first. */
  readonly earlier: readonly Snapshot[]
  /** Hours from each dump to the next; null: unknown. */
  readonly hours: ReadonlyArray<number | null>
  /** What is known from elsewhere; the dumps themselves are checked too. */
  readonly movement: Movement
  /** Rows that the app keeps, and as many others; 0 = all. */
  readonly top: number
}

export function growth(subject: Subject, {earlier, hours, movement: known, top}: GrowthOptions): GrowthReport {
  const owners = findOwners(subject.graph)
  const comparisons = earlier.map(snapshot => compare(subject, snapshot, known))
  const movement = worst([known, ...comparisons.map(one => one.movement)])
  const all = tallyObjects(subject, owners)
  const [first] = earlier
  let grown: Tally
  let emptied: ReadonlyMap<string, Emptied> = new Map()
  /** Bytes by which each object counts as growth. */
  const weights = new Float64Array(subject.heap.count + 1)
  if (movement === 'none') {
    const isNew = inLastNotInFirst(comparisons.map(one => one.matches))
    grown = tallyObjects(subject, owners, isNew).tally
    weighByIdentity(weights, subject, isNew, first, comparisons[0].matches)
    for (const index of agentObjects(subject.heap).indexes) weights[index] = 0
    const classes = ownedClasses(all.tally, first.tally)
    leaveOutTurnover(weights, all.rowOf, classes)
    emptied = emptiedOwners(classes, all.rowOf, comparisons[0].matches.before)
  } else {
    grown = growthOfCounts(
      all.tally,
      earlier.map(one => one.tally),
    )
    for (let index = 0; index < subject.heap.count; index++) {
      const row = all.rowOf[index]
      if (row !== NONE)
        weights[index] = subject.heap.memsize(index) * (grown.memsizes[row] / Math.max(1, all.tally.memsizes[row]))
    }
  }

  const rows = growthRows(grown, all.tally, first.tally)
  const tallies = [...earlier.map(one => one.tally), all.tally]
  const isOneProcess = movement !== 'other-process'
  const memory = isOneProcess ? memoryGrowth(first.parts, groupsOf(subject)) : null
  const total = hours.reduce<number | null>((whole, one) => (whole === null || one === null ? null : whole + one), 0)
  const gems = memory === null || subject.record === null ? [] : nativeGemsOf(subject, subject.record)
  const native = memory === null ? null : nativeSuspect(memory, gems, total)
  const grownOwners = growingOwners({emptied, hours, isOneProcess, owners, rows, subject, tallies, weights})
  return {
    comparedBy: movement === 'none' ? 'identity' : 'counts',
    dumps: [
      ...earlier.map(one => ({...one.facts, parts: one.parts, totals: one.totals})),
      {...factsOf(subject), parts: groupsOf(subject), totals: totals(subject.graph)},
    ],
    growth: takeTopOfBoth(rows, top),
    kept: sumOf(keptByApp(rows)),
    memoryGrowth: memory,
    movement,
    suspects: native === null ? grownOwners : withNative(grownOwners, native),
    totals: sumOf(rows),
    tracingRestarted: movement === 'none' && comparisons.some(one => one.matches.tracingRestarted),
  }
}

/** The larger growth comes first. */
function withNative(suspects: readonly Suspect[], native: Suspect): readonly Suspect[] {
  const before = suspects.filter(({retainedSize}) => retainedSize > native.retainedSize)
  return [...before, native, ...suspects.slice(before.length)]
}

function compare(
  subject: Subject,
  snapshot: Snapshot,
  known: Movement,
): {readonly matches: Matches; readonly movement: Movement} {
  const addresses = new EarlierAddresses(subject.heap, snapshot)
  const matches = matchObjects(subject, snapshot, addresses)
  return {matches, movement: known === 'other-process' ? known : detectMovement(subject, snapshot, addresses, matches)}
}

function worst(movements: readonly Movement[]): Movement {
  return (['other-process', 'compacted'] as const).find(one => movements.includes(one)) ?? 'none'
}

/** Objects that are not in the first dump, but in all between. */
function inLastNotInFirst([first, ...others]: readonly Matches[]): Uint8Array {
  const isNew = new Uint8Array(first.before.length)
  for (let index = 0; index < isNew.length; index++) {
    if (first.before[index] === NONE && others.every(({before}) => before[index] !== NONE)) isNew[index] = 1
  }

  return isNew
}

/**
 * A new object counts with its whole size, an existing one with what it gained: the table of a Hash grows with its
 * entries.
 */
function weighByIdentity(
  weights: Float64Array,
  {heap}: Subject,
  isNew: Uint8Array,
  first: Snapshot,
  {before}: Matches,
): void {
  for (let index = 0; index < heap.count; index++) {
    if (isNew[index] === 1) weights[index] = heap.memsize(index)
    else if (before[index] !== NONE)
      weights[index] = Math.max(0, heap.columns.memsizes[index] - first.memsizes[before[index]])
  }
}

/** Replacement is not growth: new objects of a class under an owner count only as far as their total grew. */
function leaveOutTurnover(weights: Float64Array, rowOf: Int32Array, {all, ofRow}: OwnedClasses): void {
  const ofClass = new Float64Array(all.length)
  for (let index = 0; index < rowOf.length; index++)
    if (rowOf[index] !== NONE) ofClass[ofRow[rowOf[index]].number] += weights[index]
  for (let index = 0; index < rowOf.length; index++) {
    if (rowOf[index] === NONE || weights[index] === 0) continue
    const {before, now, number} = ofRow[rowOf[index]]
    weights[index] *= Math.min(1, Math.max(0, now.memsize - before.memsize) / ofClass[number])
  }
}

/** How much each row grew, and kept up to the last dump. */
function growthOfCounts(now: Tally, earlier: readonly Tally[]): Tally {
  const [first, ...between] = earlier.map(amountsByRow)
  const objects = new Float64Array(now.objects.length)
  const memsizes = new Float64Array(now.objects.length)
  for (let row = 0; row < objects.length; row++) {
    const key = rowKey(now, row)
    const before = first.get(key) ?? NOTHING
    const stayed = between.map(rows => rows.get(key) ?? NOTHING)
    objects[row] = Math.max(0, Math.min(now.objects[row], ...stayed.map(one => one.objects)) - before.objects)
    memsizes[row] = Math.max(0, Math.min(now.memsizes[row], ...stayed.map(one => one.memsize)) - before.memsize)
  }

  leaveOutForgotten(now, earlier[0], objects, memsizes)
  return {...now, memsizes, objects}
}

/**
 * A moved object loses its allocation site and would count as a new one without site. So the objects with a site that a
 * class under an owner has lost are subtracted from those without a site that it has gained.
 */
function leaveOutForgotten(now: Tally, first: Tally, objects: Float64Array, memsizes: Float64Array): void {
  const groupKey = (tally: Tally, row: number) =>
    `${tally.classNames[tally.classes[row]]}\0${tally.owners[tally.ownerIds[row]] ?? ''}`
  const lost = new Map<string, {objects: number; memsize: number}>()
  const count = (tally: Tally, sign: 1 | -1) => {
    for (let row = 0; row < tally.objects.length; row++) {
      if (tally.siteIds[row] === NO_SITE) continue
      const key = groupKey(tally, row)
      const amount = lost.get(key) ?? {memsize: 0, objects: 0}
      amount.objects += sign * tally.objects[row]
      amount.memsize += sign * tally.memsizes[row]
      lost.set(key, amount)
    }
  }

  count(first, 1)
  count(now, -1)
  for (let row = 0; row < objects.length; row++) {
    const amount = now.siteIds[row] === NO_SITE ? lost.get(groupKey(now, row)) : undefined
    if (amount === undefined) continue
    objects[row] = Math.max(0, objects[row] - Math.max(0, amount.objects))
    memsizes[row] = Math.max(0, memsizes[row] - Math.max(0, amount.memsize))
  }
}

const NOTHING: Amount = {memsize: 0, objects: 0}

function amountsByRow(tally: Tally): Map<string, Amount> {
  const amounts = new Map<string, Amount>()
  for (let row = 0; row < tally.objects.length; row++)
    amounts.set(rowKey(tally, row), {memsize: tally.memsizes[row], objects: tally.objects[row]})
  return amounts
}

/** By memsize. */
function growthRows(grown: Tally, all: Tally, first: Tally): GrowthRow[] {
  const before = amountsByRow(first)
  const now = amountsByRow(all)
  const rows: GrowthRow[] = []
  for (let row = 0; row < grown.objects.length; row++) {
    if (grown.objects[row] === 0 && grown.memsizes[row] === 0) continue
    const key = rowKey(grown, row)
    const site = grown.siteIds[row] === NO_SITE ? null : grown.sites[grown.siteIds[row]]
    rows.push({
      before: before.get(key) ?? NOTHING,
      className: grown.classNames[grown.classes[row]],
      file: site?.file ?? null,
      line: site?.line ?? null,
      memsize: grown.memsizes[row],
      now: now.get(key) ?? NOTHING,
      objects: grown.objects[row],
      owner: ownerName(grown, row),
      role: isTracerRow(grown, row) ? 'tracer' : 'object',
    })
  }

  return rows.toSorted((a, b) => b.memsize - a.memsize || b.objects - a.objects || (a.className < b.className ? -1 : 1))
}

function sumOf(rows: readonly GrowthRow[]): Amount {
  const sum = (field: keyof Amount) => rows.reduce((total, row) => total + row[field], 0)
  return {memsize: sum('memsize'), objects: sum('objects')}
}
