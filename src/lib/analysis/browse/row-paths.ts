// Paths to root for the rows of tables. Paths of one heap share most of their steps, so each step is there once. One
// pass over the objects for the largest of each class and site.
import {NONE} from '../../heap/columns.js'
import {asideOf} from '../objects/aside.js'
import {pathSteps} from '../objects/path-steps.js'
import type {Subject} from '../objects/subject.js'

type SiteName = {readonly file: string; readonly line: number | null}

/** Rows, named as in the report. */
export type RowPathsQuery = {
  readonly addresses: readonly string[]
  readonly classes: readonly string[]
  readonly sites: readonly SiteName[]
}

export type RowPathStep = {
  /** Position in `steps` of the step that holds this one; null: a root does. */
  readonly above: number | null
  readonly address: string
  readonly label: string
  readonly reference: string | null
}

/** For each row, the position in `steps` of its path's end; null: it has no live object. */
export type RowPaths = {
  readonly steps: readonly RowPathStep[]
  readonly addresses: ReadonlyArray<number | null>
  /** The path to the one object of the row that retains most. */
  readonly classes: ReadonlyArray<number | null>
  readonly sites: ReadonlyArray<number | null>
}

export function rowPaths(subject: Subject, {addresses, classes, sites}: RowPathsQuery): RowPaths {
  const {heap} = subject
  const {siteTable} = heap.tables
  const paths = new PathTable(subject)
  const groups = new Map(subject.classes.names.map((name, group) => [name, group]))
  const siteIds = new Map(
    Array.from({length: siteTable.size}, (_, id) => [
      siteKey({file: siteTable.file(id), line: siteTable.line(id)}),
      id,
    ]),
  )
  const ofClass = largestOfEach(subject, subject.classes.groupOf, groups.size)
  const ofSite = largestOfEach(subject, heap.columns.sites, siteTable.size)
  return {
    addresses: addresses.map(address => paths.endOf(heap.find(address))),
    classes: classes.map(name => paths.endOf(ofClass[groups.get(name) ?? NONE])),
    sites: sites.map(site => paths.endOf(ofSite[siteIds.get(siteKey(site)) ?? NONE])),
    steps: paths.steps,
  }
}

function siteKey({file, line}: SiteName): string {
  return `${file}\0${line ?? ''}`
}

/** The live object of each group that retains most, without the tracer and the agent; NONE for a group of garbage. */
function largestOfEach({graph, heap}: Subject, groupOf: Int32Array, groups: number): Int32Array {
  const largest = new Int32Array(groups).fill(NONE)
  const notOfApp = new Set(asideOf(heap).whole.map(({index}) => index))
  for (let index = 0; index < heap.count; index++) {
    const group = groupOf[index]
    if (group < 0 || !graph.isReachable(index) || notOfApp.has(index)) continue
    if (largest[group] === NONE || graph.retainedSizes[index] > graph.retainedSizes[largest[group]])
      largest[group] = index
  }

  return largest
}

/** Paths of 600 rows have about 1,500 different steps. In a heap made of long chains the last rows get no path. */
const MOST_STEPS = 8000

class PathTable {
  readonly steps: RowPathStep[] = []
  readonly #known = new Map<string, number>()
  readonly #subject: Subject

  constructor(subject: Subject) {
    this.#subject = subject
  }

  /** `index`: an object; undefined or NONE: none. */
  endOf(index: number | null | undefined): number | null {
    if (index === undefined || index === null || index < 0 || !this.#subject.graph.isReachable(index)) return null
    if (this.steps.length >= MOST_STEPS) return null
    let above: number | null = null
    for (const step of pathSteps(this.#subject, this.#subject.graph.pathFromRoot(index)).steps) {
      const label: string = step.times > 1 && step.role !== 'omitted' ? `${step.label} × ${step.times}` : step.label
      const key = `${above} ${step.address} ${label}`
      let known = this.#known.get(key)
      if (known === undefined) {
        known = this.steps.push({above, address: step.address, label, reference: step.reference}) - 1
        this.#known.set(key, known)
      }

      above = known
    }

    return above
  }
}
