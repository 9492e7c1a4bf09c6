// A report's numbers of the graph against the reference's.
import {expect} from 'vitest'
import type {AnalysisReport} from '../../src/lib/analysis/report/report.js'
import {dominatorTree, retainedByClass, retainedBySite, ROOT} from './graph.js'
import type {readDump} from './read-dump.js'

/** Taking an object away and looking what is left costs a walk over the heap each. */
const REMOVED = 12

export function expectSameGraph(report: AnalysisReport, dump: ReturnType<typeof readDump>): void {
  const tree = dominatorTree(dump)
  const all = tree.rows.get(ROOT)!
  expect(report.totals).toMatchObject({reachableMemsize: all.retainedSize, reachableObjects: all.retainedObjects - 1})

  const rows = new Map(tree.rows)
  rows.delete(ROOT)
  const reported = report.dominators.map(({address, dominator, retainedObjects, retainedSize}) => [
    address,
    {dominator, retainedObjects, retainedSize},
  ])
  // An object of no size retains nothing and is in no table.
  const expected = Array.from(rows).filter(([, {retainedSize}]) => retainedSize > 0)
  expect(reported.length).toBe(expected.length)
  expect(Object.fromEntries(reported)).toEqual(Object.fromEntries(expected))

  const byClass = retainedByClass(dump, tree)
  expect(Object.fromEntries(report.classes.map(({name, retainedSize}) => [name, retainedSize]))).toEqual(
    Object.fromEntries(report.classes.map(({name}) => [name, byClass.get(name) ?? 0])),
  )
  const bySite = retainedBySite(dump, tree)
  const key = ({file, line}: {file: string; line: number | null}) => JSON.stringify([file, line])
  expect(Object.fromEntries(report.allocationSites.map(site => [key(site), site.retainedSize]))).toEqual(
    Object.fromEntries(report.allocationSites.map(site => [key(site), bySite.get(key(site)) ?? 0])),
  )

  // The definition itself: what is freed with an object is what nothing reaches without it.
  const step = Math.max(1, Math.floor(Math.log2(report.dominators.length + 1)))
  const removed = report.dominators
    .slice(0, 4)
    .concat(report.dominators.filter((_, at) => at % (step * 40) === 7).slice(0, REMOVED - 4))
  for (const {address, retainedObjects, retainedSize} of removed)
    expect(tree.freedBy(address)).toEqual({retainedObjects, retainedSize})
}
